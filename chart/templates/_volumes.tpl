{{/* The emptyDirs that the chart adds: puts a list of (list $name $path) into "scratch" of what the defines of _server.tpl take. Not
where a volume is mounted already, nor a home that `env.HOME` puts elsewhere. */}}
{{- define "mcpgen.server.scratch" -}}
{{- $scratch := list -}}
{{- with .server -}}
{{- $taken := dict "" true -}}
{{- range .volumes }}{{ $_ := set $taken .mountPath true }}{{ end -}}
{{- if not (hasKey $taken "/tmp") }}{{ $scratch = list (list "mcpgen-tmp" "/tmp") }}{{ $_ := set $taken "/tmp" true }}{{ end -}}
{{- $elsewhere := or (hasKey .env "HOME") (hasKey .secretEnv "HOME") -}}
{{- if not (or $elsewhere (hasKey $taken .homeDir)) }}{{ $scratch = append $scratch (list "mcpgen-home" .homeDir) }}{{ end -}}
{{- end -}}
{{- $_ := set . "scratch" $scratch -}}
{{- end }}

{{/* Mounts of volumes, a line each; one with `sameAs` mounts that other volume. Usage: include "mcpgen.volume.mounts"
(list $volumes $prefixOfNames) | trim */}}
{{- define "mcpgen.volume.mounts" -}}
{{- range $name, $volume := index . 0 }}
{{- $of := print (index $ 1) ($volume.sameAs | default $name) }}
- {{ pick $volume "mountPath" "subPath" "readOnly" | merge (dict "name" $of) | include "mcpgen.text" }}
{{- end }}
{{- end }}

{{/* A volume as an item of a list. Usage: include "mcpgen.volume" (dict "name" "volume" "sizeLimit"), and "claim", the name of its
claim where the chart makes it */}}
{{- define "mcpgen.volume" -}}
{{- $volume := .volume -}}
- name: {{ quote .name }}
  {{- if $volume.persistentVolumeClaim }}
  persistentVolumeClaim: {claimName: {{ quote .claim }}}
  {{- else if $volume.existingClaim }}
  persistentVolumeClaim: {claimName: {{ $volume.existingClaim | quote }}}
  {{- else if $volume.secret }}
  secret: {{ merge (dict "secretName" $volume.secret.name) (omit $volume.secret "name") | include "mcpgen.text" }}
  {{- else if hasKey $volume "emptyDir" }}
  emptyDir: {{ merge (dict) ($volume.emptyDir | default dict) (dict "sizeLimit" .sizeLimit) | include "mcpgen.text" }}
  {{- else }}
  {{- range $source := list "configMap" "nfs" "csi" "image" "projected" "downwardAPI" }}
  {{- with index $volume $source }}
  {{ $source }}: {{ include "mcpgen.text" . }}
  {{- end }}
  {{- end }}
  {{- end }}
{{- end }}

{{/* Volume mounts of a server; takes what the defines of _server.tpl take, "prefix" as mcpgen.server.volumes does. */}}
{{- define "mcpgen.server.mounts" -}}
{{- $prefix := .prefix | default "" -}}
{{- if not .server.http }}{{ .shared.bridgeMounts }}{{ end }}
{{ .shared.trustMount }}
{{- range .scratch }}
- {name: {{ $prefix }}{{ first . }}, mountPath: {{ last . | quote }}}
{{- end }}
{{- include "mcpgen.volume.mounts" (list .server.volumes $prefix) }}
{{- end }}

{{/* Volumes of a server; takes what the defines of _server.tpl take, and "prefix" for the names where one pod has all servers. */}}
{{- define "mcpgen.server.volumes" -}}
{{- $prefix := .prefix | default "" -}}
{{- $limit := .server.scratchSizeLimit -}}
{{- if not (or .server.http $prefix) }}{{ .shared.bridgeVolumes }}{{ end }}
{{ if not $prefix }}{{ .shared.trustVolume }}{{ end }}
{{- $emptyDir := dict "sizeLimit" $limit | include "mcpgen.text" }}
{{- range .scratch }}
- {name: {{ $prefix }}{{ first . }}, emptyDir: {{ $emptyDir }}}
{{- end }}
{{- range $name, $volume := .server.volumes }}{{ if not $volume.sameAs }}
{{- $claim := include "mcpgen.claimName" (list $.fullname $name) }}
{{ include "mcpgen.volume" (dict "name" (print $prefix $name) "volume" $volume "sizeLimit" $limit "claim" $claim) }}
{{- end }}{{ end }}
{{- end }}
