{{/* Mistakes that depend on `topology` and `bridge.source`, a line each. Usage: include "mcpgen.validate.topology" $ */}}
{{- define "mcpgen.validate.topology" -}}
{{- $isSidecars := eq .Values.topology "sidecars" -}}
{{- if eq .Values.bridge.source "imageVolume" -}}
{{- if semverCompare "<1.33.0-0" .Capabilities.KubeVersion.Version }}
- bridge.source: imageVolume needs Kubernetes 1.33, this is {{ .Capabilities.KubeVersion.Version }},{{ " " -}}
which would silently drop the volume; use initContainer
{{- end -}}
{{- if $isSidecars }}
- bridge.source: imageVolume brings no listener for topology sidecars; use initContainer, or topology pods
{{- end -}}
{{- end -}}
{{- if include "mcpgen.relay.on" . -}}
{{- $port := int .Values.relay.port -}}
{{- $bridge := include "mcpgen.bridge.port" . | int -}}
{{- if or (eq $port (int .Values.gateway.port)) (eq $port $bridge) }}
- relay.port: {{ $port }} is the port of {{ eq $port $bridge | ternary "the relay's servers" "the gateway" }} in the same pod; change one
{{- end -}}
{{- if eq (int .Values.gateway.port) $bridge }}
- gateway.port: {{ $bridge }} is the port of the relay's servers in the same pod; change it
{{- end -}}
{{- end -}}
{{- if .Values.relay.releaseNames -}}
{{- if not .Values.relay.enabled }}
- relay.releaseNames: the gateway dials mcp-<server>, and only the relay other names; set relay.enabled: true, or leave it out
{{- end -}}
{{- if $isSidecars }}
- relay.releaseNames: the relay dials these names, and topology sidecars goes without it; use topology pods, or leave it out
{{- end -}}
{{- end -}}
{{- $ports := dict (toString .Values.gateway.port) "the gateway" (include "mcpgen.bridge.port" .) "the bridge" -}}
{{- $count := 0 -}}
{{- range $name, $server := .Values.servers -}}
{{- range $key, $volume := $server.volumes -}}
{{- if and (dig "persistentVolumeClaim" "fill" false $volume) (or $isSidecars $server.http) }}
- servers.{{ $name }}.volumes.{{ $key }}.persistentVolumeClaim.fill: needs the server's own pod and its bridge;{{ " " -}}
use topology pods, and no http
{{- end -}}
{{- end -}}
{{- if and $isSidecars (not (hasKey $server "mcpgen.away")) -}}
{{- $count = add1 $count -}}
{{- range $key := list
  "serviceAccount"
  "runtimeClassName"
  "priorityClassName"
  "terminationGracePeriodSeconds"
  "deploymentStrategy"
  "podLabels"
  "podAnnotations"
  "nodeSelector"
  "tolerations"
  "affinity"
  "topologySpreadConstraints"
  "hostUsers"
  "autoscaling"
  "podDisruptionBudget"
  "automountServiceAccountToken"
  "schedulerName"
  "dnsPolicy"
  "dnsConfig"
  "revisionHistoryLimit"
  "minReadySeconds"
  "deploymentAnnotations"
  "startupProbe"
  "readinessProbe"
  "livenessProbe"
  "service"
  "relay"
-}}
{{- if hasKey $server $key }}
- servers.{{ $name }}.{{ $key }}: has no effect in topology sidecars, where the server has no pod of its own; remove it,{{ " " -}}
or use topology pods
{{- end -}}
{{- end -}}
{{- if gt (int ($server.replicas | default 1)) 1 }}
- servers.{{ $name }}.replicas: topology sidecars has one of each; set 1, or use topology pods
{{- end -}}
{{- with $server.http -}}
{{- $port := .port | int | toString -}}
{{- if hasKey $ports $port }}
- servers.{{ $name }}.http.port: {{ $port }} is the port of {{ index $ports $port }} too,{{ " " -}}
and in topology sidecars they share a pod; change one, or use topology pods
{{- end -}}
{{- $_ := set $ports $port (print "servers." $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if gt $count 250 }}
- topology: sidecars has addresses for 250 servers, and these are {{ $count }}; use topology pods
{{- end -}}
{{- end }}
