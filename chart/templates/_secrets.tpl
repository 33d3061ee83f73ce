{{/* Which Secrets and ConfigMaps a pod uses that are not the chart's. */}}

{{/* A line "<Secret> <key>" for each key that a server names; key * for a volume of a whole Secret.
Usage: include "mcpgen.secretKeys" $server */}}
{{- define "mcpgen.secretKeys" -}}
{{- range $_, $from := .secretEnv }}
{{ $from.name }} {{ $from.key }}
{{- end }}
{{- range .envFrom }}{{ with .secretRef }}
{{ .name }} *
{{- end }}{{ end }}
{{- range .volumes -}}
{{- with .secret -}}
{{- $secret := .name -}}
{{- range .items }}
{{ $secret }} {{ .key }}
{{- else }}
{{ $secret }} *
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* The same for the gateway: its token, and the headers of servers that run elsewhere. Usage: include "mcpgen.gateway.secretKeys" $ */}}
{{- define "mcpgen.gateway.secretKeys" -}}
{{- with .Values.gateway.auth }}{{ if .existingSecret }}
{{ .existingSecret }} {{ .key }}
{{- end }}{{ end -}}
{{- include "mcpgen.secretKeys" .Values.gateway }}
{{- include "mcpgen.secretKeys" .Values.relay }}
{{- range include "mcpgen.remoteSecrets" . | trim | splitList "\n" | compact }}
{{ splitList " " . | rest | join " " }}
{{- end -}}
{{- range include "mcpgen.http.secrets" . | trim | splitList "\n" | compact }}
{{ splitList " " . | rest | join " " }}
{{- end -}}
{{- end }}

{{/* All of them with their keys, as JSON: {"name": ["key", ...]}. Usage: include "mcpgen.allSecrets" $ | fromJson */}}
{{- define "mcpgen.allSecrets" -}}
{{- $lines := include "mcpgen.gateway.secretKeys" . -}}
{{- if .Values.servers }}{{ $lines = print $lines (include "mcpgen.secretKeys" .Values.defaults) }}{{ end -}}
{{- range .Values.servers -}}
{{- $lines = print $lines (include "mcpgen.secretKeys" .) -}}
{{- end -}}
{{- $secrets := dict -}}
{{- range $lines | trim | splitList "\n" -}}
{{- $parts := splitList " " . -}}
{{- if not (hasKey $secrets (first $parts)) }}{{ $_ := set $secrets (first $parts) dict }}{{ end -}}
{{- $_ := set (index $secrets (first $parts)) (last $parts) true -}}
{{- end -}}
{{- range $name, $keys := $secrets }}{{ $_ := set $secrets $name (keys $keys | sortAlpha) }}{{ end -}}
{{- omit $secrets "" | toJson -}}
{{- end }}
