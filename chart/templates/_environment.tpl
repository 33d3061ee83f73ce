{{/* Environment variables of containers. */}}

{{/* All of a container; secrets come before what may refer to them as $(NAME). "base" is what the chart sets unless the others do.
Usage: include "mcpgen.environment" (dict "base" "secretEnv" "env") | trim */}}
{{- define "mcpgen.environment" -}}
{{- $set := dict -}}
{{- if .base -}}
{{- range list .secretEnv .env }}{{ range $name, $_ := . }}{{ $_ := set $set (lower $name) true }}{{ end }}{{ end -}}
{{- end -}}
{{- range $name, $value := .base }}
{{- if not (hasKey $set (lower $name)) }}
- {name: {{ quote $name }}, value: {{ quote $value }}}
{{- end }}
{{- end }}
{{- range $name, $from := .secretEnv }}
- {name: {{ quote $name }}, valueFrom: {secretKeyRef: {{ include "mcpgen.text" $from }}}}
{{- end }}
{{- range $name, $value := .env }}
{{- if kindIs "map" $value }}
- {name: {{ quote $name }}, valueFrom: {{ include "mcpgen.text" $value }}}
{{- else }}
- {name: {{ quote $name }}, value: {{ include "mcpgen.envValue" $value }}}
{{- end }}
{{- end }}
{{- end }}

{{/* Value of an environment variable: always text. Usage: include "mcpgen.envValue" $value */}}
{{- define "mcpgen.envValue" -}}
{{- ternary . (toJson .) (kindIs "string" .) | quote -}}
{{- end }}

{{/* What every container of servers and of the gateway gets, as JSON. Usage: include "mcpgen.environment.base" $ | fromJson */}}
{{- define "mcpgen.environment.base" -}}
{{- merge (include "mcpgen.trust.environment" . | fromJson) (include "mcpgen.proxy.environment" . | fromJson) | toJson -}}
{{- end }}

{{/* The proxy, for programs that read upper case and for those that read lower case. */}}
{{- define "mcpgen.proxy.environment" -}}
{{- $all := dict -}}
{{- with .Values.proxy -}}
{{- with .http }}{{ $_ := set $all "HTTP_PROXY" . }}{{ end -}}
{{- with .https }}{{ $_ := set $all "HTTPS_PROXY" . }}{{ end -}}
{{- if or .http .https .noProxy -}}
{{- $direct := list "localhost" "127.0.0.1" "::1" ".svc" ".cluster.local" "$(KUBERNETES_SERVICE_HOST)" -}}
{{- range $name, $server := $.Values.servers }}{{ if $server.http }}{{ $direct = append $direct (print "mcp-" $name) }}{{ end }}{{ end -}}
{{- $_ := set $all "NO_PROXY" (concat $direct .noProxy | join ",") -}}
{{- end -}}
{{- end -}}
{{- range $name := keys $all }}{{ $_ := set $all (lower $name) (index $all $name) }}{{ end -}}
{{- toJson $all -}}
{{- end }}
