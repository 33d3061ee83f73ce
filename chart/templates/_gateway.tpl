{{/* Arguments of the gateway. Usage: include "mcpgen.gateway.args" $ | nindent 12 */}}
{{- define "mcpgen.gateway.args" -}}
{{- $names := include "mcpgen.startList" . | trim | splitList " " | compact -}}
{{- with .Values.gateway -}}
- --transport={{ .transport }}
- --port={{ .port }}
- --static=true
- --catalog=catalog.yaml
- --secrets={{ if include "mcpgen.remoteSecrets" $ }}/run/mcpgen/secrets.env{{ else }}/dev/null{{ end }}
{{- if .waitForServers.enabled }}
- --registry=/run/mcpgen/registry.yaml
{{- else }}
- --servers={{ range $i, $name := $names }}{{ if $i }},{{ end }}{{ splitList "=" $name | last }}{{ end }}
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
{{- dict "name" $name "key" .Values.gateway.auth.key | toJson -}}
{{- end }}

{{/* Fields of a container that runs a script of the chart in the gateway's image. Usage: include "mcpgen.helper" $ */}}
{{- define "mcpgen.helper" -}}
image: {{ include "mcpgen.gatewayImage" . | quote }}
imagePullPolicy: {{ .Values.gateway.image.pullPolicy }}
command: [sh]
resources: {{ toJson .Values.gateway.resources }}
securityContext: {{ toJson .Values.gateway.securityContext }}
volumeMounts:
  - {name: scripts, mountPath: /scripts, readOnly: true}
  - {name: run, mountPath: /run/mcpgen}
{{- end }}

{{/* Init containers of the gateway: one writes the file with the secrets of remote servers, one waits for the others.
Usage: include "mcpgen.gateway.initContainers" $ | trim | nindent 8 */}}
{{- define "mcpgen.gateway.initContainers" -}}
{{- with include "mcpgen.remoteSecrets" . | trim }}
- name: write-secrets
  {{- include "mcpgen.helper" $ | nindent 2 }}
  args:
    - /scripts/write-secrets.sh
    - /run/mcpgen/secrets.env
    {{- range splitList "\n" . }}
    - {{ splitList " " . | first | quote }}
    {{- end }}
  env:
    {{- range $number, $line := splitList "\n" . }}
    {{- $parts := splitList " " $line }}
    - name: SECRET_{{ $number }}
      valueFrom: {secretKeyRef: {name: {{ index $parts 1 | quote }}, key: {{ index $parts 2 | quote }}}}
    {{- end }}
{{- end }}
{{- if .Values.gateway.waitForServers.enabled }}
- name: wait-for-servers
  {{- include "mcpgen.helper" $ | nindent 2 }}
  args:
    - /scripts/wait-for-servers.sh
    - /run/mcpgen/registry.yaml
    - {{ .Values.gateway.waitForServers.timeoutSeconds | quote }}
    {{- range include "mcpgen.startList" . | trim | splitList " " | compact }}
    - {{ . | quote }}
    {{- end }}
{{- end }}
{{- end }}
