{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>". */}}

{{/* Mistakes in `proxy`, `caBundle` and the headers of servers that speak HTTP. Usage: include "mcpgen.validate.network" $ */}}
{{- define "mcpgen.validate.network" -}}
{{- range $key, $url := pick .Values.proxy "http" "https" -}}
{{- if contains "@" (toString $url) }}
- proxy.{{ $key }}: contains a user or password, which must not be in values; store the URL in a Secret, set{{ " " -}}
{{ upper $key }}_PROXY from it in defaults.secretEnv and gateway.secretEnv, and leave this empty
{{- end -}}
{{- end -}}
{{- if and .Values.caBundle.configMap .Values.caBundle.secret }}
- caBundle: sets both configMap and secret; keep only one
{{- end -}}
{{- if and .Values.caBundle.javaKey (not (include "mcpgen.trust.on" .)) }}
- caBundle.javaKey: needs a ConfigMap or Secret, and none is set; set caBundle.configMap or caBundle.secret
{{- end -}}
{{- range $name, $server := .Values.servers -}}
{{- range $header, $value := dig "http" "headers" dict $server -}}
{{- $at := print "\n- servers." (include "mcpgen.shown" $name) ".http.headers." (include "mcpgen.shown" $header) -}}
{{- if not (include "mcpgen.relay.on" $) -}}
{{ $at }}: only the relay sends headers; set relay.enabled: true, or remove it
{{- end -}}
{{- $isNamed := regexMatch (include "mcpgen.secretHeaders" $) $header -}}
{{- if and $isNamed $value (not (contains "$" $value)) (not $server.http.allowPlainCredentials) -}}
{{ $at }}: looks like a secret, which must not be in values; write ${NAME} instead, and add NAME to http.secrets
{{- end -}}
{{- range regexFindAll `\$\{\w+\}` $value -1 -}}
{{- if not (or (hasKey $.Values.relay.secretEnv (trimAll "${}" .)) (hasKey ($server.http.secrets | default dict) (trimAll "${}" .))) -}}
{{ $at }}: uses {{ . }}, but http.secrets has no {{ trimAll "${}" . }}; add it there as {name: <Secret>, key: <key>}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
