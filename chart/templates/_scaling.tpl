{{/* Autoscaler and disruption budget of a Deployment: each define that takes no other arguments takes
(dict "name" "metadata" "selectorLabels" "autoscaling" "budget" "replicas"), where "metadata" is text. */}}

{{/* No budget where one pod is allowed: it would hold up every drain, or hold up none. */}}
{{- define "mcpgen.scaling.budget" -}}
{{- if and .budget (gt (include "mcpgen.pods.least" . | int) 1) }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- .metadata | nindent 2 }}
spec:
  {{- range $key, $count := .budget }}
  {{ $key }}: {{ include "mcpgen.text" $count }}
  {{- end }}
  # A pod that is not ready serves nobody, and must not hold up a drain.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- .selectorLabels | nindent 6 }}
{{- end }}
{{- end }}

{{- define "mcpgen.scaling" -}}
{{- if ne .autoscaling.kind "none" }}
---
{{ include (print "mcpgen.scaling." .autoscaling.kind) . }}
{{- end }}
{{- include "mcpgen.scaling.budget" . }}
{{- end }}

{{/* The same of a server. Takes what the defines of _server.tpl take. */}}
{{- define "mcpgen.server.scaling" -}}
{{- include "mcpgen.scaling" (dict
  "name" .fullname
  "metadata" (printf "name: %s\n%s" .fullname (include "mcpgen.server.metadata" (list . nil nil)))
  "selectorLabels" .selectorLabels
  "autoscaling" .server.autoscaling
  "budget" .server.podDisruptionBudget
  "replicas" .server.replicas
) }}
{{- end }}
