{{/* The objects of one server. Each define takes (dict "name" "fullname" "server" "shared") as servers.yaml makes it;
"fullname" is the name of its objects, "server" what mcpgen.server.merge makes of its entry. Maps are written as JSON, which renders faster. */}}

{{/* Takes "annotations" besides. */}}
{{- define "mcpgen.server.metadata" -}}
namespace: {{ .shared.root.Release.Namespace | quote }}
labels: {"mcpgen.dev/server":"{{ .name }}",{{ .shared.labels }}}
{{- with merge (dict) (.annotations | default dict) .shared.root.Values.commonAnnotations }}
annotations: {{ include "mcpgen.text" . }}
{{- end }}
{{- end }}

{{- define "mcpgen.server.deployment" -}}
{{- $annotations := include "mcpgen.server.annotations" . | fromJson -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .fullname }}
  {{- include "mcpgen.server.metadata" (merge (dict "annotations" $annotations) .) | nindent 2 }}
spec:
  {{- if not (has .server.autoscaling.kind (list "hpa" "keda")) }}
  replicas: {{ .server.replicas }}
  {{- end }}
  revisionHistoryLimit: 2
  {{- with .server.deploymentStrategy }}{{ include "mcpgen.text" . | printf "strategy: %s" | nindent 2 }}{{ end }}
  selector:
    matchLabels: {"mcpgen.dev/server":"{{ .name }}",{{ .shared.selectorLabels }}}
  template:
    {{- include "mcpgen.server.pod" . | nindent 4 }}
{{- end }}

{{/* Changes with all that may change the server's tools. Usage: include "mcpgen.server.revision" (dict "server") */}}
{{- define "mcpgen.server.revision" -}}
{{- pick .server "image" "command" "args" "env" "secretEnv" "volumes" "http" | toJson | sha256sum | trunc 10 -}}
{{- end }}

{{/* The gateway dials mcp-<server>:4444; neither can be changed, and only the relay dials another name. The Service leads to pods of
this revision only: else a new gateway would ask an old pod for its tools. The relay learns from one that is not ready why. */}}
{{- define "mcpgen.server.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .fullname }}
  {{- include "mcpgen.server.metadata" . | nindent 2 }}
spec:
  {{- if .server.http }}
  sessionAffinity: ClientIP
  ports: [{name: mcp, port: {{ int .server.http.port }}, targetPort: mcp, protocol: TCP, appProtocol: http}]
  {{- else }}
  {{- if .shared.relay }}{{ "\n" }}  publishNotReadyAddresses: true{{ end }}
  ports: [{name: mcp, port: 4444, targetPort: mcp, protocol: TCP, appProtocol: tcp}]
  {{- end }}
  selector: {"mcpgen.dev/server":"{{ .name }}","mcpgen.dev/revision":"{{ include "mcpgen.server.revision" . }}",{{ .shared.selectorLabels }}}
{{- end }}

{{- define "mcpgen.server.serviceAccount" -}}
{{- $account := .server.serviceAccount -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $account.name | default .fullname | quote }}
  {{- include "mcpgen.server.metadata" (merge (dict "annotations" $account.annotations) .) | nindent 2 }}
automountServiceAccountToken: false
{{- end }}

{{/* Takes "volume" (its name) and "claim" (its settings) besides. */}}
{{- define "mcpgen.server.claim" -}}
{{- $keep := ternary (dict "helm.sh/resource-policy" "keep") dict (dig "keep" true .claim) -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .fullname }}-{{ .volume }}
  {{- include "mcpgen.server.metadata" (merge (dict "annotations" $keep) .) | nindent 2 }}
spec:
  accessModes: {{ .claim.accessModes | default (list "ReadWriteOnce") | include "mcpgen.text" }}
  {{- if hasKey .claim "storageClassName" }}
  storageClassName: {{ .claim.storageClassName | quote }}
  {{- end }}
  resources: {requests: {storage: {{ .claim.size | quote }}}}
{{- end }}
