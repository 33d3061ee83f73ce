{{/* Scripts of files/ by their patterns, as data of a ConfigMap. Usage: include "mcpgen.scripts" (list $ "log,bridge/*") | trim */}}
{{- define "mcpgen.scripts" -}}
{{- range $path, $content := (index . 0).Files.Glob (printf "files/{%s}.sh" (index . 1)) }}
{{ base $path }}: |
  {{- $content | toString | trimSuffix "\n" | nindent 2 }}
{{- end }}
{{- end }}

{{/* What the objects of all servers have in common, as JSON. Usage: include "mcpgen.shared" $ | fromJson */}}
{{- define "mcpgen.shared" -}}
{{- dict
  "fullname" (include "mcpgen.fullname" $)
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
  "scriptsChecksum" (include "mcpgen.scripts" (list $ "log,bridge/*") | sha256sum)
  "environment" (include "mcpgen.environment.base" $ | fromJson)
  "trustVolume" (include "mcpgen.trust.volume" $)
  "trustMount" (include "mcpgen.trust.mount" $)
  "families" (include "mcpgen.ipFamilies" $)
  "listens" (dict "exec" (dict "command" (include "mcpgen.bridge.probe" (list $) | fromYamlArray)))
  "answers" (dict "exec" (dict "command" (include "mcpgen.bridge.probe" (list $ "/mcpgen-state/start") | fromYamlArray)))
  "dns" (include "mcpgen.egress.dns" $)
  "internet" (include "mcpgen.egress.internet" $)
  "ports" (include "mcpgen.serverPorts" $)
  | toRawJson -}}
{{- end }}

{{/* The ports of all servers, for policies: the bridge's, and those of HTTP servers. Usage: include "mcpgen.serverPorts" $ */}}
{{- define "mcpgen.serverPorts" -}}
{{- $ports := list (include "mcpgen.bridge.port" . | int) -}}
{{- range .Values.servers }}{{ with .http }}{{ with .port }}{{ $ports = append $ports (int .) }}{{ end }}{{ end }}{{ end -}}
[ {{- range $i, $port := uniq $ports }}{{ if $i }}, {{ end }}{port: {{ $port }}, protocol: TCP}{{ end -}} ]
{{- end }}
