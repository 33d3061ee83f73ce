{{/* The tools that each server may offer; a server that is not in it offers all. Usage: include "mcpgen.allowedTools" $ */}}
{{- define "mcpgen.allowedTools" -}}
{{- range $name, $server := .Values.servers }}
{{- if hasKey $server "allowTools" }}
{{ $name | quote }}: {{ $server.allowTools | include "mcpgen.text" }}
{{- end }}
{{- end }}
{{- end }}

{{/* For `helm test`: the tools that clients should see of each server, as JSON. Usage: include "mcpgen.expectedTools" $ */}}
{{- define "mcpgen.expectedTools" -}}
{{- $all := dict -}}
{{- range $name, $server := .Values.servers -}}
{{- $one := dict "required" (dig "required" $.Values.defaults.required $server) -}}
{{- if $server.tools -}}
{{- $tools := list -}}
{{- range $server.tools -}}
{{- if or (not (hasKey $server "allowTools")) (has . $server.allowTools) -}}
{{- $tools = append $tools (empty $server.prefix | ternary . (print $server.prefix "__" .)) -}}
{{- end -}}
{{- end -}}
{{- $_ := set $one "tools" $tools -}}
{{- end -}}
{{- $_ := set $all $name (merge $one (pick $server "prefix")) -}}
{{- end -}}
{{- include "mcpgen.text" $all -}}
{{- end }}
