{{/* What the gateway's Deployment and pod have in common with those of a server. */}}

{{/* Fields of a pod but its service account. Usage: include "mcpgen.pod.fields" (dict "root" $ "settings" $settings "selector" $labels),
of the gateway's or a server's settings, and its selector's labels */}}
{{- define "mcpgen.pod.fields" -}}
{{- $settings := .settings -}}
automountServiceAccountToken: {{ $settings.automountServiceAccountToken }}
enableServiceLinks: false
terminationGracePeriodSeconds: {{ int $settings.terminationGracePeriodSeconds }}
{{- range $field := list
  "runtimeClassName"
  "priorityClassName"
  "schedulerName"
  "nodeSelector"
  "affinity"
  "tolerations"
  "dnsPolicy"
  "dnsConfig"
  "hostAliases"
}}
{{- with index $settings $field }}
{{ $field }}: {{ include "mcpgen.text" . }}
{{- end }}
{{- end }}
{{- with $settings.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  {{- $one := ternary . (merge (dict "labelSelector" (dict "matchLabels" ($.selector | fromYaml))) .) (hasKey . "labelSelector") }}
  - {{ include "mcpgen.text" $one }}
  {{- end }}
{{- end }}
{{- if not $settings.hostUsers }}
hostUsers: false
{{- end }}
{{- with include "mcpgen.pullSecrets" .root }}
imagePullSecrets: {{ . }}
{{- end }}
securityContext: {{ include "mcpgen.securityContext" (list .root $settings.podSecurityContext) }}
{{- end }}

{{/* Fields of a Deployment. Usage: include "mcpgen.deployment.fields" $settings */}}
{{- define "mcpgen.deployment.fields" -}}
{{- if not (include "mcpgen.pods.scaled" .) }}
replicas: {{ int .replicas }}
{{- end }}
revisionHistoryLimit: {{ int .revisionHistoryLimit }}
{{- with .minReadySeconds }}
minReadySeconds: {{ int . }}
{{- end }}
{{- with .deploymentStrategy }}
strategy: {{ include "mcpgen.text" . }}
{{- end }}
{{- end }}

{{/* A probe as JSON: settings over the chart's own; another handler takes the place of the chart's.
Usage: include "mcpgen.probe" (list $settings $base) */}}
{{- define "mcpgen.probe" -}}
{{- $settings := index . 0 -}}
{{- $base := index . 1 -}}
{{- if pick $settings "exec" "httpGet" "tcpSocket" "grpc" }}{{ $base = omit $base "exec" "httpGet" "tcpSocket" "grpc" }}{{ end -}}
{{- merge (dict) $settings $base | include "mcpgen.text" -}}
{{- end }}

{{/* DNS settings of a pod that needs an option, unless they have it, as JSON. Usage: include … (list $dnsConfig "ndots" "5") */}}
{{- define "mcpgen.dnsConfig" -}}
{{- $option := index . 1 -}}
{{- $options := dig "options" list (index . 0) -}}
{{- $has := false -}}
{{- range $options }}{{ if eq .name $option }}{{ $has = true }}{{ end }}{{ end -}}
{{- if not $has }}{{ $options = append $options (dict "name" $option "value" (index . 2)) }}{{ end -}}
{{- merge (dict "options" $options) (index . 0) | toJson -}}
{{- end }}

{{/* Secrets with registry credentials, as JSON, or nothing; other charts write global ones as names. */}}
{{- define "mcpgen.pullSecrets" -}}
{{- $all := list -}}
{{- range concat (.Values.global.imagePullSecrets | default list) .Values.imagePullSecrets -}}
{{- $all = append $all (kindIs "string" . | ternary (dict "name" .) .) -}}
{{- end -}}
{{- with uniq $all }}{{ include "mcpgen.text" . }}{{ end -}}
{{- end }}
