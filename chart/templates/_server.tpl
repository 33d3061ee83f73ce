{{/* The objects of one server. Each define takes (dict "name" "server" "shared") as servers.yaml makes it;
"server" is the server's entry with the defaults merged in. Maps are written as JSON, which renders faster. */}}

{{/* Takes "annotations" besides. */}}
{{- define "mcpgen.server.metadata" -}}
namespace: {{ .shared.root.Release.Namespace }}
labels: {"mcpgen.dev/server":"{{ .name }}",{{ .shared.labels }}}
{{- with merge (dict) (.annotations | default dict) .shared.root.Values.commonAnnotations }}
annotations: {{ toJson . }}
{{- end }}
{{- end }}

{{- define "mcpgen.server.deployment" -}}
{{- $annotations := dict }}
{{- with .server.description }}{{ $annotations = dict "kubernetes.io/description" . }}{{ end -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: mcp-{{ .name }}
  {{- include "mcpgen.server.metadata" (merge (dict "annotations" $annotations) .) | nindent 2 }}
spec:
  replicas: {{ .server.replicas }}
  revisionHistoryLimit: 2
  {{- include "mcpgen.server.strategy" .server }}
  selector:
    matchLabels: {"mcpgen.dev/server":"{{ .name }}",{{ .shared.selectorLabels }}}
  template:
    {{- include "mcpgen.server.pod" . | nindent 4 }}
{{- end }}

{{/* The gateway dials mcp-<server>:4444; neither can be changed. */}}
{{- define "mcpgen.server.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: mcp-{{ .name }}
  {{- include "mcpgen.server.metadata" . | nindent 2 }}
spec:
  ports: [{name: mcp, port: 4444, targetPort: mcp, protocol: TCP}]
  selector: {"mcpgen.dev/server":"{{ .name }}",{{ .shared.selectorLabels }}}
{{- end }}

{{- define "mcpgen.server.serviceAccount" -}}
{{- $account := .server.serviceAccount -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $account.name | default (printf "mcp-%s" .name) }}
  {{- include "mcpgen.server.metadata" (merge (dict "annotations" $account.annotations) .) | nindent 2 }}
automountServiceAccountToken: false
{{- end }}

{{/* Takes "volume" (its name) and "claim" (its settings) besides. */}}
{{- define "mcpgen.server.claim" -}}
{{- $keep := ternary (dict "helm.sh/resource-policy" "keep") dict (dig "keep" true .claim) -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: mcp-{{ .name }}-{{ .volume }}
  {{- include "mcpgen.server.metadata" (merge (dict "annotations" $keep) .) | nindent 2 }}
spec:
  accessModes: {{ .claim.accessModes | default (list "ReadWriteOnce") | toJson }}
  {{- if hasKey .claim "storageClassName" }}
  storageClassName: {{ .claim.storageClassName | quote }}
  {{- end }}
  resources: {requests: {storage: {{ .claim.size | quote }}}}
{{- end }}
