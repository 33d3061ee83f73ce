{{/* What the door is configured with. Each define takes the root. */}}

{{/* Its configuration. */}}
{{- define "mcpgen.door.config" -}}
{{- $door := .Values.door -}}
{{- $config := dict
  "listen" (printf ":%d" (int $door.port))
  "admin" (printf ":%d" (int $door.adminPort))
  "gateway" (printf "http://127.0.0.1:%d/mcp" (int .Values.gateway.port))
  "hosts" (include "mcpgen.door.hosts" . | fromJsonArray)
  "origins" $door.origins
  "tools" (include "mcpgen.door.tools" . | fromJson)
  "rules" $door.rules
  "limits" $door.limits
  "waitSeconds" $door.waitSeconds
  "idleSeconds" $door.idleSeconds
  "drainSeconds" $door.drainSeconds
  "logLevel" $door.logLevel -}}
{{- if $door.keysSecret }}{{ $_ := set $config "keys" "/door-keys" }}{{ end -}}
{{- if include "mcpgen.relay.on" . }}{{ $_ := set $config "relay" (printf "http://127.0.0.1:%d/offers" (int .Values.relay.port)) }}{{ end -}}
{{- include "mcpgen.text" $config -}}
{{- end }}

{{/* The tools of servers that the relay does not know, by server, as JSON: those that the values list. */}}
{{- define "mcpgen.door.tools" -}}
{{- $all := dict -}}
{{- range $name, $server := .Values.servers -}}
{{- if or $server.remote (not (include "mcpgen.relay.on" $)) -}}
{{- $tools := list -}}
{{- range $server.tools -}}
{{- $tools = append $tools (ternary (printf "%s__%s" $server.prefix .) . (not (empty $server.prefix))) -}}
{{- end -}}
{{- $_ := set $all $name $tools -}}
{{- end -}}
{{- end -}}
{{- toRawJson $all -}}
{{- end }}

{{/* Names by which clients reach it, as a JSON list. */}}
{{- define "mcpgen.door.hosts" -}}
{{- $name := include "mcpgen.fullname" . -}}
{{- $service := print $name "." .Release.Namespace -}}
{{- $own := list "localhost" "127.0.0.1" "[::1]" $name $service (print $service ".svc") (print $service ".svc.cluster.local") -}}
{{- concat $own .Values.exposure.hosts .Values.door.hosts | uniq | toJson -}}
{{- end }}

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
{{- $grace := int .Values.gateway.terminationGracePeriodSeconds -}}
{{- if lt $grace (add 5 .Values.door.drainSeconds | int) }}
- door.drainSeconds: {{ .Values.door.drainSeconds }} does not fit into gateway.terminationGracePeriodSeconds, {{ $grace }};{{ " " -}}
it must be 5 less
{{- end -}}
{{- end -}}
{{- end }}
