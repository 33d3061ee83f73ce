{{/* The pod template of one server; takes what the defines of _server.tpl take. */}}
{{- define "mcpgen.server.pod" -}}
{{- $server := .server -}}
{{- $isReady := "[/bridge/loader, --library-path, /bridge, /bridge/busybox, sh, /bridge/is-ready.sh]" -}}
metadata:
  labels: {"mcpgen.dev/server":"{{ .name }}",{{ .shared.selectorLabels }}
    {{- include "mcpgen.extraLabels" (merge (dict) $server.podLabels .shared.root.Values.commonLabels) }}}
  annotations: {{ merge (dict "checksum/scripts" .shared.scriptsChecksum) $server.podAnnotations | toJson }}
spec:
  serviceAccountName: {{ include "mcpgen.serviceAccountName" (list $server.serviceAccount (printf "mcp-%s" .name)) }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ int $server.terminationGracePeriodSeconds }}
  {{- with include "mcpgen.scheduling" $server }}{{ . | nindent 2 }}{{ end }}
  {{- with .shared.root.Values.imagePullSecrets }}
  imagePullSecrets: {{ toJson . }}
  {{- end }}
  {{- with $server.hostAliases }}
  hostAliases: {{ toJson . }}
  {{- end }}
  securityContext: {{ toJson $server.podSecurityContext }}
  initContainers:
    {{- .shared.bridge }}
  containers:
    - name: server
      image: {{ $server.image | quote }}
      imagePullPolicy: {{ $server.imagePullPolicy }}
      command: [/bridge/docker-mcp-bridge, /bridge/loader, --library-path, /bridge, /bridge/busybox, sh, /bridge/run-server.sh]
      args: {{ concat ($server.command | default list) ($server.args | default list) | toRawJson }}
      {{- with $server.workingDir }}
      workingDir: {{ . | quote }}
      {{- end }}
      {{- with include "mcpgen.server.env" $server | trim }}
      env:
        {{- . | nindent 8 }}
      {{- end }}
      ports: [{name: mcp, containerPort: 4444, protocol: TCP}]
      startupProbe: {exec: {command: {{ $isReady }}}, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 60}
      readinessProbe: {exec: {command: {{ $isReady }}}, periodSeconds: 10, timeoutSeconds: 5}
      resources: {{ toJson $server.resources }}
      securityContext: {{ toJson $server.securityContext }}
      volumeMounts:
        {{- include "mcpgen.server.mounts" $server | nindent 8 }}
  volumes:
    {{- include "mcpgen.server.volumes" . | nindent 4 }}
{{- end }}

{{/* Environment of a server: secrets come first, as $(NAME) refers to what stands before.
Usage: include "mcpgen.server.env" $server | trim */}}
{{- define "mcpgen.server.env" -}}
{{- if and .homeDir (not (hasKey (merge (dict) (.env | default dict) (.secretEnv | default dict)) "HOME")) }}
- {name: HOME, value: {{ .homeDir | quote }}}
{{- end }}
{{- range $name, $from := .secretEnv }}
- {name: {{ $name | quote }}, valueFrom: {secretKeyRef: {{ toJson $from }}}}
{{- end }}
{{- range $name, $value := .env }}
- {name: {{ $name | quote }}, value: {{ include "mcpgen.envValue" $value }}}
{{- end }}
{{- end }}
