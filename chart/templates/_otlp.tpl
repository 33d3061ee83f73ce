{{/* Metrics and traces that leave by OTLP, `monitoring.otlp`. Each define takes the root, unless it says otherwise. */}}

{{/* The peer that an endpoint names: an address, or the namespace of a Service, as a NetworkPolicy knows no names. Nothing for a host
outside the cluster. Usage: include "mcpgen.otlp.peer" (list $ $endpoint) */}}
{{- define "mcpgen.otlp.peer" -}}
{{- $host := regexReplaceAll `^https?://(.*):[0-9]+$` (index . 1) "${1}" -}}
{{- $labels := splitList "." (regexReplaceAll `\.svc(\..*)?$` $host "") -}}
{{- if regexMatch `^[0-9.]+$` $host -}}
{{ dict "ipBlock" (dict "cidr" (print $host "/32")) | toJson }}
{{- else if hasPrefix "[" $host -}}
{{ dict "ipBlock" (dict "cidr" (print (trimAll "[]" $host) "/128")) | toJson }}
{{- else if le (len $labels) 2 -}}
{{- $namespace := index (append $labels (index . 0).Release.Namespace) 1 -}}
{{ dict "namespaceSelector" (dict "matchLabels" (dict "kubernetes.io/metadata.name" $namespace)) | toJson }}
{{- end -}}
{{- end }}

{{/* Rules that let the gateway's pod reach its collectors, as a list of JSON. */}}
{{- define "mcpgen.otlp.egress" -}}
{{- $rules := list -}}
{{- with .Values.monitoring.otlp -}}
{{- $endpoints := list .endpoint (ternary .tracesEndpoint "" (eq (include "mcpgen.relay.on" $) "true")) -}}
{{- range $endpoint := uniq (compact $endpoints) -}}
{{- $to := $.Values.monitoring.otlp.to | default (list (include "mcpgen.otlp.peer" (list $ $endpoint) | fromJson)) -}}
{{- $port := regexFind `[0-9]+$` $endpoint | int -}}
{{- $rules = append $rules (dict "to" $to "ports" (list (dict "port" $port "protocol" "TCP"))) -}}
{{- end -}}
{{- end -}}
{{- toRawJson $rules -}}
{{- end }}

{{/* What the relay's configuration says of traces, as JSON. */}}
{{- define "mcpgen.otlp.relay" -}}
{{- with .Values.monitoring.otlp -}}
{{- $traces := dict "url" (print .tracesEndpoint "/v1/traces") "ratio" .sampleRatio -}}
{{ ternary (dict "traces" $traces) dict (ne .tracesEndpoint "") | toRawJson }}
{{- end -}}
{{- end }}

{{/* Mistakes in `monitoring.otlp`: a line each. */}}
{{- define "mcpgen.validate.otlp" -}}
{{- with .Values.monitoring.otlp -}}
{{- if and .tracesEndpoint (not (include "mcpgen.relay.on" $)) }}
- monitoring.otlp.tracesEndpoint: these traces come from the relay, which does not run; set relay.enabled: true and topology: pods
{{- end -}}
{{- if and $.Values.networkPolicy.enabled (not .to) -}}
{{- range $key := list "endpoint" "tracesEndpoint" -}}
{{- $endpoint := get $.Values.monitoring.otlp $key -}}
{{- if and $endpoint (not (include "mcpgen.otlp.peer" (list $ $endpoint))) }}
- monitoring.otlp.to: is empty, but the host of {{ $key }}, {{ $endpoint }}, is outside the cluster, and a network policy allows
  such hosts only by address; set the address, for example [{ipBlock: {cidr: 203.0.113.7/32}}]
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
