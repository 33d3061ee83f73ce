{{/* What a server has in effect: its own settings over `defaults`. */}}

{{/* Puts it into "server" of a dict with the server's own entry as "server", and "defaults". Maps are merged key by key and lists
replaced, but not where keys exclude each other: such an object is the server's or the default's as a whole. `egress` and
`autoscaling` are merged, without the keys that their mode or kind has no use for; of `egress`, `to` and `ports` belong together.
Usage: include "mcpgen.server.merge" $one */}}
{{- define "mcpgen.server.merge" -}}
{{- $own := .server -}}
{{- template "mcpgen.merge.settings" . -}}
{{- template "mcpgen.merge.named" (dict "all" .server "own" $own "defaults" .defaults) -}}
{{- if include "mcpgen.merge.recreates" (list $own .server.volumes) -}}
{{- $_ := set .server "deploymentStrategy" (dict "type" "Recreate") -}}
{{- end -}}
{{- end }}

{{/* The same of everything but `volumes`, `env` and `secretEnv`, which are as the server has them. */}}
{{- define "mcpgen.merge.settings" -}}
{{- $own := .server -}}
{{- /* Only what the server's own settings are put into is copied: to copy all takes long for a thousand servers. */ -}}
{{- $all := omit .defaults -}}
{{- range $key, $_ := $own -}}
{{- if kindIs "map" (index $all $key) }}{{ $_ := set $all $key (deepCopy (index $all $key)) }}{{ end -}}
{{- end -}}
{{- $all = mergeOverwrite $all $own -}}
{{- range list
  "deploymentStrategy"
  "podDisruptionBudget"
  "lifecycle"
  "startupProbe"
  "readinessProbe"
  "livenessProbe"
-}}
{{- if hasKey $own . }}{{ $_ := set $all . (index $own .) }}{{ end -}}
{{- end -}}
{{- range $context := list "podSecurityContext" "securityContext" -}}
{{- range list "seccompProfile" "appArmorProfile" -}}
{{- $profile := dig $context . "" $own -}}
{{- if $profile }}{{ $_ := set (index $all $context) . $profile }}{{ end -}}
{{- end -}}
{{- end -}}
{{- $egress := $own.egress | default dict -}}
{{- if or (hasKey $egress "to") (hasKey $egress "ports") -}}
{{- range list "to" "ports" }}{{ $_ := set $all.egress . (index $egress .) }}{{ end -}}
{{- end -}}
{{- range $key := list "egress" "autoscaling" -}}
{{- with index $all $key -}}
{{- $used := merge (dict) . -}}
{{- range include (print "mcpgen.unused." $key) . | splitList " " }}{{ $_ := unset $used . }}{{ end -}}
{{- $_ := set $all $key $used -}}
{{- end -}}
{{- end -}}
{{- $_ := set . "server" $all -}}
{{- end }}

{{/* Keys of `egress` that have no effect in its mode. `ports` limits `to`: alone it would open them to every address, which only mode
custom is for. Usage: include "mcpgen.unused.egress" $egress | splitList " " */}}
{{- define "mcpgen.unused.egress" -}}
{{- if has .mode (list "none" "all") }}hosts to ports
{{- else }}{{ if ne .mode "hosts" }}hosts{{ end }}{{ if not (or .to (eq .mode "custom")) }} ports{{ end }}{{ end -}}
{{- end }}

{{/* The same of `autoscaling` and its kind. */}}
{{- define "mcpgen.unused.autoscaling" -}}
{{- index (dict
  "none" "cpu memory metrics triggers behavior updateMode minAllowed maxAllowed"
  "hpa" "triggers updateMode minAllowed maxAllowed"
  "keda" "metrics updateMode minAllowed maxAllowed"
  "vpa" "cpu memory metrics triggers behavior"
) .kind -}}
{{- end }}
