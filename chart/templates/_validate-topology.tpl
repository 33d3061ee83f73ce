{{/* Mistakes that depend on `topology` and `bridge.source`, a line each. Usage: include "mcpgen.validate.topology" $ */}}
{{- define "mcpgen.validate.topology" -}}
{{- $isSidecars := eq .Values.topology "sidecars" -}}
{{- if eq .Values.bridge.source "imageVolume" -}}
{{- if semverCompare "<1.33.0-0" .Capabilities.KubeVersion.Version }}
- bridge.source: imageVolume needs Kubernetes 1.33, and this cluster, {{ .Capabilities.KubeVersion.Version }},{{ " " -}}
would silently ignore the volume; use initContainer
{{- end -}}
{{- if $isSidecars }}
- bridge.source: imageVolume does not provide the listener that topology sidecars needs; use initContainer, or topology: pods
{{- end -}}
{{- end -}}
{{- if include "mcpgen.relay.on" . -}}
{{- $port := int .Values.relay.port -}}
{{- $bridge := include "mcpgen.bridge.port" . | int -}}
{{- if or (eq $port (int .Values.gateway.port)) (eq $port $bridge) }}
- relay.port: {{ $port }} is also the port of {{ eq $port $bridge | ternary "the relay's servers" "the gateway" }}{{ " " -}}
in the same pod; change one
{{- end -}}
{{- if eq (int .Values.gateway.port) $bridge }}
- gateway.port: {{ $bridge }} is also the port of the relay's servers in the same pod; change it
{{- end -}}
{{- end -}}
{{- if .Values.relay.releaseNames -}}
{{- if not .Values.relay.enabled }}
- relay.releaseNames: needs the relay, because the gateway itself connects only to mcp-<server>; set relay.enabled: true, or remove it
{{- end -}}
{{- if $isSidecars }}
- relay.releaseNames: needs the relay, which topology sidecars does not use; set topology: pods, or remove it
{{- end -}}
{{- end -}}
{{- $ports := dict (toString .Values.gateway.port) "the gateway" (include "mcpgen.bridge.port" .) "the bridge" -}}
{{- $count := 0 -}}
{{- range $name, $server := .Values.servers -}}
{{- range $key, $volume := $server.volumes -}}
{{- if and (dig "persistentVolumeClaim" "fill" false $volume) (or $isSidecars $server.http) }}
- servers.{{ $name }}.volumes.{{ $key }}.persistentVolumeClaim.fill: needs a pod of the server's own, with the bridge;{{ " " -}}
set topology: pods, and remove http
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
or set topology: pods
{{- end -}}
{{- end -}}
{{- if gt (int ($server.replicas | default 1)) 1 }}
- servers.{{ $name }}.replicas: topology sidecars runs one copy of each server; set 1, or topology: pods
{{- end -}}
{{- with $server.http -}}
{{- $port := .port | int | toString -}}
{{- if hasKey $ports $port }}
- servers.{{ $name }}.http.port: {{ $port }} is also the port of {{ index $ports $port }},{{ " " -}}
and in topology sidecars they share a pod; change one, or set topology: pods
{{- end -}}
{{- $_ := set $ports $port (print "servers." $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if gt $count 250 }}
- topology: sidecars supports at most 250 servers, and there are {{ $count }}; use pods
{{- end -}}
{{- end }}
