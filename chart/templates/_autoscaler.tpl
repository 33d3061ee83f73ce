{{/* Autoscalers, the same for the gateway and the servers; the defines that make an object take what those of _scaling.tpl take. */}}

{{/* Whether an autoscaler sets the number of pods, so that the Deployment must not; "true" or nothing.
Usage: include "mcpgen.pods.scaled" $settings */}}
{{- define "mcpgen.pods.scaled" -}}
{{- if has .autoscaling.kind (list "hpa" "keda") }}true{{ end -}}
{{- end }}

{{/* The smallest and the largest number of pods that settings allow. Usage: include "mcpgen.pods.most" $settings | int */}}
{{- define "mcpgen.pods.least" -}}
{{- ternary .autoscaling.minReplicas .replicas (eq (include "mcpgen.pods.scaled" .) "true") | int -}}
{{- end }}
{{- define "mcpgen.pods.most" -}}
{{- ternary .autoscaling.maxReplicas .replicas (eq (include "mcpgen.pods.scaled" .) "true") | int -}}
{{- end }}

{{/* Takes the pods away slowly, because each that goes ends its sessions: one in ten minutes, after an hour without need. */}}
{{- define "mcpgen.scaling.behavior" -}}
{{- $slow := dict "stabilizationWindowSeconds" 3600 "policies" (list (dict "type" "Pods" "value" 1 "periodSeconds" 600)) -}}
{{- .behavior | default (dict "scaleDown" $slow) | include "mcpgen.text" -}}
{{- end }}

{{- define "mcpgen.scaling.hpa" -}}
{{- $metrics := .autoscaling.metrics | default list -}}
{{- range $resource := list "memory" "cpu" -}}
{{- with index $.autoscaling $resource -}}
{{- $target := dict "type" "Utilization" "averageUtilization" (int .) -}}
{{- $metrics = prepend $metrics (dict "type" "Resource" "resource" (dict "name" $resource "target" $target)) -}}
{{- end -}}
{{- end -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- .metadata | nindent 2 }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ quote .name }}}
  minReplicas: {{ int .autoscaling.minReplicas }}
  maxReplicas: {{ int .autoscaling.maxReplicas }}
  metrics: {{ include "mcpgen.text" $metrics }}
  behavior: {{ include "mcpgen.scaling.behavior" .autoscaling }}
{{- end }}

{{- define "mcpgen.scaling.keda" -}}
{{- $triggers := .autoscaling.triggers | default list -}}
{{- range $resource := list "memory" "cpu" -}}
{{- with index $.autoscaling $resource -}}
{{- $target := dict "value" (int . | toString) -}}
{{- $triggers = prepend $triggers (dict "type" $resource "metricType" "Utilization" "metadata" $target) -}}
{{- end -}}
{{- end -}}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  {{- .metadata | nindent 2 }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ quote .name }}}
  minReplicaCount: {{ int .autoscaling.minReplicas }}
  maxReplicaCount: {{ int .autoscaling.maxReplicas }}
  advanced: {horizontalPodAutoscalerConfig: {behavior: {{ include "mcpgen.scaling.behavior" .autoscaling }}}}
  triggers: {{ include "mcpgen.text" $triggers }}
{{- end }}

{{/* By default it changes only pods that start anyway, as an eviction ends sessions. */}}
{{- define "mcpgen.scaling.vpa" -}}
{{- $policy := pick .autoscaling "minAllowed" "maxAllowed" | merge (dict "containerName" "*") -}}
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata:
  {{- .metadata | nindent 2 }}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ quote .name }}}
  updatePolicy: {updateMode: {{ .autoscaling.updateMode | default "Initial" | quote }}}
  resourcePolicy: {containerPolicies: [{{ include "mcpgen.text" $policy }}]}
{{- end }}
