{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>". */}}

{{/* Mistakes that are not of one server. Usage: include "mcpgen.validate.release" $ */}}
{{- define "mcpgen.validate.release" -}}
{{- $gateway := .Values.gateway -}}
{{- $fullname := include "mcpgen.fullname" . -}}
{{- if and (include "mcpgen.gateway.many" .) (ne $gateway.service.sessionAffinity "ClientIP") (not .Values.door.enabled) }}
- gateway.{{ if include "mcpgen.pods.scaled" $gateway }}autoscaling.maxReplicas{{ else }}replicas{{ end }}:{{ " " -}}
{{ include "mcpgen.pods.most" $gateway }} pods, but each session lives in the memory of one pod;{{ " " -}}
set gateway.service.sessionAffinity: ClientIP, or use 1 pod
{{- end }}
{{- $pods := dict "at" "\n- gateway" "own" $gateway.autoscaling "budget" $gateway.podDisruptionBudget -}}
{{- include "mcpgen.validate.scaling" (merge $pods $gateway) -}}
{{- include "mcpgen.validate.exposure" . -}}
{{- include "mcpgen.validate.monitoring" . -}}
{{- if and .Values.exposure.route.enabled (ne .Values.platform "openshift") }}
- exposure.route.enabled: only OpenShift has Routes; set platform: openshift, or use exposure.ingress
{{- end }}
{{- if and (eq .Values.networkPolicy.flavor "cilium") (eq .Values.topology "sidecars") }}
- networkPolicy.flavor: cilium enforces host names per pod, but in topology sidecars all servers share one pod;{{ " " -}}
set flavor: kubernetes, or topology: pods
{{- end }}
{{- $own := list
  "transport"
  "port"
  "static"
  "catalog"
  "secrets"
  "servers"
  "tools-config"
  "long-lived"
  "log-calls"
  "verbose"
  "block-secrets"
  "interceptor"
-}}
{{- range $gateway.extraArgs -}}
{{- if has (trimPrefix "--" . | splitList "=" | first) $own }}
- gateway.extraArgs: the chart sets {{ splitList "=" . | first }} itself; use the matching value under gateway or servers
{{- end -}}
{{- end -}}
{{- $prefix := include "mcpgen.server.name" (list $ "") -}}
{{- $gatewayNames := list $fullname (print $fullname "-relay") (print $fullname "-servers") -}}
{{- $claims := dict -}}
{{- $renamed := dict -}}
{{- range $name, $server := .Values.servers -}}
{{- if not (hasKey $server "mcpgen.away") -}}
{{- $own := print $prefix $name -}}
{{- if has $own $gatewayNames }}
- servers.{{ $name }}: the name of its Service, {{ $own }}, is taken by the gateway; rename the server, or set fullnameOverride
{{- end -}}
{{- range $key, $volume := $server.volumes -}}
{{- if $volume.persistentVolumeClaim -}}
{{- $claim := include "mcpgen.claimName" (list $own $key) -}}
{{- if hasKey $claims $claim }}
- servers.{{ $name }}.volumes.{{ $key }}: the name of its claim, {{ $claim }},{{ " " -}}
is taken by {{ index $claims $claim }}; rename one of the volumes
{{- end -}}
{{- $_ := set $claims $claim (printf "servers.%s.volumes.%s" $name $key) -}}
{{- if $.Values.relay.releaseNames }}{{ $_ := set $renamed (include "mcpgen.claimName" (list (print "mcp-" $name) $key)) $claim }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name, $server := .Values.servers -}}
{{- range $key, $volume := $server.volumes -}}
{{- with index $renamed ($volume.existingClaim | default "") }}
- servers.{{ $name }}.volumes.{{ $key }}.existingClaim: with relay.releaseNames the claim {{ $volume.existingClaim }} is{{ " " -}}
named {{ . }}; use that name
{{- end -}}
{{- end -}}
{{- end -}}
{{- range (lookup "v1" "Service" .Release.Namespace "").items -}}
{{- $owner := dig "annotations" "meta.helm.sh/release-name" "" .metadata -}}
{{- $server := index $.Values.servers (trimPrefix $prefix .metadata.name) -}}
{{- if and (hasPrefix $prefix .metadata.name) $server (ne $owner $.Release.Name) -}}
{{- if not (hasKey $server "mcpgen.away") }}
- servers.{{ trimPrefix $prefix .metadata.name }}: the Service {{ .metadata.name }} already exists{{ with $owner }}{{ " " -}}
in the release {{ . }}{{ end }}; {{ if $.Values.relay.releaseNames }}rename the server{{ " " -}}
or the release{{ else }}the gateway connects to exactly that name, so use another namespace, or set relay.releaseNames: true{{ end }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
