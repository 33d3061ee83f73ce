{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>". */}}

{{/* Mistakes in `proxy`, `caBundle` and the headers of servers that speak HTTP. Usage: include "mcpgen.validate.network" $ */}}
{{- define "mcpgen.validate.network" -}}
{{- range $key, $url := pick .Values.proxy "http" "https" -}}
{{- if contains "@" (toString $url) }}
- proxy.{{ $key }}: has a user or password in it, which must not be in values; put the URL into a Secret, name it in{{ " " -}}
defaults.secretEnv and gateway.secretEnv as {{ upper $key }}_PROXY, and leave this empty
{{- end -}}
{{- end -}}
{{- if and .Values.caBundle.configMap .Values.caBundle.secret }}
- caBundle: has a ConfigMap and a Secret; give one of them
{{- end -}}
{{- if and .Values.caBundle.javaKey (not (include "mcpgen.trust.on" .)) }}
- caBundle.javaKey: is a key of the ConfigMap or Secret, and there is none; give caBundle.configMap or caBundle.secret
{{- end -}}
{{- range $name, $server := .Values.servers -}}
{{- range $header, $value := dig "http" "headers" dict $server -}}
{{- $at := print "\n- servers." (include "mcpgen.shown" $name) ".http.headers." (include "mcpgen.shown" $header) -}}
{{- if not (include "mcpgen.relay.on" $) -}}
{{ $at }}: only the relay sends headers; set relay.enabled: true, or remove it
{{- end -}}
{{- $isNamed := regexMatch (include "mcpgen.secretHeaders" $) $header -}}
{{- if and $isNamed $value (not (contains "$" $value)) (not $server.http.allowPlainCredentials) -}}
{{ $at }}: seems to be a secret, which must not be in values; write ${NAME}, and add NAME to http.secrets
{{- end -}}
{{- range regexFindAll `\$\{\w+\}` $value -1 -}}
{{- if not (or (hasKey $.Values.relay.secretEnv (trimAll "${}" .)) (hasKey ($server.http.secrets | default dict) (trimAll "${}" .))) -}}
{{ $at }}: refers to {{ . }}, and http.secrets has no {{ trimAll "${}" . }}; add it there as {name: <Secret>, key: <key>}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
