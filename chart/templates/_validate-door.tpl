{{/* Mistakes in its values, a line each. */}}
{{- define "mcpgen.validate.door" -}}
{{- if .Values.door.enabled -}}
{{- if eq .Values.gateway.transport "sse" }}
- door.enabled: the door supports only streamable HTTP; set gateway.transport: streaming
{{- end -}}
{{- $seen := dict (toString .Values.gateway.port) "gateway.port" (toString .Values.relay.port) "relay.port" -}}
{{- range $key := list "port" "adminPort" -}}
{{- $port := index $.Values.door $key | toString -}}
{{- with index $seen $port }}
- door.{{ $key }}: {{ $port }} is also {{ . }} in the same pod; change one
{{- end -}}
{{- $_ := set $seen $port (print "door." $key) -}}
{{- end -}}
{{- if .Values.door.issuers -}}
{{- if not (include "mcpgen.door.url" .) }}
- door.issuers: tokens are issued for a URL, and none is set; set door.url to the URL that clients use, or set exposure.hosts
{{- end -}}
{{- $prefixes := list -}}
{{- range .Values.door.issuers }}{{ $prefixes = append $prefixes (.prefix | default "") }}{{ end -}}
{{- if ne (len $prefixes) (len (uniq $prefixes)) }}
- door.issuers: users of two issuers could share a name; give each issuer its own prefix
{{- end -}}
{{- else if not .Values.door.keysSecret }}
- door.enabled: no client could connect; set door.keysSecret or door.issuers
{{- end -}}
{{- $grace := int .Values.gateway.terminationGracePeriodSeconds -}}
{{- if lt $grace (add 5 .Values.door.drainSeconds | int) }}
- door.drainSeconds: {{ .Values.door.drainSeconds }} must be at least 5 less than gateway.terminationGracePeriodSeconds,{{ " " -}}
{{ $grace }}; lower it, or raise the grace period
{{- end -}}
{{- end -}}
{{- end }}
