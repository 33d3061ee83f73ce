{{/* Arguments of the gateway. Usage: include "mcpgen.gateway.args" $ | nindent 12 */}}
{{- define "mcpgen.gateway.args" -}}
{{- $names := include "mcpgen.startList" . | trim | splitList " " | compact -}}
{{- with .Values.gateway -}}
- --transport={{ .transport }}
- --port={{ .port }}
- --static=true
- --catalog=catalog.yaml
- --secrets={{ if include "mcpgen.remoteSecrets" $ }}/run/mcpgen/secrets.env{{ else }}/dev/null{{ end }}
{{- if include "mcpgen.listIsWritten" $ }}
- --registry=/run/mcpgen/registry.yaml
{{- else }}
- --servers={{ range $i, $name := $names }}{{ if $i }},{{ end }}{{ splitList "=" $name | last | splitList ":" | first }}{{ end }}
{{- end }}
{{- if include "mcpgen.allowedTools" $ }}
- --tools-config=/home/mcp/.docker/mcp/catalogs/tools.yaml
{{- end }}
- --log-calls={{ .logCalls }}
- --verbose={{ .verbose }}
- --block-secrets={{ .blockSecrets }}
{{- range .interceptors }}
- {{ printf "--interceptor=%s" . | quote }}
{{- end }}
{{- range .extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* Where the bearer token is. Usage: secretKeyRef: {{ include "mcpgen.tokenRef" $ }} */}}
{{- define "mcpgen.tokenRef" -}}
{{- $name := .Values.gateway.auth.existingSecret | default (printf "%s-auth" (include "mcpgen.fullname" .)) -}}
{{- dict "name" $name "key" .Values.gateway.auth.key | include "mcpgen.text" -}}
{{- end }}

{{/* "true" where Helm sees the cluster, and so can make the token and find it again. What only renders (Argo CD, `helm template`) would
make another one each time. Each namespace has this ConfigMap; before `--create-namespace` there is none, but whoever may create
namespaces may read them. */}}
{{- define "mcpgen.auth.isMade" -}}
{{- $namespace := .Release.Namespace -}}
{{- if or (lookup "v1" "ConfigMap" $namespace "kube-root-ca.crt") (lookup "v1" "Namespace" "" "default") }}true{{ end -}}
{{- end }}

{{/* Environment of the gateway. Usage: include "mcpgen.gateway.env" $ | trim | nindent 2 */}}
{{- define "mcpgen.gateway.env" -}}
{{- $gateway := .Values.gateway -}}
{{- $base := merge (dict "HOME" "/home/mcp") (include "mcpgen.environment.base" . | fromJson) -}}
{{- if not (or $gateway.auth.existingSecret (include "mcpgen.auth.isMade" .)) }}
# Rendered without a cluster, so the Secret with the token is not here: create it, or set gateway.auth.existingSecret.
{{- end }}
- name: MCP_GATEWAY_AUTH_TOKEN
  valueFrom: {secretKeyRef: {{ include "mcpgen.tokenRef" . }}}
{{- if include "mcpgen.httpServers" . }}
# The gateway refuses remotes that are not public https, but servers of the cluster that speak HTTP must be some. Its network
# policy stands in: it reaches its own servers, and of others public addresses only.
- {name: DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS, value: "1"}
{{- end }}
{{- with .Values.monitoring.otlp.endpoint }}{{ $_ := set $base "DOCKER_CLI_OTEL_EXPORTER_OTLP_ENDPOINT" . }}{{ end }}
{{ include "mcpgen.environment" (dict "base" $base "secretEnv" $gateway.secretEnv "env" $gateway.extraEnv) | trim }}
{{- end }}

{{/* Fields of the pod that say where names lead, as JSON. Usage: include "mcpgen.gateway.hosts" $ | fromJson */}}
{{- define "mcpgen.gateway.hosts" -}}
{{- $own := .Values.gateway.hostAliases -}}
{{- if eq .Values.topology "sidecars" -}}
{{ dict "hostAliases" (concat (include "mcpgen.sidecars.hosts" . | fromJsonArray) $own) | toJson }}
{{- else if include "mcpgen.relay.on" . -}}
{{- /* The relay dials <service>.<namespace>.svc: with a lower limit, musl would not add the cluster's domain. */ -}}
{{- $dns := include "mcpgen.dnsConfig" (list .Values.gateway.dnsConfig "ndots" "5") | fromJson -}}
{{ dict "hostAliases" (concat (include "mcpgen.relay.hosts" . | fromJsonArray) $own) "dnsConfig" $dns | toJson }}
{{- else -}}
{}
{{- end -}}
{{- end }}

{{/* Its update strategy as JSON: no pod goes before another one is there, unless both would need the same volume. */}}
{{- define "mcpgen.gateway.strategy" -}}
{{- if .Values.gateway.deploymentStrategy -}}
{{ toJson .Values.gateway.deploymentStrategy }}
{{- else if and (eq .Values.topology "sidecars") (include "mcpgen.sidecars.single" .) -}}
{"type":"Recreate"}
{{- else -}}
{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":0}}
{{- end -}}
{{- end }}

{{/* Volumes besides the gateway's own. Usage: include "mcpgen.gateway.volumes" $ | trim */}}
{{- define "mcpgen.gateway.volumes" -}}
{{- if eq .Values.topology "sidecars" }}{{ include "mcpgen.sidecars.volumes" . }}{{ end }}
{{- if include "mcpgen.relay.on" . }}
- {name: relay, configMap: {name: {{ include "mcpgen.fullname" . }}-relay}}
{{- end }}
{{- if .Values.door.enabled }}
{{ include "mcpgen.door.volumes" . }}
{{- end }}
{{ include "mcpgen.trust.volume" . }}
{{- range $name, $volume := .Values.gateway.volumes }}{{ if not $volume.sameAs }}
{{ include "mcpgen.volume" (dict "name" $name "volume" $volume "sizeLimit" $.Values.defaults.scratchSizeLimit) }}
{{- end }}{{ end }}
{{- end }}
