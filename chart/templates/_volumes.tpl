{{/* The emptyDirs that the chart adds: name and path of each, a line each. Not where a volume is mounted already, nor a home
that `env.HOME` puts elsewhere. Usage: include "mcpgen.server.scratch" $server */}}
{{- define "mcpgen.server.scratch" -}}
{{- $taken := dict "" true -}}
{{- range .volumes }}{{ $_ := set $taken .mountPath true }}{{ end -}}
{{- if not (hasKey $taken "/tmp") }}mcpgen-tmp /tmp{{ $_ := set $taken "/tmp" true }}{{ end -}}
{{- $elsewhere := or (hasKey (.env | default dict) "HOME") (hasKey (.secretEnv | default dict) "HOME") -}}
{{- if not (or $elsewhere (hasKey $taken .homeDir)) }}
mcpgen-home {{ .homeDir }}{{ end -}}
{{- end }}

{{/* Volume mounts of a server. Usage: include "mcpgen.server.mounts" $server */}}
{{- define "mcpgen.server.mounts" -}}
- {name: mcpgen-bridge, mountPath: /bridge, readOnly: true}
{{- range include "mcpgen.server.scratch" . | trim | splitList "\n" | compact }}
- {name: {{ splitList " " . | first }}, mountPath: {{ splitList " " . | last | quote }}}
{{- end }}
{{- range $name, $volume := .volumes }}
- {{ pick $volume "mountPath" "subPath" "readOnly" | merge (dict "name" $name) | toJson }}
{{- end }}
{{- end }}

{{/* Volumes of a server; takes what the defines of _server.tpl take. */}}
{{- define "mcpgen.server.volumes" -}}
{{- $limit := dict "sizeLimit" .server.scratchSizeLimit -}}
{{- $claim := printf "mcp-%s-" .name -}}
- {name: mcpgen-bridge, emptyDir: {sizeLimit: 32Mi}}
- {name: mcpgen-scripts, configMap: {name: {{ .shared.scripts }}}}
{{- range include "mcpgen.server.scratch" .server | trim | splitList "\n" | compact }}
- {name: {{ splitList " " . | first }}, emptyDir: {{ toJson $limit }}}
{{- end }}
{{- range $name, $volume := .server.volumes }}
- name: {{ $name | quote }}
  {{- if $volume.persistentVolumeClaim }}
  persistentVolumeClaim: {claimName: {{ print $claim $name | quote }}}
  {{- else if $volume.existingClaim }}
  persistentVolumeClaim: {claimName: {{ $volume.existingClaim | quote }}}
  {{- else if $volume.secret }}
  secret: {{ merge (dict "secretName" $volume.secret.name) (omit $volume.secret "name") | toJson }}
  {{- else if hasKey $volume "emptyDir" }}
  emptyDir: {{ merge (dict) $volume.emptyDir $limit | toJson }}
  {{- else }}
  {{- range $source := list "configMap" "nfs" "csi" }}
  {{- with index $volume $source }}
  {{ $source }}: {{ toJson . }}
  {{- end }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Recreate when a volume can be mounted by one pod only, or may be so: a second pod would wait for ever.
Usage: include "mcpgen.server.strategy" $server */}}
{{- define "mcpgen.server.strategy" -}}
{{- $single := false -}}
{{- range .volumes -}}
{{- with .persistentVolumeClaim -}}
{{- $modes := .accessModes | default (list "ReadWriteOnce") -}}
{{- if not (or (has "ReadWriteMany" $modes) (has "ReadOnlyMany" $modes)) }}{{ $single = true }}{{ end -}}
{{- end -}}
{{- if and .existingClaim (not .readOnly) }}{{ $single = true }}{{ end -}}
{{- end -}}
{{- if .deploymentStrategy }}
  strategy: {{ toJson .deploymentStrategy }}
{{- else if $single }}
  strategy: {type: Recreate}
{{- end -}}
{{- end }}
