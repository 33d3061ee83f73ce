{{/* Mistakes in its values, a line each. */}}
{{- define "mcpgen.validate.door" -}}
{{- if .Values.door.enabled -}}
{{- if eq .Values.gateway.transport "sse" }}
- door.enabled: the door speaks streamable HTTP only; set gateway.transport: streaming
{{- end -}}
{{- $seen := dict (toString .Values.gateway.port) "gateway.port" (toString .Values.relay.port) "relay.port" -}}
{{- range $key := list "port" "adminPort" -}}
{{- $port := index $.Values.door $key | toString -}}
{{- with index $seen $port }}
- door.{{ $key }}: {{ $port }} is also {{ . }}, and they share a pod; change one
{{- end -}}
{{- $_ := set $seen $port (print "door." $key) -}}
{{- end -}}
{{- if .Values.door.issuers -}}
{{- if not (include "mcpgen.door.url" .) }}
- door.issuers: tokens are for a URL, and none is known; set door.url to the one that clients use, or exposure.hosts
{{- end -}}
{{- $prefixes := list -}}
{{- range .Values.door.issuers }}{{ $prefixes = append $prefixes (.prefix | default "") }}{{ end -}}
{{- if ne (len $prefixes) (len (uniq $prefixes)) }}
- door.issuers: users of two issuers could have the same name; give each of several issuers a prefix of its own
{{- end -}}
{{- else if not .Values.door.keysSecret }}
- door.enabled: nobody could come in; set door.keysSecret or door.issuers
{{- end -}}
{{- $grace := int .Values.gateway.terminationGracePeriodSeconds -}}
{{- if lt $grace (add 5 .Values.door.drainSeconds | int) }}
- door.drainSeconds: {{ .Values.door.drainSeconds }} does not fit into gateway.terminationGracePeriodSeconds, {{ $grace }};{{ " " -}}
it must be 5 less
{{- end -}}
{{- end -}}
{{- end }}
