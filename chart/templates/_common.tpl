{{/* What servers with the same settings have in common is made once: to make it for each of a thousand servers takes seconds. */}}

{{/* Puts what mcpgen.server.merge makes of a server into "server", as that does, into "common" the texts that its settings alone
decide, and what several of its objects have: "labels", "selectorLabels" and "egressLabel". .shared.common keeps what is in common under
the settings, as JSON. Takes what the defines of _server.tpl take, and "defaults". */}}
{{- define "mcpgen.server.complete" -}}
{{- $own := .server -}}
{{- $_ := set . "labels" (include "mcpgen.server.labels" (list . .shared.labels)) -}}
{{- $_ := set . "selectorLabels" (include "mcpgen.server.selectorLabels" .) -}}
{{- $rest := pick $own "image" "command" "args" "description" -}}
{{- $_ := set $rest "egress" .shared.egress -}}
{{- if $own.egress -}}
{{- $one := dict "server" (pick $own "egress") "defaults" (pick .defaults "egress") -}}
{{- template "mcpgen.merge.settings" $one -}}
{{- $_ := set $rest "egress" $one.server.egress -}}
{{- end -}}
{{- template "mcpgen.merge.named" (dict "all" $rest "own" $own "defaults" .defaults) -}}
{{- $settings := omit $own
  "image"
  "command"
  "args"
  "description"
  "egress"
  "volumes"
  "env"
  "secretEnv"
  "tools"
  "allowTools"
  "toolDefinitions"
  "prefix"
  "required"
-}}
{{- $recreates := include "mcpgen.merge.recreates" (list $own $rest.volumes) -}}
{{- $asks := and .shared.cilium (include "mcpgen.server.cilium.names" (dict "server" $rest "shared" .shared) | fromJson).names -}}
{{- /* Spread constraints select the pods of this server. */ -}}
{{- $spreads := and (or $own.topologySpreadConstraints .defaults.topologySpreadConstraints) .name -}}
{{- $key := list $settings $recreates (not $asks) $spreads | toRawJson -}}
{{- if not (hasKey .shared.common $key) -}}
{{- $one := set (omit .) "server" $settings -}}
{{- template "mcpgen.merge.settings" $one -}}
{{- if $recreates }}{{ $_ := set $one.server "deploymentStrategy" (dict "type" "Recreate") }}{{ end -}}
{{- $_ := set $one.server "egress" $rest.egress -}}
{{- template "mcpgen.server.adapt" $one -}}
{{- template "mcpgen.server.makeCommon" $one -}}
{{- $_ := set .shared.common $key $one -}}
{{- end -}}
{{- $common := index .shared.common $key -}}
{{- $server := omit $common.server -}}
{{- range $key, $value := $rest }}{{ $_ := set $server $key $value }}{{ end -}}
{{- if .shared.root.Values.global.imageRegistry -}}
{{- $_ := set $server "image" (include "mcpgen.image" (list .shared.root $server.image)) -}}
{{- end -}}
{{- $_ := set . "server" $server -}}
{{- $_ := set . "common" $common -}}
{{- $_ := set . "egressLabel" (include "mcpgen.server.egressLabel" $server) -}}
{{- end }}

{{/* Puts them into the dict: "fields" of the Deployment, "port", and of the pod "podLabels", "annotations", "podFields", "probes",
"resources" and "securityContext". */}}
{{- define "mcpgen.server.makeCommon" -}}
{{- $server := .server -}}
{{- $root := .shared.root -}}
{{- $_ := set . "fields" (include "mcpgen.deployment.fields" $server | trim) -}}
{{- $_ := set . "podLabels" (include "mcpgen.extraLabels" (merge (dict) $server.podLabels $root.Values.commonLabels) | trim) -}}
{{- $annotations := merge (dict "checksum/scripts" .shared.scriptsChecksum) $server.podAnnotations -}}
{{- $_ := set . "annotations" (include "mcpgen.text" $annotations) -}}
{{- $_ := set . "podFields" (include "mcpgen.pod.fields" (dict "root" $root "settings" $server "selector" .selectorLabels) | trim) -}}
{{- $_ := set . "port" (include "mcpgen.server.port" .) -}}
{{- $_ := set . "probes" (include "mcpgen.server.probes" .) -}}
{{- $_ := set . "resources" (include "mcpgen.text" $server.resources) -}}
{{- $_ := set . "securityContext" (include "mcpgen.text" $server.securityContext) -}}
{{- end }}
