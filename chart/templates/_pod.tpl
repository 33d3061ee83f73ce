{{/* The pod template of one server, where the Deployment has it; takes what the defines of _server.tpl take. */}}
{{- define "mcpgen.server.pod" -}}
{{- $server := .server }}
    metadata:
      labels:
        {{- .selectorLabels | nindent 8 }}
        {{- with .egressLabel }}
        mcpgen.dev/egress: {{ quote . }}
        {{- end }}
        {{- with .common.podLabels }}
        {{- . | nindent 8 }}
        {{- end }}
      annotations: {{ .common.annotations }}
    spec:
      serviceAccountName: {{ include "mcpgen.serviceAccountName" (list $server.serviceAccount .fullname) }}
      {{- .common.podFields | nindent 6 }}
      {{- with .host }}
      hostname: {{ quote . }}
      subdomain: {{ print $.shared.fullname "-servers" | quote }}
      {{- end }}
      {{- with print (ternary "" .shared.bridgeContainer (not (not $server.http))) (include "mcpgen.server.fill" .) | trim }}
      initContainers:
        {{- . | nindent 8 }}
      {{- end }}
      containers:
        - name: server
          {{- include "mcpgen.server.container" . | nindent 10 }}
          {{- .common.probes | nindent 10 }}
          ports: [{name: mcp, containerPort: {{ .common.port }}, protocol: TCP}]
          resources: {{ .common.resources }}
          securityContext: {{ .common.securityContext }}
          volumeMounts:
            {{- include "mcpgen.server.mounts" . | nindent 12 }}
      {{- with include "mcpgen.server.volumes" . | trim }}
      volumes:
        {{- . | nindent 8 }}
      {{- end }}
{{- end }}

{{/* A server that speaks HTTP is ready when its port is open. Its start ends, at the latest, when a second attempt of check.sh would. */}}
{{- define "mcpgen.server.probes" -}}
{{- $server := .server -}}
{{- $listens := .shared.listens -}}
{{- $answers := .shared.answers -}}
{{- if $server.http }}{{ $listens = dict "tcpSocket" (dict "port" "mcp") }}{{ $answers = $listens }}{{ end -}}
{{- $budget := dict "periodSeconds" 1 "timeoutSeconds" 5 "failureThreshold" (add $server.startSeconds 75) -}}
startupProbe: {{ include "mcpgen.probe" (list $server.startupProbe (merge $budget $listens)) }}
readinessProbe: {{ include "mcpgen.probe" (list $server.readinessProbe (merge (dict "periodSeconds" 10 "timeoutSeconds" 5) $answers)) }}
{{- with $server.livenessProbe }}
livenessProbe: {{ include "mcpgen.probe" (list . (merge (dict "periodSeconds" 10 "timeoutSeconds" 5) $listens)) }}
{{- end }}
{{- end }}
