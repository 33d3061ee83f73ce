{{/* Scheduling fields of a pod, or nothing; takes the gateway's or a server's settings.
Usage: {{- with include "mcpgen.scheduling" $settings }}{{ . | nindent 2 }}{{ end }} */}}
{{- define "mcpgen.scheduling" -}}
{{- $lines := list -}}
{{- range $field := list
  "runtimeClassName"
  "priorityClassName"
  "nodeSelector"
  "affinity"
  "tolerations"
  "topologySpreadConstraints"
  "dnsConfig"
-}}
{{- with index $ $field }}{{ $lines = append $lines (printf "%s: %s" $field (include "mcpgen.text" .)) }}{{ end -}}
{{- end -}}
{{- if and (kindIs "bool" .hostUsers) (not .hostUsers) }}{{ $lines = append $lines "hostUsers: false" }}{{ end -}}
{{- join "\n" $lines -}}
{{- end }}

{{/* Value of an environment variable: always text. Usage: include "mcpgen.envValue" $value */}}
{{- define "mcpgen.envValue" -}}
{{- ternary . (toJson .) (kindIs "string" .) | quote -}}
{{- end }}

{{/* The scripts of a folder, as data of a ConfigMap. Usage: include "mcpgen.scripts" (list $ "bridge") | trim */}}
{{- define "mcpgen.scripts" -}}
{{- range $path, $content := (index . 0).Files.Glob (printf "files/%s/*.sh" (index . 1)) }}
{{ base $path }}: |
  {{- $content | toString | trimSuffix "\n" | nindent 2 }}
{{- end }}
{{- end }}

{{/* What the objects of all servers have in common, as JSON. Usage: include "mcpgen.shared" $ | fromJson */}}
{{- define "mcpgen.shared" -}}
{{- dict
  "labels" (include "mcpgen.labels" (list $ "server"))
  "selectorLabels" (include "mcpgen.selectorLabels" (list $ "server"))
  "gatewayLabels" (include "mcpgen.selectorLabels" (list $ "gateway"))
  "shell" (include "mcpgen.bridge.shell" $)
  "busybox" (include "mcpgen.bridge.shell" $ | trimSuffix ",\"sh\"")
  "relay" (include "mcpgen.relay.on" $)
  "bridge" (include "mcpgen.bridge.program" $)
  "bridgePort" (include "mcpgen.bridge.port" $)
  "bridgeContainer" (include "mcpgen.bridge.container" $)
  "bridgeVolumes" (include "mcpgen.bridge.volumes" $)
  "bridgeMounts" (include "mcpgen.bridge.mounts" $)
  "scriptsChecksum" (include "mcpgen.scripts" (list $ "bridge") | sha256sum)
  "dns" (include "mcpgen.egress.dns" $)
  "internet" (include "mcpgen.egress.internet" $)
  "ports" (include "mcpgen.serverPorts" $)
  | toRawJson -}}
{{- end }}

{{/* The ports of all servers, for policies: the bridge's, and those of HTTP servers. Usage: include "mcpgen.serverPorts" $ */}}
{{- define "mcpgen.serverPorts" -}}
{{- $ports := list (include "mcpgen.bridge.port" . | int) -}}
{{- range .Values.servers }}{{ with .http }}{{ $ports = append $ports (int .port) }}{{ end }}{{ end -}}
[ {{- range $i, $port := uniq $ports }}{{ if $i }}, {{ end }}{port: {{ $port }}, protocol: TCP}{{ end -}} ]
{{- end }}
