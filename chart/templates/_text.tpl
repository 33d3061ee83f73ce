{{/* How templates write what values say: any code point must be read back as it was written. */}}

{{/* A value as JSON that is YAML of every version too. toJson leaves characters as they are that YAML 1.1 takes for a line break (U+0085)
or refuses: delete and the C1 controls, the byte order mark, and two that are no characters. A text alone may be written by quote too:
its escapes are YAML's. Usage: include "mcpgen.text" $value */}}
{{- define "mcpgen.text" -}}
{{- $json := toRawJson . -}}
{{- /* Delete, and the bytes that the others begin with: looked for each time, as a regular expression would be compiled each time. */ -}}
{{- if or (contains "\x7f" $json) (contains "\xc2" $json) (contains "\xef" $json) -}}
{{- range concat (untilStep 127 160 1) (list 65279 65534 65535) -}}
{{- $json = $json | replace (printf "%c" .) (printf `\u%04x` .) -}}
{{- end -}}
{{- end -}}
{{- $json -}}
{{- end }}

{{/* An object whose keys and texts may be templates, as JSON: what a template prints stays a text. toYaml would write nothing at all
where a text has a control character. Usage: include "mcpgen.object" (list $ $object) */}}
{{- define "mcpgen.object" -}}
{{- $root := index . 0 -}}
{{- $value := index . 1 -}}
{{- $parts := list -}}
{{- if kindIs "map" $value -}}
{{- range $key, $one := $value -}}
{{- $parts = append $parts (print (include "mcpgen.object" (list $root $key)) ":" (include "mcpgen.object" (list $root $one))) -}}
{{- end -}}
{ {{- join "," $parts -}} }
{{- else if kindIs "slice" $value -}}
{{- range $value }}{{ $parts = append $parts (include "mcpgen.object" (list $root .)) }}{{ end -}}
[ {{- join "," $parts -}} ]
{{- else if and (kindIs "string" $value) (contains "{{" $value) -}}
{{- tpl $value $root | include "mcpgen.text" -}}
{{- else -}}
{{- include "mcpgen.text" $value -}}
{{- end -}}
{{- end }}

{{/* A text in a message, with escapes in the place of what a terminal obeys. Usage: include "mcpgen.shown" $text */}}
{{- define "mcpgen.shown" -}}
{{- toString . | quote | trimPrefix "\"" | trimSuffix "\"" -}}
{{- end }}
