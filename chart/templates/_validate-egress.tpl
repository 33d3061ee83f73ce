{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>". */}}

{{/* Mistakes in what a server may reach, by its own settings and by those in effect. Usage: as mcpgen.validate.server */}}
{{- define "mcpgen.validate.egress" -}}
{{- $at := print .at ".egress" -}}
{{- $own := .server.egress | default dict -}}
{{- $egress := .effective.egress -}}
{{- if and (eq $egress.mode "hosts") (not $egress.hosts) -}}
{{ $at }}.hosts: is empty, but mode hosts needs it; list "host:port" entries (or set mode: none to allow nothing)
{{- else if and $own.hosts (ne $egress.mode "hosts") -}}
{{ $at }}.hosts: has no effect in mode {{ $egress.mode }}; set egress.mode: hosts, or remove it
{{- end -}}
{{- include "mcpgen.validate.peers" (dict "at" $at "own" $own "mode" $egress.mode) -}}
{{- if and $own.ports .defaults.egress.to (not (hasKey $own "to")) -}}
{{ $at }}.ports: does not apply to the `to` of defaults.egress; set `to` here too (in mode custom, to: [] means every address)
{{- else if and (eq $egress.mode "custom") (not $egress.to) (not $egress.ports) -}}
{{ $at }}: mode custom needs `to` or `ports`; set one of them
{{- end -}}
{{- end }}

{{/* Mistakes in `to` and `ports`, of a server or of `defaults`. Usage: include … (dict "at" "\n- <value>" "own" $egress "mode") */}}
{{- define "mcpgen.validate.peers" -}}
{{- if and (has .mode (list "none" "all")) (or .own.to .own.ports) -}}
{{ .at }}: `to` and `ports` have no effect in mode {{ .mode }}; use mode custom, or remove them
{{- else if and .own.ports (not .own.to) (ne .mode "custom") -}}
{{ .at }}.ports: applies to `to`, which is empty; set `to`, or use mode custom to open these ports to every address
{{- end -}}
{{- end }}
