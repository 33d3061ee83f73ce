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
  "issuers" (include "mcpgen.door.issuers" . | fromJsonArray)
  "scopes" $door.scopes
  "stateful" (include "mcpgen.door.stateful" . | fromJsonArray)
  "rules" $door.rules
  "limits" $door.limits
  "waitSeconds" $door.waitSeconds
  "idleSeconds" $door.idleSeconds
  "drainSeconds" $door.drainSeconds
  "peers" (dict "hosts" (list (printf "%s-doors.%s.svc" (include "mcpgen.fullname" .) .Release.Namespace)) "port" (int $door.port))
  "logLevel" $door.logLevel -}}
{{- if $door.keysSecret }}{{ $_ := set $config "keys" "/door-keys" }}{{ end -}}
{{- if include "mcpgen.relay.on" . -}}
{{- $_ := set $config "relay" (printf "http://127.0.0.1:%d/offers" (int .Values.relay.port)) -}}
{{- end -}}
{{- with include "mcpgen.door.url" . }}{{ $_ := set $config "resource" . }}{{ end -}}
{{- include "mcpgen.text" $config -}}
{{- end }}

{{/* Servers that keep state for a session, as a JSON list. */}}
{{- define "mcpgen.door.stateful" -}}
{{- $names := list -}}
{{- range $name, $server := .Values.servers }}{{ if $server.stateful }}{{ $names = append $names $name }}{{ end }}{{ end -}}
{{- toRawJson $names -}}
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
