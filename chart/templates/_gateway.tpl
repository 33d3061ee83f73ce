{{/* Arguments of the gateway. Usage: include "mcpgen.gateway.args" $ | nindent 12 */}}
{{- define "mcpgen.gateway.args" -}}
{{- $names := include "mcpgen.startList" . | trim | splitList " " | compact -}}
{{- with .Values.gateway -}}
- --transport={{ .transport }}
- --port={{ .port }}
- --static=true
- --catalog=catalog.yaml
- --secrets={{ if include "mcpgen.remoteSecrets" $ }}/run/mcpgen/secrets.env{{ else }}/dev/null{{ end }}
{{- if include "mcpgen.listIsWritten" $ }}
- --registry=/run/mcpgen/registry.yaml
{{- else }}
- --servers={{ range $i, $name := $names }}{{ if $i }},{{ end }}{{ splitList "=" $name | last | splitList ":" | first }}{{ end }}
{{- end }}
{{- if include "mcpgen.allowedTools" $ }}
- --tools-config=/home/mcp/.docker/mcp/catalogs/tools.yaml
{{- end }}
- --log-calls={{ .logCalls }}
- --verbose={{ .verbose }}
- --block-secrets={{ .blockSecrets }}
{{- range .interceptors }}
- {{ printf "--interceptor=%s" . | quote }}
{{- end }}
{{- range .extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* Where the bearer token is. Usage: secretKeyRef: {{ include "mcpgen.tokenRef" $ }} */}}
{{- define "mcpgen.tokenRef" -}}
{{- $name := .Values.gateway.auth.existingSecret | default (printf "%s-auth" (include "mcpgen.fullname" .)) -}}
{{- dict "name" $name "key" .Values.gateway.auth.key | include "mcpgen.text" -}}
{{- end }}

{{/* Environment of the gateway. Usage: include "mcpgen.gateway.env" $ | nindent 12 */}}
{{- define "mcpgen.gateway.env" -}}
- {name: HOME, value: /home/mcp}
- name: MCP_GATEWAY_AUTH_TOKEN
  valueFrom: {secretKeyRef: {{ include "mcpgen.tokenRef" . }}}
{{- if include "mcpgen.httpServers" . }}
# The gateway refuses remotes that are not public https, but servers of the cluster that speak HTTP must be some. Its network
# policy stands in: it reaches its own servers, and of others public addresses only.
- {name: DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS, value: "1"}
{{- end }}
{{- range $key, $value := .Values.gateway.extraEnv }}
- {name: {{ $key | quote }}, value: {{ include "mcpgen.envValue" $value }}}
{{- end }}
{{- end }}

{{/* Fields of the pod that say where names lead, or nothing. Usage: include "mcpgen.gateway.hosts" $ */}}
{{- define "mcpgen.gateway.hosts" -}}
{{- if eq .Values.topology "sidecars" -}}
hostAliases: {{ include "mcpgen.sidecars.hosts" . }}
{{- else if include "mcpgen.relay.on" . -}}
hostAliases: {{ include "mcpgen.relay.hosts" . }}
# The relay dials <service>.<namespace>.svc: with a lower limit, musl would not add the cluster's domain.
dnsConfig: {options: [{name: ndots, value: "5"}]}
{{- end -}}
{{- end }}

{{/* Volumes besides the gateway's own. Usage: include "mcpgen.gateway.volumes" $ | trim */}}
{{- define "mcpgen.gateway.volumes" -}}
{{- if eq .Values.topology "sidecars" }}{{ include "mcpgen.sidecars.volumes" . }}{{ end }}
{{- if include "mcpgen.relay.on" . }}
- {name: relay, configMap: {name: {{ include "mcpgen.fullname" . }}-relay}}
{{- end }}
{{- end }}

{{/* Its update strategy: no pod goes before another one is there, unless both would need the same volume.
Usage: strategy: {{ include "mcpgen.gateway.strategy" $ }} */}}
{{- define "mcpgen.gateway.strategy" -}}
{{- if and (eq .Values.topology "sidecars") (include "mcpgen.sidecars.single" .) -}}
{type: Recreate}
{{- else -}}
{type: RollingUpdate, rollingUpdate: {maxUnavailable: 0}}
{{- end -}}
{{- end }}
