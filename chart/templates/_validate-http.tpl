{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>". */}}

{{/* Mistakes in `http` of a server. Usage: as mcpgen.validate.remote, with "root" */}}
{{- define "mcpgen.validate.http" -}}
{{- $at := print .at ".http" -}}
{{- $http := .server.http -}}
{{- if $http.url -}}
{{- range $key := list "port" "path" -}}
{{- if hasKey $http $key -}}
{{ $at }}.{{ $key }}: has no effect with http.url, which includes it; remove one of them
{{- end -}}
{{- end -}}
{{- include "mcpgen.validate.http.url" . -}}
{{- else if not $http.port -}}
{{ $at }}: needs `port` (for an image that listens on it) or `url` (for a server that runs elsewhere); set one of them
{{- else -}}
{{- range $key := list "egress" "allowPlainCredentials" -}}
{{- if hasKey $http $key -}}
{{ $at }}.{{ $key }}: applies only to http.url; remove it{{ if eq $key "egress" }}, or set the server's own egress{{ end }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Mistakes of a server that runs elsewhere in one's own network. Usage: as mcpgen.validate.http */}}
{{- define "mcpgen.validate.http.url" -}}
{{- $at := .at -}}
{{- $http := .server.http -}}
{{- $kept := list "enabled" "description" "http" "tools" "allowTools" "prefix" "longLived" "required" "stateful" "relay" "startSeconds" -}}
{{- range $key, $_ := .server -}}
{{- if not (or (has $key $kept) (hasPrefix "mcpgen." $key)) -}}
{{ $at }}.{{ $key }}: has no effect, because a server with http.url has no pod; remove it, or remove http.url
{{- end -}}
{{- end -}}
{{- if not (include "mcpgen.relay.on" .root) -}}
{{ $at }}.http.url: only the relay connects to servers in your own network; set relay.enabled: true and topology: pods
{{- end -}}
{{- $host := include "mcpgen.http.host" $http.url -}}
{{- $port := include "mcpgen.remote.host" $http.url | regexFind `[0-9]+$` | default "0" | int -}}
{{- $isAddress := or (regexMatch `^((25[0-5]|(2[0-4]|1[0-9]|[1-9]|)[0-9])(\.|$)){4}$` $host) (contains ":" $host) -}}
{{- if or (eq $host "") (contains "$" $http.url) (lt $port 1) (gt $port 65535) -}}
{{ $at }}.http.url: is not a valid URL; write http://HOST:PORT/PATH, or https
{{- else if and (not $isAddress) (regexMatch `(^|\.)(0x[0-9a-f]*|[0-9]+)$` $host) -}}
{{ $at }}.http.url: {{ $host }} is not a valid host name or IP address; write an IPv4 address as four decimal numbers
{{- else if regexMatch `^(127\.|0\.|169\.254\.|2(2[4-9]|[345][0-9])\.)|^::|^fe[89ab]|^ff|(^|\.)localhost$` $host -}}
{{ $at }}.http.url: {{ $host }} is the gateway's own pod or node, where your server does not run; write the name of its Service,{{ " " -}}
NAME.NAMESPACE.svc
{{- else if not (include "mcpgen.http.isOpen" .) -}}
{{ $at }}.http.egress.to: is missing; {{ $host }} is not the name of a Service (NAME.NAMESPACE.svc), and a NetworkPolicy{{ " " -}}
can allow other hosts only by IP address; set http.egress: {to: [{ipBlock: {cidr: ADDRESS/32}}]}
{{- end -}}
{{- if regexMatch `//[^/?#]*@` $http.url -}}
{{ $at }}.http.url: contains a user or password; send it in a header built from http.secrets
{{- else if not $http.allowPlainCredentials -}}
{{- include "mcpgen.validate.credentials.url" (dict "at" $at "field" "http" "url" $http.url) -}}
{{- end -}}
{{- with $http.egress }}{{ include "mcpgen.validate.ranges" (dict "at" (print $at ".http.egress.to") "peers" .to) }}{{ end -}}
{{- end }}

{{/* "true" where the gateway's pod can reach the server of a URL. Usage: as mcpgen.validate.http */}}
{{- define "mcpgen.http.isOpen" -}}
{{- $policy := .root.Values.networkPolicy -}}
{{- if or (not $policy.enabled) (eq $policy.flavor "cilium") (ne (include "mcpgen.http.peers" .server.http) "[]") -}}true{{- end -}}
{{- end }}
