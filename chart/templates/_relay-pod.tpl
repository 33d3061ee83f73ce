{{/* The relay's part of the gateway's pod. Each define takes the root. */}}

{{/* Comes first among the init containers, and the gateway after its startup probe: that waits for the servers. */}}
{{- define "mcpgen.relay.container" -}}
- name: relay
  {{- include "mcpgen.imageFields" (list . "relay") | nindent 2 }}
  restartPolicy: Always
  command: [node, --max-old-space-size=64, /relay/relay.mjs, /relay/config.json]
  env: [{name: MCP_GATEWAY_AUTH_TOKEN, valueFrom: {secretKeyRef: {{ include "mcpgen.tokenRef" $ }}}}]
  ports: [{name: relay, containerPort: {{ .Values.relay.port }}, protocol: TCP}]
  startupProbe:
    httpGet: {path: /startz, port: relay}
    periodSeconds: 1
    # It answers when the wait for the servers is over: this is more.
    failureThreshold: {{ add .Values.gateway.waitForServers.timeoutSeconds 60 }}
  livenessProbe:
    httpGet: {path: /healthz, port: relay}
    # One that hangs is found within 15 s, one that a busy node holds up for less than 9 s goes on; what hangs heeds no SIGTERM.
    periodSeconds: 3
    timeoutSeconds: 3
    failureThreshold: 4
    terminationGracePeriodSeconds: 1
  resources: {{ include "mcpgen.text" .Values.relay.resources }}
  securityContext: {{ include "mcpgen.securityContext" (list $ .Values.gateway.securityContext) }}
  volumeMounts: [{name: relay, mountPath: /relay, readOnly: true}]
{{- end }}

{{/* Addresses of mcp-<server>, for the pod's hosts file. */}}
{{- define "mcpgen.relay.hosts" -}}
{{- $hosts := list -}}
{{- range $name, $server := include "mcpgen.relay.servers" . | fromJson -}}
{{- $hosts = append $hosts (dict "ip" (splitList ":" $server.listen | first) "hostnames" (list (print "mcp-" $name))) -}}
{{- end -}}
{{- include "mcpgen.text" $hosts -}}
{{- end }}
