{{/* What Prometheus and Grafana get, `monitoring`. Each define takes the root. */}}

{{/* The job of the relay's metrics, as the Prometheus Operator makes it of a PodMonitor. */}}
{{- define "mcpgen.monitoring.job" -}}
{{ .Release.Namespace }}/{{ include "mcpgen.fullname" . }}
{{- end }}

{{/* The alerts of files/monitoring/alerts.yaml for this release. Names are in regular expressions: they have no special characters but
the dots of fullnameOverride, which match themselves too. */}}
{{- define "mcpgen.monitoring.alerts" -}}
{{- $name := include "mcpgen.fullname" . -}}
{{- $servers := list -}}
{{- range $server, $_ := .Values.servers }}{{ $servers = append $servers (include "mcpgen.server.name" (list $ $server)) }}{{ end -}}
{{- $pods := printf "(%s)-.*" (append $servers $name | join "|") -}}
{{- $text := .Files.Get "files/monitoring/alerts.yaml" -}}
{{- range $key, $value := dict
  "job" (include "mcpgen.monitoring.job" .) "namespace" .Release.Namespace "name" $name
  "pods" $pods "servers" (printf "(%s)-.*" (join "|" $servers))
  "errorRatio" .Values.monitoring.alerts.errorRatio "slowSeconds" .Values.monitoring.alerts.slowSeconds -}}
{{- $text = replace (printf "<%s>" $key) (toString $value) $text -}}
{{- end -}}
{{- $alerts := list -}}
{{- range $alert := $text | fromYamlArray -}}
{{- $_ := set $alert.annotations "runbook_url" (printf "%s#%s" $.Values.monitoring.alerts.runbooks (lower $alert.alert)) -}}
{{- if or (ne $alert.alert "McpgenCertificateExpires") $.Values.exposure.tls.issuerRef }}{{ $alerts = append $alerts $alert }}{{ end -}}
{{- end -}}
{{- toRawJson $alerts -}}
{{- end }}

{{/* Annotations of the gateway's pod for a Prometheus that discovers pods, as JSON. They can name one port only. */}}
{{- define "mcpgen.monitoring.scrape" -}}
{{- $port := ternary .Values.relay.port .Values.door.adminPort (eq (include "mcpgen.relay.on" .) "true") | int | toString -}}
{{- $all := dict "prometheus.io/scrape" "true" "prometheus.io/port" $port "prometheus.io/path" "/metrics" -}}
{{ ternary $all dict .Values.monitoring.scrapeAnnotations | toJson }}
{{- end }}

{{/* Mistakes in `monitoring`: a line each. */}}
{{- define "mcpgen.validate.monitoring" -}}
{{- include "mcpgen.validate.otlp" . -}}
{{- with ternary "enabled" (ternary "scrapeAnnotations" "" .Values.monitoring.scrapeAnnotations) .Values.monitoring.enabled -}}
{{- $sources := dict "relay" (include "mcpgen.relay.on" $) "door" (ternary "true" "" $.Values.door.enabled) -}}
{{- if not (compact (values $sources)) }}
- monitoring.{{ . }}: the metrics come from the relay, which does not run; set relay.enabled: true and topology: pods
{{- end -}}
{{- range $name, $isOn := $sources -}}
{{- if and $isOn $.Values.networkPolicy.enabled (not (index $.Values $name).metricsFrom) }}
- {{ $name }}.metricsFrom: is empty, so the network policy would block Prometheus; list the peers that may connect, for example
  [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Name, namespace, and labels with those by which it is found. Usage: include "mcpgen.monitoring.metadata" (list $ $name $labels) */}}
{{- define "mcpgen.monitoring.metadata" -}}
{{- $root := index . 0 -}}
name: {{ index . 1 | quote }}
namespace: {{ $root.Release.Namespace | quote }}
labels:
  {{- include "mcpgen.labels" (list $root "monitoring") | nindent 2 }}
  {{- with include "mcpgen.extraLabels" (index . 2) | trim }}{{ . | nindent 2 }}{{ end }}
{{- with $root.Values.commonAnnotations }}
annotations: {{ include "mcpgen.text" . }}
{{- end }}
{{- end }}
