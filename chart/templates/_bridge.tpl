{{/* The bridge, and the small shell that runs its scripts in any image: copied from the gateway's image by an init container,
or mounted with an image volume. Each define takes the root. */}}

{{/* The bridge listens on this port, which its program fixes, and the gateway dials it. */}}
{{- define "mcpgen.bridge.port" -}}
4444
{{- end }}

{{/* The shell, as the inside of a JSON list. A busybox that is linked to a C library needs that library's loader; in an image
volume both are where the image has them: musl's is one file, glibc's libraries are in a folder named after the processor. */}}
{{- define "mcpgen.bridge.shell" -}}
{{- if eq .Values.bridge.source "imageVolume" -}}
{{- $libraries := list -}}
{{- range list "/lib" "/usr/lib" "/lib/x86_64-linux-gnu" "/lib/aarch64-linux-gnu" -}}
{{- $libraries = append $libraries (print "/bridge-image" .) -}}
{{- end -}}
{{ print "/bridge-image" .Values.bridge.loader | quote }},"--library-path",{{ join ":" $libraries | quote -}}
,"/bridge-image/bin/busybox","sh"
{{- else -}}
"/bridge/loader","--library-path","/bridge","/bridge/busybox","sh"
{{- end -}}
{{- end }}

{{/* The command of a probe, as a list of YAML, whose escapes JSON does not have.
Usage: include "mcpgen.bridge.probe" (list $) or (list $ $file) */}}
{{- define "mcpgen.bridge.probe" -}}
[{{ include "mcpgen.bridge.shell" (index . 0) }},"/bridge/is-ready.sh"{{ range rest . }},{{ quote . }}{{ end }}]
{{- end }}

{{- define "mcpgen.bridge.program" -}}
{{ eq .Values.bridge.source "imageVolume" | ternary (print "/bridge-image" .Values.bridge.path) "/bridge/docker-mcp-bridge" | quote }}
{{- end }}

{{/* The init container, or nothing. */}}
{{- define "mcpgen.bridge.container" -}}
{{- if eq .Values.bridge.source "initContainer" -}}
- name: bridge
  {{- include "mcpgen.imageFields" (list . "bridge") | nindent 2 }}
  command: [sh, /scripts/install.sh, {{ .Values.bridge.path | quote }}, {{ .Values.topology }}]
  resources: {{ include "mcpgen.text" .Values.bridge.resources }}
  securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
  volumeMounts:
    - {name: mcpgen-bridge, mountPath: /bridge}
    - {name: mcpgen-scripts, mountPath: /scripts, readOnly: true}
{{- end -}}
{{- end }}

{{- define "mcpgen.bridge.volumes" -}}
{{- if eq .Values.bridge.source "imageVolume" -}}
{{- $image := include "mcpgen.imageFields" (list . "bridge") | fromYaml -}}
- name: mcpgen-bridge
  image: {reference: {{ quote $image.image }}, pullPolicy: {{ $image.imagePullPolicy }}}
{{- else -}}
- {name: mcpgen-bridge, emptyDir: {sizeLimit: 32Mi}}
{{- end }}
- name: mcpgen-scripts
  configMap: {name: {{ include "mcpgen.fullname" . }}-bridge}
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
