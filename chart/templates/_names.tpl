{{/* The chart's name in labels. Usage: include "mcpgen.name" $ */}}
{{- define "mcpgen.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{/* The name of the gateway's Service and Deployment, and the start of its other names. Usage: include "mcpgen.fullname" $ */}}
{{- define "mcpgen.fullname" -}}
{{- $name := include "mcpgen.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $full | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{/* The name of a server's Service and Deployment, and the start of its claims' names. The gateway dials mcp-<server>: the
objects are named otherwise only where the relay stands between. Usage: include "mcpgen.server.name" (list $ $name) */}}
{{- define "mcpgen.server.name" -}}
{{- $root := index . 0 -}}
{{- if $root.Values.relay.releaseNames }}{{ $root.Release.Name }}-{{ end }}mcp-{{ index . 1 }}
{{- end }}

{{/* Labels that selectors use; they never change. A server's selector has the label mcpgen.dev/server besides.
As the inside of a JSON object. Usage: include "mcpgen.selectorLabels" (list $ "gateway") */}}
{{- define "mcpgen.selectorLabels" -}}
{{- $root := index . 0 -}}
"app.kubernetes.io/name":{{ include "mcpgen.name" $root | quote }},"app.kubernetes.io/instance":{{ $root.Release.Name | quote }},"app.kubernetes.io/component":{{ index . 1 | quote }}
{{- end }}

{{/* Labels of every object, as the inside of a JSON object. Usage: include "mcpgen.labels" (list $ "gateway") */}}
{{- define "mcpgen.labels" -}}
{{- $root := index . 0 -}}
{{- include "mcpgen.selectorLabels" . -}}
,"app.kubernetes.io/managed-by":{{ $root.Release.Service | quote }},"helm.sh/chart":
{{- printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{- include "mcpgen.extraLabels" $root.Values.commonLabels }}
{{- end }}

{{/* A user's labels, to be put after the chart's own, which they cannot replace. Usage: include "mcpgen.extraLabels" $map */}}
{{- define "mcpgen.extraLabels" -}}
{{- with omit . "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component" "app.kubernetes.io/managed-by" "helm.sh/chart" "mcpgen.dev/server" "mcpgen.dev/egress" "mcpgen.dev/revision" -}}
,{{ include "mcpgen.text" . | trimPrefix "{" | trimSuffix "}" }}
{{- end -}}
{{- end }}

{{/* Name, namespace, labels and annotations of an object of the gateway.
Usage: include "mcpgen.metadata" (list $ "gateway" $name $annotations) */}}
{{- define "mcpgen.metadata" -}}
{{- $root := index . 0 -}}
name: {{ index . 2 | quote }}
namespace: {{ $root.Release.Namespace | quote }}
labels: { {{- include "mcpgen.labels" (list $root (index . 1)) -}} }
{{- with merge (dict) (index . 3) $root.Values.commonAnnotations }}
annotations: {{ include "mcpgen.text" . }}
{{- end }}
{{- end }}

{{/* The name of a pod's service account, in quotes. Usage: include "mcpgen.serviceAccountName" (list .serviceAccount $nameIfMade) */}}
{{- define "mcpgen.serviceAccountName" -}}
{{- $account := index . 0 -}}
{{- $account.name | default (ternary (index . 1) "default" $account.create) | quote -}}
{{- end }}
