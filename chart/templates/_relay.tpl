{{/* The relay, `relay.enabled`: a native sidecar of the gateway that keeps connections to the servers, some of them warm
(docs/relay.md). The pod's hosts file knows mcp-<server> as a loopback address of the relay. Each define takes the root. */}}

{{/* "true" where the relay runs: it has no place in topology sidecars, and nothing to do for remote servers.
Usage: if include "mcpgen.relay.on" $ */}}
{{- define "mcpgen.relay.on" -}}
{{- if and .Values.relay.enabled (eq .Values.topology "pods") -}}
{{- range $server := .Values.servers -}}
{{- if and (dig "enabled" true $server) (not $server.remote) -}}true{{- break -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* The relay's servers by name, as JSON: the first listens on 127.0.1.1, the 251st on 127.0.2.1. A Service is dialled by a name
with its namespace, which the hosts file does not lead back to the relay; a search domain of the pod adds the cluster's domain,
whatever that is. */}}
{{- define "mcpgen.relay.servers" -}}
{{- $all := dict -}}
{{- range $name, $server := .Values.servers -}}
{{- if and (dig "enabled" true $server) (not $server.remote) -}}
{{- $number := len $all -}}
{{- $address := printf "127.0.%d.%d:4444" (div $number 250 | add1) (mod $number 250 | add1) -}}
{{- $host := printf "%s.%s.svc" (include "mcpgen.server.name" (list $ $name)) $.Release.Namespace -}}
{{- $one := dict "listen" $address "required" (dig "required" $.Values.defaults.required $server) -}}
{{- if $server.http -}}
{{- $_ := set $one "url" (printf "http://%s:%d%s" $host (int $server.http.port) ($server.http.path | default "/mcp")) -}}
{{- else -}}
{{- $_ := set $one "target" (print $host ":4444") -}}
{{- end -}}
{{- /* Who asks for a process that lives as long as the session keeps something in it. */ -}}
{{- if $server.longLived }}{{ $_ := set $one "idleSeconds" 0 }}{{ end -}}
{{- $_ := set $all $name (merge $one (pick $server "stateful")) -}}
{{- end -}}
{{- end -}}
{{- toRawJson $all -}}
{{- end }}

{{/* Its configuration. Without waitForServers the gateway waits for none. */}}
{{- define "mcpgen.relay.config" -}}
{{- $wait := .Values.gateway.waitForServers -}}
{{- $seconds := ternary (int $wait.timeoutSeconds) 0 $wait.enabled -}}
{{- dict
  "listen" (dict "metrics" (printf "0.0.0.0:%d" (int .Values.relay.port)))
  "gateway" (dict "health" (printf "http://127.0.0.1:%d/health" (int .Values.gateway.port)))
  "startSeconds" (dict "required" $seconds "optional" (min $seconds 15))
  "defaults" (pick .Values.relay "warm" "idleSeconds" "abandonedSeconds" "callSilenceSeconds" "reconnectSeconds")
  "servers" (include "mcpgen.relay.servers" . | fromJson)
  | include "mcpgen.text" -}}
{{- end }}

{{/* Comes first among the init containers, and the gateway after its startup probe: that waits for the servers. */}}
{{- define "mcpgen.relay.container" -}}
- name: relay
  image: {{ include "mcpgen.image" (list $ .Values.relay.image) | quote }}
  imagePullPolicy: {{ .Values.gateway.image.pullPolicy }}
  restartPolicy: Always
  command: [node, --max-old-space-size=64, /relay/relay.mjs, /relay/config.json]
  ports: [{name: relay, containerPort: {{ .Values.relay.port }}, protocol: TCP}]
  startupProbe:
    httpGet: {path: /startz, port: relay}
    periodSeconds: 1
    # It answers when the wait for the servers is over: this is more.
    failureThreshold: {{ add .Values.gateway.waitForServers.timeoutSeconds 60 }}
  livenessProbe:
    httpGet: {path: /healthz, port: relay}
    periodSeconds: 20
    timeoutSeconds: 5
  resources: {{ include "mcpgen.text" .Values.relay.resources }}
  securityContext: {{ include "mcpgen.securityContext" (list $ .Values.gateway.securityContext) }}
  volumeMounts: [{name: relay, mountPath: /relay, readOnly: true}]
{{- end }}

{{/* Addresses of mcp-<server>, for the pod's hosts file. */}}
{{- define "mcpgen.relay.hosts" -}}
{{- $hosts := list -}}
{{- range $name, $server := include "mcpgen.relay.servers" . | fromJson -}}
{{- $hosts = append $hosts (dict "ip" (splitList ":" $server.listen | first) "hostnames" (list (print "mcp-" $name))) -}}
{{- end -}}
{{- include "mcpgen.text" $hosts -}}
{{- end }}
