{{/* Names that must be DNS labels. Here and not in the schema, as Helm tells of a wrong name at a random place of the values.
Usage: include "mcpgen.validate.names" (dict "name" "server" "prefix"), which is what the chart puts before names of servers */}}
{{- define "mcpgen.validate.names" -}}
{{- $most := sub 63 (len .prefix) | int -}}
{{- if or (not (include "mcpgen.isLabel" .name)) (gt (len .name) $most) }}
- servers.{{ include "mcpgen.shown" .name }}: is not a valid server name,{{ " " -}}
because its Service is named {{ .prefix }}<name>; use at most {{ $most }} lower-case letters,{{ " " -}}
digits and hyphens{{ if ne .prefix "mcp-" }}, or a shorter release name{{ end }}
{{- end -}}
{{- $server := .name -}}
{{- range $name, $_ := .server.volumes -}}
{{- if or (not (include "mcpgen.isLabel" $name)) (gt (len $name) 63) }}
- servers.{{ include "mcpgen.shown" $server }}.volumes.{{ include "mcpgen.shown" $name }}: is not a valid volume name;{{ " " -}}
use at most 63 lower-case letters, digits and hyphens
{{- end -}}
{{- end -}}
{{- end }}

{{/* "true" if a text is a DNS label, but for its length. Not by a regular expression, which would be compiled for each name. */}}
{{- define "mcpgen.isLabel" -}}
{{- if not (or (empty .) (trimAll "abcdefghijklmnopqrstuvwxyz0123456789-" .) (hasPrefix "-" .) (hasSuffix "-" .)) }}true{{ end -}}
{{- end }}
