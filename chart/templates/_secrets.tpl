{{/* Which Secrets and ConfigMaps a pod uses that are not the chart's. */}}

{{/* A line "<Secret> <key>" for each key that a server names; key * for a volume of a whole Secret.
Usage: include "mcpgen.secretKeys" $server */}}
{{- define "mcpgen.secretKeys" -}}
{{- range $_, $from := .secretEnv }}
{{ $from.name }} {{ $from.key }}
{{- end }}
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

{{/* The same for the gateway: its token, and the headers of remote servers. Usage: include "mcpgen.gateway.secretKeys" $ */}}
{{- define "mcpgen.gateway.secretKeys" -}}
{{- with .Values.gateway.auth }}{{ if .existingSecret }}
{{ .existingSecret }} {{ .key }}
{{- end }}{{ end -}}
{{- range include "mcpgen.remoteSecrets" . | trim | splitList "\n" | compact }}
{{ splitList " " . | rest | join " " }}
{{- end -}}
{{- end }}

{{/* All Secrets that are not the chart's, with their keys, as JSON: {"name": ["key", ...]}. Usage: include "mcpgen.allSecrets" $ | fromJson */}}
{{- define "mcpgen.allSecrets" -}}
{{- $lines := include "mcpgen.gateway.secretKeys" . -}}
{{- range .Values.servers -}}
{{- if dig "enabled" true . }}{{ $lines = print $lines (include "mcpgen.secretKeys" .) }}{{ end -}}
{{- end -}}
{{- $secrets := dict -}}
{{- range $lines | trim | splitList "\n" | compact | uniq | sortAlpha -}}
{{- $parts := splitList " " . -}}
{{- $_ := set $secrets (first $parts) (append (index $secrets (first $parts) | default list) (last $parts)) -}}
{{- end -}}
{{- omit $secrets "" | toJson -}}
{{- end }}

{{/* Annotations by which Reloader restarts a Deployment, as JSON. Usage: include "mcpgen.reloader" (list $lines $volumes),
of the lines above and a list of maps of volumes */}}
{{- define "mcpgen.reloader" -}}
{{- $names := dict "secret" list "configmap" list -}}
{{- range index . 0 | trim | splitList "\n" | compact -}}
{{- $_ := set $names "secret" (append $names.secret (splitList " " . | first)) -}}
{{- end -}}
{{- range $volumes := index . 1 -}}
{{- range $volumes }}{{ with .configMap }}{{ $_ := set $names "configmap" (append $names.configmap .name) }}{{ end }}{{ end -}}
{{- end -}}
{{- $annotations := dict -}}
{{- range $kind, $list := $names -}}
{{- with $list | uniq | sortAlpha }}{{ $_ := set $annotations (print $kind ".reloader.stakater.com/reload") (join "," .) }}{{ end -}}
{{- end -}}
{{- toJson $annotations -}}
{{- end }}

{{/* Annotations of a server's Deployment, as JSON; takes what _server.tpl's defines take. */}}
{{- define "mcpgen.server.annotations" -}}
{{- $annotations := dict -}}
{{- if .shared.root.Values.reloader -}}
{{- $annotations = include "mcpgen.reloader" (list (include "mcpgen.secretKeys" .server) (list .server.volumes)) | fromJson -}}
{{- end -}}
{{- with .server.description }}{{ $_ := set $annotations "kubernetes.io/description" . }}{{ end -}}
{{- toJson $annotations -}}
{{- end }}

{{/* Annotations of the gateway's Deployment, as JSON; its pod holds the servers too when they are sidecars. */}}
{{- define "mcpgen.gateway.annotations" -}}
{{- if .Values.reloader -}}
{{- $lines := include "mcpgen.gateway.secretKeys" . -}}
{{- $volumes := list -}}
{{- range ternary .Values.servers dict (eq .Values.topology "sidecars") -}}
{{- if and (dig "enabled" true .) (not .remote) -}}
{{- $lines = print $lines (include "mcpgen.secretKeys" .) }}{{ $volumes = append $volumes .volumes -}}
{{- end -}}
{{- end -}}
{{- include "mcpgen.reloader" (list $lines $volumes) -}}
{{- else -}}
{}
{{- end -}}
{{- end }}
