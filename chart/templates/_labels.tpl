{{/* Labels, a line each. */}}

{{/* Those that selectors use; they never change. A server's selector has the label mcpgen.dev/server besides.
Usage: include "mcpgen.selectorLabels" (list $ "gateway") | nindent 4 */}}
{{- define "mcpgen.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "mcpgen.name" $root | quote }}
app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
app.kubernetes.io/component: {{ index . 1 | quote }}
{{- end }}

{{/* Those of every object. Usage: include "mcpgen.labels" (list $ "gateway") | nindent 2 */}}
{{- define "mcpgen.labels" -}}
{{- $root := index . 0 -}}
{{- $chart := printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{ include "mcpgen.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ $root.Release.Service | quote }}
helm.sh/chart: {{ quote $chart }}
{{- include "mcpgen.extraLabels" $root.Values.commonLabels }}
{{- end }}

{{/* A user's labels, to be put after the chart's own, which they cannot replace. Usage: include "mcpgen.extraLabels" $map */}}
{{- define "mcpgen.extraLabels" -}}
{{- range $key, $value := omit .
  "app.kubernetes.io/name"
  "app.kubernetes.io/instance"
  "app.kubernetes.io/component"
  "app.kubernetes.io/managed-by"
  "helm.sh/chart"
  "mcpgen.dev/server"
  "mcpgen.dev/egress"
}}
{{ include "mcpgen.text" $key }}: {{ include "mcpgen.text" $value }}
{{- end -}}
{{- end }}
