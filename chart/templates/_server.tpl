{{/* The objects of one server. Each define takes (dict "name" "fullname" "server" "shared") as servers.yaml makes it;
"fullname" is the name of its objects, "server" what mcpgen.server.merge makes of its entry, and what mcpgen.server.complete adds. */}}

{{- define "mcpgen.server.selectorLabels" -}}
mcpgen.dev/server: {{ quote .name }}
{{ .shared.selectorLabels }}
{{- end }}

{{/* The port that the server's pod and Service have, and that clients of the Service dial. */}}
{{- define "mcpgen.server.port" -}}
{{- with .server.http }}{{ int .port }}{{ else }}{{ .shared.bridgePort }}{{ end -}}
{{- end }}

{{/* Namespace and labels of its objects. Usage: include "mcpgen.server.labels" (list $one $labels), with the chart's own as text */}}
{{- define "mcpgen.server.labels" -}}
{{- $labels := index . 1 -}}
{{- with index . 0 -}}
namespace: {{ .shared.root.Release.Namespace | quote }}
labels:
  mcpgen.dev/server: {{ quote .name }}
  {{- $labels | nindent 2 }}
{{- end }}
{{- end }}

{{/* Usage: include "mcpgen.server.metadata" (list $one $annotations $labels): those of this object, or nothing. */}}
{{- define "mcpgen.server.metadata" -}}
{{- $one := index . 0 -}}
{{- $annotations := index . 1 -}}
{{- with index . 2 -}}
{{ include "mcpgen.server.labels" (list $one (include "mcpgen.labels" (list $one.shared.root "server" .))) }}
{{- else -}}
{{ $one.labels }}
{{- end -}}
{{- if or $annotations $one.shared.root.Values.commonAnnotations }}
annotations: {{ merge (dict) ($annotations | default dict) $one.shared.root.Values.commonAnnotations | include "mcpgen.text" }}
{{- end }}
{{- end }}

{{- define "mcpgen.server.deployment" -}}
{{- template "mcpgen.server.annotations" . -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .fullname }}
  {{- include "mcpgen.server.metadata" (list . .annotations nil) | nindent 2 }}
spec:
  {{- .common.fields | nindent 2 }}
  selector:
    matchLabels:
      {{- .selectorLabels | nindent 6 }}
  template:
    {{- template "mcpgen.server.pod" . }}
{{- end }}

{{- define "mcpgen.server.serviceAccount" -}}
{{- $account := .server.serviceAccount -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $account.name | default .fullname | quote }}
  {{- include "mcpgen.server.metadata" (list . $account.annotations nil) | nindent 2 }}
automountServiceAccountToken: false
{{- end }}

{{/* Usage: include "mcpgen.server.claim" (dict "one" $one "volume" $name "claim" $settings) */}}
{{- define "mcpgen.server.claim" -}}
{{- $keep := ternary (dict "helm.sh/resource-policy" "keep") dict (dig "keep" true .claim) -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ include "mcpgen.claimName" (list .one.fullname .volume) | quote }}
  {{- include "mcpgen.server.metadata" (list .one (merge (dict) (.claim.annotations | default dict) $keep) .claim.labels) | nindent 2 }}
spec:
  accessModes: {{ with .claim.accessModes }}{{ include "mcpgen.text" . }}{{ else }}["ReadWriteOnce"]{{ end }}
  {{- if hasKey .claim "storageClassName" }}
  storageClassName: {{ .claim.storageClassName | quote }}
  {{- end }}
  resources: {requests: {storage: {{ .claim.size | quote }}}}
{{- end }}
