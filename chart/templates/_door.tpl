{{/* The door, `door.enabled`: a container of the gateway's pod that clients reach instead of the gateway (docs/identity.md). Each
define takes the root. */}}

{{- define "mcpgen.door.container" -}}
- name: door
  {{- include "mcpgen.imageFields" (list . "relay") | nindent 2 }}
  command: [node, /door/door.mjs, /door/config.json]
  env:
    - {name: MCP_GATEWAY_AUTH_TOKEN, valueFrom: {secretKeyRef: {{ include "mcpgen.tokenRef" $ }}}}
    - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
    {{- $trust := include "mcpgen.trust.environment" $ | fromJson }}
    {{- $secrets := dict }}
    {{- range $index, $issuer := .Values.door.issuers }}
    {{- with $issuer.introspection }}{{ $_ := set $secrets (printf "ISSUER_%d" $index) .clientSecret }}{{ end }}
    {{- end }}
    {{- with include "mcpgen.environment" (dict "base" $trust "secretEnv" $secrets) | trim }}{{ . | nindent 4 }}{{ end }}
  ports:
    - {name: door, containerPort: {{ .Values.door.port }}, protocol: TCP}
    - {name: door-admin, containerPort: {{ .Values.door.adminPort }}, protocol: TCP}
  readinessProbe: {httpGet: {path: /readyz, port: door-admin}, periodSeconds: 2}
  livenessProbe: {httpGet: {path: /healthz, port: door-admin}, periodSeconds: 5, timeoutSeconds: 3}
  resources: {{ include "mcpgen.text" .Values.door.resources }}
  securityContext: {{ include "mcpgen.securityContext" (list $ .Values.gateway.securityContext) }}
  volumeMounts:
    - {name: door, mountPath: /door, readOnly: true}
    {{- if .Values.door.keysSecret }}
    - {name: door-keys, mountPath: /door-keys, readOnly: true}
    {{- end }}
    {{- with include "mcpgen.trust.mount" $ }}{{ . | nindent 4 }}{{ end }}
{{- end }}

{{/* Its volumes. The Secret is optional: without it, callers with tokens are still served. */}}
{{- define "mcpgen.door.volumes" -}}
- {name: door, configMap: {name: {{ include "mcpgen.fullname" . }}-door}}
{{- with .Values.door.keysSecret }}
- {name: door-keys, secret: {secretName: {{ . }}, optional: true}}
{{- end }}
{{- end }}

{{/* Who may connect to its pod besides clients: doors of other pods, whoever reads the metrics, and `helm test`, which asks the
gateway. */}}
{{- define "mcpgen.door.ingress" -}}
- ports: [{port: {{ .Values.door.port }}, protocol: TCP}]
  from: [{podSelector: {matchLabels: {{ include "mcpgen.selectorLabels" (list $ "gateway") | fromYaml | toJson }}}}]
- ports: [{port: {{ .Values.gateway.port }}, protocol: TCP}]
  from: [{podSelector: {matchLabels: {{ include "mcpgen.selectorLabels" (list $ "test") | fromYaml | toJson }}}}]
{{- with .Values.door.metricsFrom }}
- ports: [{port: {{ $.Values.door.adminPort }}, protocol: TCP}]
  from: {{ include "mcpgen.text" . }}
{{- end }}
{{- end }}
