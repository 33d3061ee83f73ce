{{/* Scheduling fields of a pod, or nothing; takes the gateway's or a server's settings.
Usage: {{- with include "mcpgen.scheduling" $settings }}{{ . | nindent 2 }}{{ end }} */}}
{{- define "mcpgen.scheduling" -}}
{{- $lines := list -}}
{{- range $field := list "runtimeClassName" "priorityClassName" "nodeSelector" "affinity" "tolerations" "topologySpreadConstraints" -}}
{{- with index $ $field }}{{ $lines = append $lines (printf "%s: %s" $field (toJson .)) }}{{ end -}}
{{- end -}}
{{- join "\n" $lines -}}
{{- end }}

{{/* Value of an environment variable: always text. Usage: include "mcpgen.envValue" $value */}}
{{- define "mcpgen.envValue" -}}
{{- ternary . (toJson .) (kindIs "string" .) | quote -}}
{{- end }}

{{/* The init container that brings the bridge to a server's pod; the same for all. Usage: include "mcpgen.bridge.container" $ */}}
{{- define "mcpgen.bridge.container" -}}
- name: bridge
  image: {{ .Values.bridge.image | default (include "mcpgen.gatewayImage" .) | quote }}
  imagePullPolicy: {{ .Values.gateway.image.pullPolicy }}
  command: [sh, /scripts/install.sh, {{ .Values.bridge.path | quote }}]
  resources: {{ toJson .Values.bridge.resources }}
  securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
  volumeMounts:
    - {name: mcpgen-bridge, mountPath: /bridge}
    - {name: mcpgen-scripts, mountPath: /scripts, readOnly: true}
{{- end }}

{{/* The scripts of a folder, as data of a ConfigMap. Usage: include "mcpgen.scripts" (list $ "bridge") | trim */}}
{{- define "mcpgen.scripts" -}}
{{- range $path, $content := (index . 0).Files.Glob (printf "files/%s/*.sh" (index . 1)) }}
{{ base $path }}: |
  {{- $content | toString | trimSuffix "\n" | nindent 2 }}
{{- end }}
{{- end }}
