{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>". */}}

{{/* Mistakes in numbers of pods. Usage: include … (dict "at" "\n- <value>" "autoscaling" "own" "replicas" "resources" "budget"), where
"own" and "budget" are without defaults */}}
{{- define "mcpgen.validate.scaling" -}}
{{- $at := .at -}}
{{- $auto := .autoscaling -}}
{{- range $key := include "mcpgen.unused.autoscaling" $auto | splitList " " -}}
{{- if hasKey $.own $key -}}
{{ $at }}.autoscaling.{{ $key }}: has no effect with kind {{ $auto.kind }}; remove it, or set another kind
{{- end -}}
{{- end -}}
{{- if include "mcpgen.pods.scaled" . -}}
{{- if gt (int $auto.minReplicas) (int $auto.maxReplicas) -}}
{{ $at }}.autoscaling.minReplicas: {{ $auto.minReplicas }} is more than maxReplicas, {{ $auto.maxReplicas }}; lower it, or raise maxReplicas
{{- end -}}
{{- if not (or $auto.cpu $auto.memory $auto.metrics $auto.triggers) -}}
{{ $at }}.autoscaling: has no metric to scale by; set cpu, memory or{{ " " -}}
{{ ternary "metrics" "triggers" (eq $auto.kind "hpa") }}, for example cpu: 80
{{- end -}}
{{- /* Where there is no request, Kubernetes takes the limit. */ -}}
{{- $requests := merge (dict) (.resources.requests | default dict) (.resources.limits | default dict) -}}
{{- range $resource := list "cpu" "memory" -}}
{{- if and (index $auto $resource) (not (index $requests $resource)) -}}
{{ $at }}.autoscaling.{{ $resource }}: is a percentage of the request, but none is set; set resources.requests.{{ $resource }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $least := include "mcpgen.pods.least" . | int -}}
{{- range $key, $count := .budget -}}
{{- $none := or (eq (toString $count) "0") (eq (toString $count) "0%") -}}
{{- $most := ternary (ge (int $count) $least) (eq (toString $count) "100%") (ne (kindOf $count) "string") -}}
{{- if lt $least 2 -}}
{{ $at }}.podDisruptionBudget: if only one pod runs, a budget blocks every node drain or has no effect;{{ " " -}}
run at least 2 pods, or remove it
{{- else if ternary $none $most (eq $key "maxUnavailable") -}}
{{ $at }}.podDisruptionBudget.{{ $key }}: {{ $count }} allows no eviction, so no node could be drained;{{ " " -}}
let at least one of the {{ $least }} pods be evicted
{{- end -}}
{{- end -}}
{{- end }}

{{/* The same of a server, and whether its pods can share its volumes. Usage: as mcpgen.validate.server */}}
{{- define "mcpgen.validate.pods" -}}
{{- $server := .server -}}
{{- $own := dict "own" ($server.autoscaling | default dict) "budget" $server.podDisruptionBudget -}}
{{- $one := pick .effective "autoscaling" "replicas" "resources" | merge (dict "at" .at) $own -}}
{{- include "mcpgen.validate.scaling" $one -}}
{{- $most := include "mcpgen.pods.most" $one | int -}}
{{- $value := ternary "autoscaling.maxReplicas" "replicas" (eq (include "mcpgen.pods.scaled" $one) "true") -}}
{{- range $name, $volume := $server.volumes -}}
{{- with $volume.persistentVolumeClaim -}}
{{- $modes := .accessModes | default (list "ReadWriteOnce") -}}
{{- if and (gt $most 1) (not (has "ReadWriteMany" $modes)) (not (has "ReadOnlyMany" $modes)) -}}
{{ $.at }}.{{ $value }}: {{ $most }} pods cannot share the volume {{ include "mcpgen.shown" $name }},{{ " " -}}
which is {{ join ", " $modes }}; set 1, or accessModes: [ReadWriteMany]
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
