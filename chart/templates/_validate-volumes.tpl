{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>". */}}

{{/* Mistakes in volumes. Usage: include … (dict "at" "\n- <value>" "own" $volumes "others" $volumes "paths"): those of `defaults`
besides, and the paths that are taken, each with what has it */}}
{{- define "mcpgen.validate.volumes" -}}
{{- $at := .at -}}
{{- $paths := .paths -}}
{{- $own := .own | default dict -}}
{{- $others := .others | default dict -}}
{{- range $name, $volume := $others -}}
{{- if not (hasKey $own $name) }}{{ $_ := set $paths $volume.mountPath (print "defaults.volumes." $name) }}{{ end -}}
{{- end -}}
{{- range $name, $volume := $own -}}
{{- $sources := omit $volume "mountPath" "subPath" "readOnly" | keys | sortAlpha -}}
{{- if ne (len $sources) 1 -}}
{{ $at }}.volumes.{{ include "mcpgen.shown" $name }}: has {{ $sources | join " and " | default "no source" }};{{ " " -}}
set exactly one of persistentVolumeClaim, existingClaim, secret, configMap, emptyDir, nfs, csi, image, projected, downwardAPI,{{ " " -}}
sameAs
{{- end -}}
{{- with $volume.sameAs -}}
{{- $other := coalesce (index $own .) (index $others .) (dict "sameAs" "") -}}
{{- if hasKey $other "sameAs" -}}
{{ $at }}.volumes.{{ include "mcpgen.shown" $name }}.sameAs: {{ include "mcpgen.shown" . }} does not{{ " " -}}
name a volume with its own source; use one that does
{{- end -}}
{{- end -}}
{{- if hasPrefix "mcpgen-" $name -}}
{{ $at }}.volumes.{{ include "mcpgen.shown" $name }}: names that begin with mcpgen- are reserved for the chart; rename it
{{- end -}}
{{- if hasKey $paths $volume.mountPath -}}
{{ $at }}.volumes.{{ include "mcpgen.shown" $name }}.mountPath: {{ include "mcpgen.shown" $volume.mountPath }} is already used{{ " " -}}
by {{ include "mcpgen.shown" (index $paths $volume.mountPath) }}; mount it elsewhere
{{- end -}}
{{- $_ := set $paths $volume.mountPath (print "volume " $name) -}}
{{- end -}}
{{- end }}

{{/* The same of the gateway, and of `defaults`. Usage: include "mcpgen.validate.sharedVolumes" $ */}}
{{- define "mcpgen.validate.sharedVolumes" -}}
{{- $paths := dict "/home/mcp" "the gateway" "/run/mcpgen" "the gateway" "/scripts" "the gateway" "/mcpgen-ca" "caBundle" -}}
{{- include "mcpgen.validate.volumes" (dict "at" "\n- gateway" "own" .Values.gateway.volumes "paths" $paths) -}}
{{- range $name, $volume := .Values.gateway.volumes -}}
{{- if has $name (list "home" "run" "config" "scripts" "relay") }}
- gateway.volumes.{{ $name }}: the chart has a volume of this name; rename it
{{- end -}}
{{- if $volume.persistentVolumeClaim }}
- gateway.volumes.{{ include "mcpgen.shown" $name }}.persistentVolumeClaim: the chart creates claims only for servers;{{ " " -}}
create one yourself, and set existingClaim
{{- end -}}
{{- end -}}
{{- $paths = dict "/bridge" "the bridge" "/mcpgen-ca" "caBundle" -}}
{{- include "mcpgen.validate.volumes" (dict "at" "\n- defaults" "own" .Values.defaults.volumes "paths" $paths) -}}
{{- end }}
