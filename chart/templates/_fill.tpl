{{/* Init containers that fill claims from the server's image; takes what the defines of _server.tpl take. */}}
{{- define "mcpgen.server.fill" -}}
{{- $server := .server -}}
{{- $shared := .shared -}}
{{- range $name, $volume := $server.volumes }}
{{- if dig "persistentVolumeClaim" "fill" false $volume }}
- name: fill-{{ $name }}
  image: {{ $server.image | quote }}
  imagePullPolicy: {{ $server.imagePullPolicy }}
  command: [{{ $shared.shell }},/bridge/fill.sh,{{ $volume.mountPath | quote }},{{ $shared.busybox }}]
  resources: {{ include "mcpgen.text" $server.resources }}
  securityContext: {{ include "mcpgen.text" $server.securityContext }}
  volumeMounts:
    {{- $shared.bridgeMounts | nindent 4 }}
    - {{ pick $volume "subPath" | merge (dict "name" $name "mountPath" "/mcpgen-fill") | include "mcpgen.text" }}
{{- end }}
{{- end }}
{{- end }}
