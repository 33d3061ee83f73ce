{{/* What the gateway knows of the servers: its own catalog format, of which static mode uses these fields.
Usage: include "mcpgen.catalog" $ | nindent 4 */}}
{{- define "mcpgen.catalog" -}}
{{- $longLived := .Values.gateway.longLived -}}
registry:
{{- range $name, $server := .Values.servers }}
{{- if dig "enabled" true $server }}
  {{ $name | quote }}:
    {{- if $server.remote }}
    type: remote
    remote:
      url: {{ $server.remote.url | quote }}
      transport_type: {{ $server.remote.transport | default "streamable-http" }}
      {{- with $server.remote.headers }}
      headers: {{ toJson . }}
      {{- end }}
    {{- with $server.remote.secrets }}
    secrets:
      {{- range $key, $_ := . }}
      - {name: {{ printf "%s.%s" $name $key | quote }}, env: {{ $key | quote }}}
      {{- end }}
    {{- end }}
    {{- else }}
    type: server
    image: {{ $server.image | quote }}
    {{- end }}
    longLived: {{ dig "longLived" $longLived $server }}
    {{- with $server.prefix }}
    prefix: {{ . | quote }}
    {{- end }}
    {{- with $server.tools }}
    tools: [ {{- range $i, $tool := . }}{{ if $i }}, {{ end }}{name: {{ $tool | quote }}}{{ end -}} ]
    {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* The tools that each server may offer; a server that is not in it offers all. Usage: include "mcpgen.allowedTools" $ */}}
{{- define "mcpgen.allowedTools" -}}
{{- range $name, $server := .Values.servers }}
{{- if and (hasKey $server "allowTools") (dig "enabled" true $server) }}
{{ $name | quote }}: {{ $server.allowTools | toJson }}
{{- end }}
{{- end }}
{{- end }}

{{/* The servers that the gateway starts with, as "required=a optional=b remote=c". Usage: include "mcpgen.startList" $ | trim */}}
{{- define "mcpgen.startList" -}}
{{- $required := .Values.defaults.required -}}
{{- range $name, $server := .Values.servers -}}
{{- if dig "enabled" true $server }} {{ if $server.remote }}remote{{ else }}{{ dig "required" $required $server | ternary "required" "optional" }}{{ end }}={{ $name }}{{ end -}}
{{- end -}}
{{- end }}

{{/* Secrets of remote servers: a line "<server>.<NAME> <Secret> <key>" for each. Usage: include "mcpgen.remoteSecrets" $ */}}
{{- define "mcpgen.remoteSecrets" -}}
{{- range $name, $server := .Values.servers }}
{{- if and $server.remote (dig "enabled" true $server) }}
{{- range $key, $from := $server.remote.secrets }}
{{ $name }}.{{ $key }} {{ $from.name }} {{ $from.key }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Text of all that may change the tools of the servers, so that the gateway starts anew. Usage: include … $ | sha256sum */}}
{{- define "mcpgen.serversChecksum" -}}
{{- range $name, $server := .Values.servers }}
{{- if dig "enabled" true $server }}
{{ $name }} {{ pick $server "image" "command" "args" "env" "secretEnv" "volumes" "tools" "allowTools" "prefix" "longLived" "remote" | toJson }}
{{- end }}
{{- end }}
{{- end }}
