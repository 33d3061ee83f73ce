{{/* What Reloader watches (`reloader`). */}}

{{/* Annotations by which Reloader restarts a Deployment, as JSON. Usage: include "mcpgen.reloader" (list $lines $volumes),
of the lines above and a list of maps of volumes */}}
{{- define "mcpgen.reloader" -}}
{{- $names := dict "secret" list "configmap" list -}}
{{- range index . 0 | trim | splitList "\n" | compact -}}
{{- $_ := set $names "secret" (append $names.secret (splitList " " . | first)) -}}
{{- end -}}
{{- range $volumes := index . 1 -}}
{{- range $volumes }}{{ with .configMap }}{{ $_ := set $names "configmap" (append $names.configmap .name) }}{{ end }}{{ end -}}
{{- end -}}
{{- $annotations := dict -}}
{{- range $kind, $list := $names -}}
{{- with $list | uniq | sortAlpha }}{{ $_ := set $annotations (print $kind ".reloader.stakater.com/reload") (join "," .) }}{{ end -}}
{{- end -}}
{{- toJson $annotations -}}
{{- end }}

{{/* Puts those of a server's Deployment into "annotations" of what _server.tpl's defines take. */}}
{{- define "mcpgen.server.annotations" -}}
{{- $annotations := dict -}}
{{- if .shared.root.Values.reloader -}}
{{- $trust := dict "bundle" (include "mcpgen.trust.source" .shared.root | fromJson) -}}
{{- $lines := print (include "mcpgen.secretKeys" .server) (include "mcpgen.secretKeys" (dict "volumes" $trust)) -}}
{{- $annotations = include "mcpgen.reloader" (list $lines (list .server.volumes $trust)) | fromJson -}}
{{- end -}}
{{- $annotations = merge (dict) .server.deploymentAnnotations $annotations -}}
{{- with .server.description }}{{ $_ := set $annotations "kubernetes.io/description" . }}{{ end -}}
{{- $_ := set . "annotations" $annotations -}}
{{- end }}

{{/* Annotations of the gateway's Deployment, as JSON; its pod holds the servers too when they are sidecars. */}}
{{- define "mcpgen.gateway.annotations" -}}
{{- $own := .Values.gateway.deploymentAnnotations -}}
{{- if .Values.reloader -}}
{{- $trust := dict "bundle" (include "mcpgen.trust.source" . | fromJson) -}}
{{- $lines := print (include "mcpgen.gateway.secretKeys" .) (include "mcpgen.secretKeys" (dict "volumes" $trust)) -}}
{{- $volumes := list .Values.gateway.volumes $trust -}}
{{- range ternary .Values.servers dict (eq .Values.topology "sidecars") -}}
{{- if not (hasKey . "mcpgen.away") -}}
{{- $lines = print $lines (include "mcpgen.secretKeys" .) }}{{ $volumes = append $volumes .volumes -}}
{{- end -}}
{{- end -}}
{{- $own = merge (dict) $own (include "mcpgen.reloader" (list $lines $volumes) | fromJson) -}}
{{- end -}}
{{- toJson $own -}}
{{- end }}
