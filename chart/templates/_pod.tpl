{{/* The pod template of one server; takes what the defines of _server.tpl take. */}}
{{- define "mcpgen.server.pod" -}}
{{- $server := .server -}}
metadata:
  labels:
    {{- include "mcpgen.server.selectorLabels" . | nindent 4 }}
    {{- with include "mcpgen.server.egressLabel" $server }}
    mcpgen.dev/egress: {{ quote . }}
    {{- end }}
    {{- with include "mcpgen.extraLabels" (merge (dict) $server.podLabels .shared.root.Values.commonLabels) | trim }}
    {{- . | nindent 4 }}
    {{- end }}
  annotations: {{ merge (dict "checksum/scripts" .shared.scriptsChecksum) $server.podAnnotations | include "mcpgen.text" }}
spec:
  serviceAccountName: {{ include "mcpgen.serviceAccountName" (list $server.serviceAccount .fullname) }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ int $server.terminationGracePeriodSeconds }}
  {{- with include "mcpgen.scheduling" $server }}{{ . | nindent 2 }}{{ end }}
  {{- with .shared.root.Values.imagePullSecrets }}
  imagePullSecrets: {{ include "mcpgen.text" . }}
  {{- end }}
  {{- with $server.hostAliases }}
  hostAliases: {{ include "mcpgen.text" . }}
  {{- end }}
  securityContext: {{ include "mcpgen.text" $server.podSecurityContext }}
  {{- with print (ternary "" .shared.bridgeContainer (not (not $server.http))) (include "mcpgen.server.fill" .) | trim }}
  initContainers:
    {{- . | nindent 4 }}
  {{- end }}
  containers:
    - name: server
      {{- include "mcpgen.server.container" . | nindent 6 }}
      {{- $listens := printf "exec: {command: [%s,/bridge/is-ready.sh]}" .shared.shell }}
      {{- $answers := printf "exec: {command: [%s,/bridge/is-ready.sh,/mcpgen-state/start]}" .shared.shell }}
      {{- if $server.http }}{{ $listens = "tcpSocket: {port: mcp}" }}{{ $answers = $listens }}{{ end }}
      startupProbe: { {{- $listens }}, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 120}
      readinessProbe: { {{- $answers }}, periodSeconds: 10, timeoutSeconds: 5}
      ports: [{name: mcp, containerPort: {{ include "mcpgen.server.port" . }}, protocol: TCP}]
      resources: {{ include "mcpgen.text" $server.resources }}
      securityContext: {{ include "mcpgen.text" $server.securityContext }}
      volumeMounts:
        {{- include "mcpgen.server.mounts" . | nindent 8 }}
  {{- with include "mcpgen.server.volumes" . | trim }}
  volumes:
    {{- . | nindent 4 }}
  {{- end }}
{{- end }}
