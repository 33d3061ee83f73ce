{{/* What a server has in effect of what has names: volumes and environment variables. */}}

{{/* Of maps whose entries have one source each, an entry is the server's or the default's as a whole; a variable of the server's
takes the place of one of the defaults, be it from a Secret or not. Usage: include … (dict "all" "own" "defaults") */}}
{{- define "mcpgen.merge.named" -}}
{{- range $key := list "volumes" "env" "secretEnv" -}}
{{- $mine := index $.own $key | default dict -}}
{{- $shared := index $.defaults $key -}}
{{- if $shared -}}
{{- $other := index $.own (index (dict "env" "secretEnv" "secretEnv" "env" "volumes" "") $key) | default dict -}}
{{- $merged := omit $mine -}}
{{- range $name, $one := $shared -}}
{{- if not (or (hasKey $mine $name) (hasKey $other $name)) }}{{ $_ := set $merged $name $one }}{{ end -}}
{{- end -}}
{{- $mine = $merged -}}
{{- end -}}
{{- $_ := set $.all $key $mine -}}
{{- end -}}
{{- end }}

{{/* "true" if a pod has to end before the next one starts, whatever the strategy of `defaults`, because it has a volume that can be
mounted by one pod only, or may be so: the second one would wait for ever. Usage: include "mcpgen.merge.recreates" (list $own $volumes) */}}
{{- define "mcpgen.merge.recreates" -}}
{{- if not (index . 0).deploymentStrategy -}}
{{- range index . 1 -}}
{{- $modes := (.persistentVolumeClaim | default dict).accessModes -}}
{{- $many := and $modes (or (has "ReadWriteMany" $modes) (has "ReadOnlyMany" $modes)) -}}
{{- if or (and .persistentVolumeClaim (not $many)) (and .existingClaim (not .readOnly)) }}true{{ break }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end }}
