{{/* The objects of one server. Each define takes (dict "name" "fullname" "server" "shared") as servers.yaml makes it;
"fullname" is the name of its objects, "server" what mcpgen.server.merge makes of its entry. */}}

{{- define "mcpgen.server.selectorLabels" -}}
mcpgen.dev/server: {{ quote .name }}
{{ .shared.selectorLabels }}
{{- end }}

{{/* The port that the server's pod and Service have, and that clients of the Service dial. */}}
{{- define "mcpgen.server.port" -}}
{{- with .server.http }}{{ int .port }}{{ else }}{{ .shared.bridgePort }}{{ end -}}
{{- end }}

{{/* Takes "annotations" and "ownLabels" besides. */}}
{{- define "mcpgen.server.metadata" -}}
namespace: {{ .shared.root.Release.Namespace | quote }}
labels:
  mcpgen.dev/server: {{ quote .name }}
  {{- with .ownLabels }}
  {{- include "mcpgen.labels" (list $.shared.root "server" .) | nindent 2 }}
  {{- else }}
  {{- .shared.labels | nindent 2 }}
  {{- end }}
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
  {{- include "mcpgen.deployment.fields" .server | trim | nindent 2 }}
  selector:
    matchLabels:
      {{- include "mcpgen.server.selectorLabels" . | nindent 6 }}
  template:
    {{- include "mcpgen.server.pod" . | nindent 4 }}
{{- end }}

{{/* The gateway dials mcp-<server>:4444; neither can be changed, and only the relay dials another name. It leads to the pods that are
ready, old and new ones: a rollout that fails, or is undone, takes none of them off the air. */}}
{{- define "mcpgen.server.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .fullname }}
  {{- $own := dict "annotations" .server.service.annotations "ownLabels" .server.service.labels }}
  {{- include "mcpgen.server.metadata" (merge $own .) | nindent 2 }}
spec:
  {{- with .shared.families }}{{ . | nindent 2 }}{{ end }}
  {{- if .server.http }}
  sessionAffinity: ClientIP
  {{- end }}
  ports:
    - name: mcp
      port: {{ include "mcpgen.server.port" . }}
      targetPort: mcp
      protocol: TCP
      appProtocol: {{ empty .server.http | ternary "tcp" "http" }}
  selector:
    {{- include "mcpgen.server.selectorLabels" . | nindent 4 }}
{{- end }}

{{/* The name of the server's pods in the Service of all servers, or nothing where nobody asks for it. The relay asks when no pod is
ready, as one that cannot start says why. Without the relay, the gateway's start waits for a pod that has the tools of these values,
so that the name changes with all that may change them. Usage: include "mcpgen.server.host" (list $ $name $settings $hasRelay) */}}
{{- define "mcpgen.server.host" -}}
{{- $server := index . 2 -}}
{{- $fullname := include "mcpgen.server.name" . -}}
{{- if not (index . 3) -}}
{{- $revision := pick $server "image" "command" "args" "env" "secretEnv" "volumes" "http" | dict $fullname | toJson | sha256sum -}}
{{ trunc 52 $fullname | trimSuffix "-" }}-{{ trunc 10 $revision }}
{{- else if not $server.http -}}
{{ $fullname }}
{{- end -}}
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
  name: {{ include "mcpgen.claimName" (list .fullname .volume) | quote }}
  {{- $own := dict "annotations" (merge (dict) (.claim.annotations | default dict) $keep) "ownLabels" .claim.labels }}
  {{- include "mcpgen.server.metadata" (merge $own .) | nindent 2 }}
spec:
  accessModes: {{ .claim.accessModes | default (list "ReadWriteOnce") | include "mcpgen.text" }}
  {{- if hasKey .claim "storageClassName" }}
  storageClassName: {{ .claim.storageClassName | quote }}
  {{- end }}
  resources: {requests: {storage: {{ .claim.size | quote }}}}
{{- end }}
