{{/* What the templates see of the values. */}}

{{/* Makes the values complete, once for all templates, each of which begins with this: what is missing or null gets its default,
and servers that are not enabled are left out. Values may lack keys that values.yaml has: `--reuse-values` has those of an older
chart, and a null removes a key. Usage: include "mcpgen.begin" $ */}}
{{- define "mcpgen.begin" -}}
{{- if not (hasKey .Values "mcpgen.begun") -}}
{{- range $path, $default := .Files.Get "files/defaults.json" | fromJson -}}
{{- $at := $.Values -}}
{{- $keys := splitList "." $path -}}
{{- range $key := initial $keys -}}
{{- $one := index $at $key -}}
{{- /* An image may be written as one text. */ -}}
{{- if kindIs "string" $one }}{{ $one = dict "repository" $one "tag" "" }}{{ end -}}
{{- $_ := set $at $key ($one | default dict) -}}
{{- $at = index $at $key -}}
{{- end -}}
{{- if kindIs "invalid" (index $at (last $keys)) }}{{ $_ := set $at (last $keys) $default }}{{ end -}}
{{- end -}}
{{- range $name, $server := .Values.servers -}}
{{- if not (dig "enabled" true $server) }}{{ $_ := unset $.Values.servers $name }}
{{- else if not $server.remote }}{{ $_ := set $.Values "mcpgen.relayed" true }}{{ end -}}
{{- /* A server that runs elsewhere has no pod, no Service, no policy. */ -}}
{{- if or $server.remote (and $server.http $server.http.url) }}{{ $_ := set $server "mcpgen.away" true }}{{ end -}}
{{- end -}}
{{- $_ := set .Values "mcpgen.begun" true -}}
{{- end -}}
{{- end }}
