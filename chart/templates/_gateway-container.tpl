{{/* The gateway's container. Usage: include "mcpgen.gateway.container" $ | nindent 10 */}}
{{- define "mcpgen.gateway.container" -}}
{{- with .Values.gateway -}}
{{ include "mcpgen.imageFields" (list $ "gateway") }}
args:
  {{- include "mcpgen.gateway.args" $ | nindent 2 }}
env:
  {{- include "mcpgen.gateway.env" $ | trim | nindent 2 }}
{{- with .envFrom }}
envFrom: {{ include "mcpgen.text" . }}
{{- end }}
ports: [{name: http, containerPort: {{ .port }}, protocol: TCP}]
# New connections find another pod before this one refuses them. Sessions live in one pod, and a client's connections may lead
# to both as long as both are there: so it is no longer than that takes, and the calls that are running by then.
{{- $drain := dict "exec" (dict "command" (include "mcpgen.gateway.drain" $ | fromJsonArray)) }}
lifecycle: {{ .lifecycle | default (dict "preStop" $drain) | include "mcpgen.text" }}
{{- $health := dict "httpGet" (dict "path" "/health" "port" "http") }}
{{- $attempts := divf .startup.timeoutSeconds 2 | ceil | int }}
# /health answers when all tools are listed, and needs no token.
startupProbe: {{ include "mcpgen.probe" (list .startupProbe (merge (dict "periodSeconds" 2 "failureThreshold" $attempts) $health)) }}
readinessProbe: {{ include "mcpgen.probe" (list .readinessProbe (merge (dict "periodSeconds" 5) $health)) }}
livenessProbe: {{ include "mcpgen.probe" (list .livenessProbe (include "mcpgen.gateway.liveness" $ | fromYaml)) }}
resources: {{ include "mcpgen.text" .resources }}
securityContext: {{ include "mcpgen.securityContext" (list $ .securityContext) }}
volumeMounts:
  - {name: home, mountPath: /home/mcp}
  - {name: config, mountPath: /home/mcp/.docker/mcp/catalogs, readOnly: true}
  - {name: config, mountPath: /home/mcp/.docker/config.json, subPath: config.json, readOnly: true}
  - {name: run, mountPath: /run/mcpgen}
  - {name: scripts, mountPath: /scripts, readOnly: true}
  {{- with include "mcpgen.trust.mount" $ }}{{ . | nindent 2 }}{{ end }}
  {{- with include "mcpgen.volume.mounts" (list .volumes "") | trim }}{{ . | nindent 2 }}{{ end }}
{{- end }}
{{- end }}

{{/* What the gateway's container does before it ends, as a JSON list. The door or the relay knows which calls are running. They are asked
by socat, which the gateway itself needs, and not by wget, whose options differ between builds of busybox. */}}
{{- define "mcpgen.gateway.drain" -}}
{{- $seconds := sub (int .Values.gateway.terminationGracePeriodSeconds) 8 -}}
{{- $ask := "printf 'GET %s HTTP/1.0\\r\\n\\r\\n' | socat -t %d -T %d - TCP:127.0.0.1:%d,shut-none >/dev/null" -}}
{{- if .Values.door.enabled -}}
{{- /* The door, which goes at the same time, answers when its calls are over; at once, if only this container ends. */ -}}
{{- $limit := add 3 .Values.door.drainSeconds -}}
{{- list "sh" "-c" (printf (print "sleep 2; " $ask) "/drained" $limit $limit (int .Values.door.adminPort)) | toJson -}}
{{- else if and (include "mcpgen.relay.on" .) (gt $seconds 0) -}}
{{- $limit := add $seconds 2 -}}
{{- $path := printf "/drain?seconds=%d" $seconds -}}
{{- list "sh" "-c" (printf (print "sleep 2; " $ask "; sleep 1") $path $limit $limit (int .Values.relay.port)) | toJson -}}
{{- else -}}
{{- list "sleep" "2" | toJson -}}
{{- end -}}
{{- end }}
