{{/* The relay's part of the gateway's pod. Each define takes the root. */}}

{{/* Comes first among the init containers, and the gateway after its startup probe: that waits for the servers. */}}
{{- define "mcpgen.relay.container" -}}
- name: relay
  {{- include "mcpgen.imageFields" (list . "relay") | nindent 2 }}
  restartPolicy: Always
  command: [node, {{ with include "mcpgen.relay.heap" $ }}--max-old-space-size={{ . }}, {{ end }}/relay/relay.mjs, /relay/config.json]
  env:
    - {name: MCP_GATEWAY_AUTH_TOKEN, valueFrom: {secretKeyRef: {{ include "mcpgen.tokenRef" $ }}}}
    {{- $trust := include "mcpgen.trust.environment" $ | fromJson }}
    {{- with include "mcpgen.environment" (dict "base" $trust "secretEnv" .Values.relay.secretEnv) | trim }}{{ . | nindent 4 }}{{ end }}
    {{- range include "mcpgen.http.secrets" $ | trim | splitList "\n" | compact }}
    {{- $parts := splitList " " . }}
    - name: {{ first $parts | quote }}
      # If it is missing, only this one server is unavailable.
      valueFrom: {secretKeyRef: {name: {{ index $parts 1 | quote }}, key: {{ index $parts 2 | quote }}, optional: true}}
    {{- end }}
  ports: [{name: relay, containerPort: {{ .Values.relay.port }}, protocol: TCP}]
  startupProbe:
    httpGet: {path: /startz, port: relay}
    periodSeconds: 1
    # It answers when the wait for the servers is over: this is more.
    failureThreshold: {{ add .Values.gateway.waitForServers.timeoutSeconds 60 }}
  livenessProbe:
    httpGet: {path: /healthz, port: relay}
    # One that hangs is found within 7 s; one that a busy node holds up for less than 4 s goes on. What hangs ignores SIGTERM.
    periodSeconds: 1
    timeoutSeconds: 2
    failureThreshold: 3
    terminationGracePeriodSeconds: 1
  resources: {{ include "mcpgen.text" .Values.relay.resources }}
  securityContext: {{ include "mcpgen.securityContext" (list $ .Values.gateway.securityContext) }}
  volumeMounts:
    - {name: relay, mountPath: /relay, readOnly: true}
    {{- with include "mcpgen.trust.mount" $ }}{{ . | nindent 4 }}{{ end }}
{{- end }}

{{/* Limit of its heap in MiB, half of its memory: the rest is for buffers. Nothing without a limit of memory. */}}
{{- define "mcpgen.relay.heap" -}}
{{- with dig "limits" "memory" "" .Values.relay.resources -}}
{{- $text := toString . -}}
{{- $units := dict "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- $unit := index $units (regexFind "[A-Za-z]+$" $text) | default 1 | float64 -}}
{{- divf (mulf (regexFind "^[0-9.]+" $text | float64) $unit) 2097152 | floor | int | max 16 -}}
{{- end -}}
{{- end }}

{{/* Addresses of mcp-<server>, for the pod's hosts file. */}}
{{- define "mcpgen.relay.hosts" -}}
{{- $comma := "" -}}
[ {{- range $name, $server := include "mcpgen.relay.servers" . | fromJson -}}
{{- $comma }}{"ip":"{{ splitList ":" $server.listen | first }}","hostnames":[{{ print "mcp-" $name | quote }}]}{{ $comma = "," -}}
{{- end -}} ]
{{- end }}
