{{/* The relay, `relay.enabled`: a native sidecar of the gateway that keeps connections to the servers, some of them warm
(docs/relay.md). The pod's hosts file knows mcp-<server> as a loopback address of the relay. Each define takes the root. */}}

{{/* "true" where the relay runs: it has no place in topology sidecars, and nothing to do for remote servers.
Usage: if include "mcpgen.relay.on" $ */}}
{{- define "mcpgen.relay.on" -}}
{{- if and .Values.relay.enabled (eq .Values.topology "pods") (hasKey .Values "mcpgen.relayed") }}true{{ end -}}
{{- end }}

{{/* The relay's servers by name, as JSON: the first listens on 127.0.1.1, the 251st on 127.0.2.1. A Service is dialled by a name
with its namespace, which the hosts file does not lead back to the relay; a search domain of the pod adds the cluster's domain,
whatever that is. Made once, as several templates need it, and a thousand servers take time. */}}
{{- define "mcpgen.relay.servers" -}}
{{- if not (hasKey .Values "mcpgen.relayServers") -}}
{{- $_ := set .Values "mcpgen.relayServers" (include "mcpgen.relay.makeServers" .) -}}
{{- end -}}
{{- index .Values "mcpgen.relayServers" -}}
{{- end }}

{{- define "mcpgen.relay.makeServers" -}}
{{- $all := dict -}}
{{- $port := include "mcpgen.bridge.port" $ -}}
{{- $prefix := include "mcpgen.server.name" (list $ "") -}}
{{- $domain := printf "%s-servers.%s.svc:%s" (include "mcpgen.fullname" $) $.Release.Namespace $port -}}
{{- range $name, $server := .Values.servers -}}
{{- if not $server.remote -}}
{{- $number := len $all -}}
{{- $address := printf "127.0.%d.%d:%s" (div $number 250 | add1) (mod $number 250 | add1) $port -}}
{{- $one := dict "listen" $address "required" (dig "required" $.Values.defaults.required $server) -}}
{{- if $server.http -}}
{{- $one = merge $one (include "mcpgen.http.relay" (list $ $name $server) | fromJson) -}}
{{- else -}}
{{- $service := print $prefix $name -}}
{{- $_ := set $one "target" (printf "%s.%s.svc:%s" $service $.Release.Namespace $port) -}}
{{- $_ := set $one "unready" (print (include "mcpgen.server.host" (list $service $server true)) "." $domain) -}}
{{- end -}}
{{- /* Who asks for a process that lives as long as the session keeps something in it. */ -}}
{{- if $server.longLived }}{{ $_ := set $one "idleSeconds" 0 }}{{ end -}}
{{- $settings := $server.relay | default dict -}}
{{- $start := dig "startSeconds" $.Values.defaults.startSeconds $server -}}
{{- if and (gt (float64 $start) (float64 $.Values.relay.handshakeTimeoutSeconds)) (not (hasKey $settings "handshakeTimeoutSeconds")) -}}
{{- $_ := set $one "handshakeTimeoutSeconds" $start -}}
{{- end -}}
{{- /* Of the names that servers have in common, the relay gives the gateway one only. */ -}}
{{- $_ := set $all $name (merge (dict) $settings $one (pick $server "stateful" "prefix" "allowTools" "toolDefinitions")) -}}
{{- end -}}
{{- end -}}
{{- toRawJson $all -}}
{{- end }}

{{/* Its configuration. Without waitForServers the gateway waits for none. In a session of its own at the gateway, the relay has it
list servers that came late, or changed. */}}
{{- define "mcpgen.relay.config" -}}
{{- $wait := .Values.gateway.waitForServers -}}
{{- $seconds := ternary (int $wait.timeoutSeconds) 0 $wait.enabled -}}
{{- $gateway := printf "http://127.0.0.1:%d" (int .Values.gateway.port) -}}
{{- $sse := eq .Values.gateway.transport "sse" -}}
{{- dict
  "listen" (dict "metrics" (printf ":%d" (int .Values.relay.port)))
  "gateway" (dict
    "health" (print $gateway "/health")
    "url" (print $gateway (ternary "/sse" "/mcp" $sse))
    "transport" .Values.gateway.transport
    "headers" (dict "Authorization" "Bearer ${MCP_GATEWAY_AUTH_TOKEN}"))
  "startSeconds" (dict "required" $seconds "optional" (min $seconds (int $wait.optionalSeconds)))
  "logLevel" .Values.relay.logLevel
  "toolDefinitions" .Values.relay.toolDefinitions
  "defaults" (pick .Values.relay
    "warm"
    "idleSeconds"
    "abandonedSeconds"
    "callSilenceSeconds"
    "connectTimeoutSeconds"
    "handshakeTimeoutSeconds"
    "initializeSeconds"
    "reconnectSeconds"
    "maxMessageMiB"
    "sharedProcesses")
  "servers" (include "mcpgen.relay.servers" . | fromJson)
  | merge (include "mcpgen.otlp.relay" . | fromJson) | include "mcpgen.text" -}}
{{- end }}
