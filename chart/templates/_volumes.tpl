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

{{/* Volume mounts of a server; takes what the defines of _server.tpl take, "prefix" as mcpgen.server.volumes does. */}}
{{- define "mcpgen.server.mounts" -}}
{{- $prefix := .prefix | default "" -}}
{{- if not .server.http }}{{ .shared.bridgeMounts }}{{ end }}
{{- range include "mcpgen.server.scratch" .server | splitList "\n" | compact }}
- {name: {{ $prefix }}{{ splitList " " . | first }}, mountPath: {{ splitList " " . | last | quote }}}
{{- end }}
{{- range $name, $volume := .server.volumes }}
- {{ pick $volume "mountPath" "subPath" "readOnly" | merge (dict "name" (print $prefix $name)) | include "mcpgen.text" }}
{{- end }}
{{- end }}

{{/* Volumes of a server; takes what the defines of _server.tpl take, and "prefix" for the names where one pod has all servers. */}}
{{- define "mcpgen.server.volumes" -}}
{{- $prefix := .prefix | default "" -}}
{{- $limit := dict "sizeLimit" .server.scratchSizeLimit -}}
{{- $empty := include "mcpgen.text" $limit -}}
{{- if not (or .server.http $prefix) }}{{ .shared.bridgeVolumes }}{{ end }}
{{- range include "mcpgen.server.scratch" .server | splitList "\n" | compact }}
- {name: {{ $prefix }}{{ splitList " " . | first }}, emptyDir: {{ $empty }}}
{{- end }}
{{- range $name, $volume := .server.volumes }}
- name: {{ print $prefix $name | quote }}
  {{- if $volume.persistentVolumeClaim }}
  persistentVolumeClaim: {claimName: {{ include "mcpgen.claimName" (list $.fullname $name) | quote }}}
  {{- else if $volume.existingClaim }}
  persistentVolumeClaim: {claimName: {{ $volume.existingClaim | quote }}}
  {{- else if $volume.secret }}
  secret: {{ merge (dict "secretName" $volume.secret.name) (omit $volume.secret "name") | include "mcpgen.text" }}
  {{- else if hasKey $volume "emptyDir" }}
  emptyDir: {{ merge (dict) $volume.emptyDir $limit | include "mcpgen.text" }}
  {{- else }}
  {{- range $source := list "configMap" "nfs" "csi" "image" }}
  {{- with index $volume $source }}
  {{ $source }}: {{ include "mcpgen.text" . }}
  {{- end }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end }}
