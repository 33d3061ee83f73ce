{{/* The gateway's start: it needs its servers there, as it looks for their tools once. */}}

{{/* The servers that the gateway starts with, as "required=a optional=b:8080 remote=c"; a port that is not the bridge's is
added, and, where the start waits for pods that have the tools of these values, their host: required=a@mcp-a-0123456789.x.ns.svc.
Usage: include "mcpgen.startList" $ | trim */}}
{{- define "mcpgen.startList" -}}
{{- $required := .Values.defaults.required -}}
{{- $hasHosts := and .Values.gateway.waitForServers.enabled (eq .Values.topology "pods") (not (include "mcpgen.relay.on" .)) -}}
{{- $domain := printf "%s-servers.%s.svc" (include "mcpgen.fullname" .) .Release.Namespace -}}
{{- range $name, $server := .Values.servers }}
{{- $kind := dig "required" $required $server | ternary "required" "optional" -}}
{{- if $server.remote }}{{ $kind = "remote" }}{{ end }} {{ $kind }}={{ $name }}
{{- with $server.http }}{{ with .port }}:{{ int . }}{{ end }}{{ end -}}
{{- if and $hasHosts (not (hasKey $server "mcpgen.away")) -}}
@{{ include "mcpgen.server.host" (list (include "mcpgen.server.name" (list $ $name)) $server "") }}.{{ $domain }}{{ end -}}
{{- end -}}
{{- end }}

{{/* Fields of a container that runs a script of the chart in the gateway's image. Usage: include "mcpgen.helper" $ */}}
{{- define "mcpgen.helper" -}}
{{ include "mcpgen.imageFields" (list . "gateway") }}
command: [sh]
resources: {{ include "mcpgen.text" .Values.gateway.resources }}
securityContext: {{ include "mcpgen.securityContext" (list $ .Values.gateway.securityContext) }}
volumeMounts:
  - {name: scripts, mountPath: /scripts, readOnly: true}
  - {name: run, mountPath: /run/mcpgen}
{{- end }}

{{/* Init containers of the gateway: the relay, where it is on; one writes the file with the secrets of remote servers; then come
the servers, where the topology is sidecars; and one waits for them, unless the relay does.
Usage: include "mcpgen.gateway.initContainers" $ | trim | nindent 8 */}}
{{- define "mcpgen.gateway.initContainers" -}}
{{- if include "mcpgen.relay.on" . }}
{{ include "mcpgen.relay.container" . }}
{{- end }}
{{ include "mcpgen.gateway.secretsContainer" . | trim }}
{{- if eq .Values.topology "sidecars" }}
{{ include "mcpgen.sidecars.containers" . | trim }}
{{- end }}
{{- range .Values.gateway.initContainers }}
- {{ include "mcpgen.text" . }}
{{- end }}
{{- if and .Values.gateway.waitForServers.enabled (not (include "mcpgen.relay.on" .)) }}
- name: wait-for-servers
  {{- include "mcpgen.helper" $ | nindent 2 }}
  args:
    - /scripts/wait-for-servers.sh
    - /run/mcpgen
    - {{ .Values.gateway.waitForServers.timeoutSeconds | quote }}
    - {{ .Values.gateway.waitForServers.optionalSeconds | quote }}
    {{- range include "mcpgen.startList" . | trim | splitList " " | compact }}
    - {{ . | quote }}
    {{- end }}
{{- end }}
{{- end }}

{{/* The gateway's liveness probe. Usage: include "mcpgen.gateway.liveness" $ | nindent 12 */}}
{{- define "mcpgen.gateway.liveness" -}}
{{- $waits := and .Values.gateway.waitForServers.enabled (not (include "mcpgen.relay.on" .)) -}}
{{- if and $waits (contains "required=" (include "mcpgen.startList" .)) -}}
# Asks /health, and starts the gateway again when a required server turned up that it had to start without.
exec: {command: [sh, /scripts/is-alive.sh, /run/mcpgen, "{{ .Values.gateway.port }}"]}
timeoutSeconds: 10
{{- else -}}
httpGet: {path: /health, port: http}
timeoutSeconds: 5
{{- end }}
periodSeconds: 20
{{- end }}
