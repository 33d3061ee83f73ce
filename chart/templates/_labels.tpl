{{/* Labels, a line each. */}}

{{/* Those that selectors use; they never change. A server's selector has the label mcpgen.dev/server besides.
Usage: include "mcpgen.selectorLabels" (list $ "gateway") | nindent 4 */}}
{{- define "mcpgen.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "mcpgen.name" $root | quote }}
app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
app.kubernetes.io/component: {{ index . 1 | quote }}
{{- end }}

{{/* Those of every object. Usage: include "mcpgen.labels" (list $ "gateway") | nindent 2, or with labels of its own as a third item */}}
{{- define "mcpgen.labels" -}}
{{- $root := index . 0 -}}
{{- $chart := printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{ include "mcpgen.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ $root.Release.Service | quote }}
app.kubernetes.io/part-of: {{ include "mcpgen.name" $root | quote }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | replace "+" "_" | quote }}
helm.sh/chart: {{ quote $chart }}
{{- $own := ternary (index . (sub (len .) 1)) dict (gt (len .) 2) }}
{{- include "mcpgen.extraLabels" (merge (dict) $own $root.Values.commonLabels) }}
{{- end }}

{{/* A user's labels, to be put after the chart's own, which they cannot replace. Usage: include "mcpgen.extraLabels" $map */}}
{{- define "mcpgen.extraLabels" -}}
{{- range $key, $value := omit .
  "app.kubernetes.io/name"
  "app.kubernetes.io/instance"
  "app.kubernetes.io/component"
  "app.kubernetes.io/managed-by"
  "app.kubernetes.io/part-of"
  "app.kubernetes.io/version"
  "helm.sh/chart"
  "mcpgen.dev/server"
  "mcpgen.dev/egress"
}}
{{ include "mcpgen.text" $key }}: {{ include "mcpgen.text" $value }}
{{- end -}}
{{- end }}
