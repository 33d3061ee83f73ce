{{/* Who issues tokens for the door, and for which URL. Each define takes the root. */}}

{{/* URL of the endpoint, or nothing. Usage: include "mcpgen.door.url" $ */}}
{{- define "mcpgen.door.url" -}}
{{- $hosts := .Values.exposure.hosts -}}
{{- if .Values.door.url }}{{ .Values.door.url }}{{ else if $hosts }}https://{{ first $hosts }}/mcp{{ end -}}
{{- end }}

{{/* The issuers as a JSON list; secrets are in variables of the environment. */}}
{{- define "mcpgen.door.issuers" -}}
{{- $all := list -}}
{{- range $index, $issuer := .Values.door.issuers -}}
{{- $one := omit $issuer "introspection" -}}
{{- with $issuer.introspection -}}
{{- $_ := set $one "introspection" (dict "url" .url "clientId" .clientId "secretVariable" (printf "ISSUER_%d" $index)) -}}
{{- end -}}
{{- $all = append $all $one -}}
{{- end -}}
{{- toRawJson $all -}}
{{- end }}

{{/* Hosts that the door asks, as a JSON list of "host:port". Usage: include "mcpgen.door.asks" $ | fromJsonArray */}}
{{- define "mcpgen.door.asks" -}}
{{- $hosts := list -}}
{{- if .Values.door.enabled -}}
{{- range .Values.door.issuers -}}
{{- range $url := list .url .jwksUrl (dig "introspection" "url" "" .) | compact -}}
{{- $host := include "mcpgen.remote.host" $url -}}
{{- $hosts = append $hosts (hasPrefix "http:" $url | ternary (regexReplaceAll ":443$" $host ":80") $host) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toRawJson $hosts -}}
{{- end }}
