{{/* The bridge, and the small shell that runs its scripts in any image: copied from the gateway's image by an init container,
or mounted with an image volume. Each define takes the root. */}}

{{- define "mcpgen.bridge.image" -}}
{{- with .Values.bridge.image }}{{ include "mcpgen.image" (list $ .) | quote }}{{ else }}{{ include "mcpgen.gatewayImage" . | quote }}{{ end -}}
{{- end }}

{{/* The shell, as the inside of a JSON list. A busybox that is linked to a C library needs that library's loader; in an image
volume both are where the image has them: musl's is one file, glibc's libraries are in a folder named after the processor. */}}
{{- define "mcpgen.bridge.shell" -}}
{{- if eq .Values.bridge.source "imageVolume" -}}
{{ print "/bridge-image" .Values.bridge.loader | quote }},"--library-path","/bridge-image/lib:/bridge-image/usr/lib:/bridge-image/lib/x86_64-linux-gnu:/bridge-image/lib/aarch64-linux-gnu","/bridge-image/bin/busybox","sh"
{{- else -}}
"/bridge/loader","--library-path","/bridge","/bridge/busybox","sh"
{{- end -}}
{{- end }}

{{- define "mcpgen.bridge.program" -}}
{{ eq .Values.bridge.source "imageVolume" | ternary (print "/bridge-image" .Values.bridge.path) "/bridge/docker-mcp-bridge" | quote }}
{{- end }}

{{/* The init container, or nothing. */}}
{{- define "mcpgen.bridge.container" -}}
{{- if eq .Values.bridge.source "initContainer" -}}
- name: bridge
  image: {{ include "mcpgen.bridge.image" . }}
  imagePullPolicy: {{ .Values.gateway.image.pullPolicy }}
  command: [sh, /scripts/install.sh, {{ .Values.bridge.path | quote }}, {{ .Values.topology }}]
  resources: {{ include "mcpgen.text" .Values.bridge.resources }}
  securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
  volumeMounts:
    - {name: mcpgen-bridge, mountPath: /bridge}
    - {name: mcpgen-scripts, mountPath: /scripts, readOnly: true}
{{- end -}}
{{- end }}

{{- define "mcpgen.bridge.volumes" -}}
{{- $scripts := dict "name" (print (include "mcpgen.fullname" .) "-bridge") | dict "name" "mcpgen-scripts" "configMap" | include "mcpgen.text" -}}
{{- if eq .Values.bridge.source "imageVolume" -}}
- {name: mcpgen-bridge, image: {reference: {{ include "mcpgen.bridge.image" . }}, pullPolicy: {{ .Values.gateway.image.pullPolicy }}}}
{{- else -}}
- {name: mcpgen-bridge, emptyDir: {sizeLimit: 32Mi}}
{{- end }}
- {{ $scripts }}
{{- if eq .Values.topology "pods" }}
- {name: mcpgen-state, emptyDir: {sizeLimit: 1Mi}}
{{- end }}
{{- end }}

{{/* Mounts of a server's container. In a pod of its own it keeps there whether it answered (check.sh). */}}
{{- define "mcpgen.bridge.mounts" -}}
{{- if eq .Values.bridge.source "imageVolume" -}}
- {name: mcpgen-bridge, mountPath: /bridge-image, readOnly: true}
- {name: mcpgen-scripts, mountPath: /bridge, readOnly: true}
{{- else -}}
- {name: mcpgen-bridge, mountPath: /bridge, readOnly: true}
{{- end }}
{{- if eq .Values.topology "pods" }}
- {name: mcpgen-state, mountPath: /mcpgen-state}
{{- end -}}
{{- end }}
