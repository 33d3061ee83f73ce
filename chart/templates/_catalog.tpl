{{/* What the gateway knows of the servers: its own catalog format, of which static mode uses these fields.
Usage: include "mcpgen.catalog" $ | nindent 4 */}}
{{- define "mcpgen.catalog" -}}
{{- $longLived := .Values.gateway.longLived -}}
{{- $relay := include "mcpgen.relay.on" . -}}
{{- /* Many HTTP servers refuse requests that come by loopback for another host than localhost, as these may be a browser's. */ -}}
{{- $host := eq .Values.topology "sidecars" | ternary "localhost" "" -}}
registry:
{{- range $name, $server := .Values.servers }}
  {{ $name | quote }}:
    {{- if $server.remote }}
    type: remote
    remote:
      url: {{ $server.remote.url | quote }}
      transport_type: {{ $server.remote.transport | default "streamable-http" }}
      {{- with $server.remote.headers }}
      headers: {{ include "mcpgen.text" . }}
      {{- end }}
    {{- with $server.remote.secrets }}
    secrets:
      {{- range $key, $_ := . }}
      - {name: {{ printf "%s.%s" $name $key | quote }}, env: {{ $key | quote }}}
      {{- end }}
    {{- end }}
    {{- else if and $server.http (not $relay) }}
    type: remote
    {{- $at := printf "%s:%d" ($host | default (print "mcp-" $name)) (int $server.http.port) }}
    {{- $url := printf "http://%s%s" $at ($server.http.path | default "/mcp") }}
    remote: {url: {{ quote $url }}, transport_type: {{ $server.http.transport | default "streamable-http" }}}
    {{- else }}
    type: server
    image: {{ $server.image | default "none" | quote }}
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

{{/* Secrets of remote servers: a line "<server>.<NAME> <Secret> <key>" for each. Usage: include "mcpgen.remoteSecrets" $ */}}
{{- define "mcpgen.remoteSecrets" -}}
{{- range $name, $server := .Values.servers }}
{{- if $server.remote }}
{{- range $key, $from := $server.remote.secrets }}
{{ $name }}.{{ $key }} {{ $from.name }} {{ $from.key }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Text of all that may change the tools of the servers, so that the gateway restarts. With the relay, servers that it holds
connections to are left out: it sees when a pod is replaced, and has the gateway list the tools if there are others (relay/lister.ts).
Usage: include … $ | sha256sum */}}
{{- define "mcpgen.serversChecksum" -}}
{{- $watches := and (eq (include "mcpgen.relay.on" .) "true") (gt (int .Values.relay.warm.min) 0) -}}
{{- $catalog := include "mcpgen.catalog" . -}}
{{- if $watches }}{{ $catalog = regexReplaceAll "(?m)^    (image|tools): .*\n?" $catalog "" }}{{ end -}}
{{- $catalog }}
{{- if not $watches }}
{{ pick .Values.defaults "env" "secretEnv" "envFrom" "volumes" | toJson }}
{{- end }}
{{- range $name, $server := .Values.servers }}
{{- $watches := and $watches (gt (dig "relay" "warm" "min" (int $.Values.relay.warm.min) $server | int) 0) }}
{{- $all := pick $server "image" "command" "args" "env" "secretEnv" "volumes" "allowTools" }}
{{ $name }} {{ ternary (pick $all "allowTools") $all (and $watches (not $server.http)) | toJson }}
{{- end }}
{{- end }}

{{/* Names of the servers that the gateway speaks HTTP to, or nothing: with the relay, that does. Usage: include "mcpgen.httpServers" $ */}}
{{- define "mcpgen.httpServers" -}}
{{- if not (include "mcpgen.relay.on" .) -}}
{{- range $name, $server := .Values.servers }}{{ if $server.http }} {{ $name }}{{ end }}{{ end -}}
{{- end -}}
{{- end }}
