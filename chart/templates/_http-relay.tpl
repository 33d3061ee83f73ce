{{/* What the relay needs for servers that speak HTTP: their configuration, and the secrets of their headers. */}}

{{/* The variable of the relay's container that has a secret of a server's headers: of that server's alone.
Usage: include "mcpgen.http.variable" (list $server $name) */}}
{{- define "mcpgen.http.variable" -}}
HTTP_{{ index . 0 | sha256sum | trunc 16 }}_{{ index . 1 }}
{{- end }}

{{/* All of them: a line "<variable> <Secret> <key>" for each. Usage: include "mcpgen.http.secrets" $ */}}
{{- define "mcpgen.http.secrets" -}}
{{- range $name, $server := .Values.servers }}
{{- range $key, $from := ($server.http | default dict).secrets }}
{{ include "mcpgen.http.variable" (list $name $key) }} {{ $from.name }} {{ $from.key }}
{{- end }}
{{- end }}
{{- end }}

{{/* What the relay's configuration says of a server that speaks HTTP, as JSON. Usage: include … (list $ $name $server) | fromJson */}}
{{- define "mcpgen.http.relay" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $http := (index . 2).http -}}
{{- $one := dict -}}
{{- if $http.url -}}
{{- $_ := set $one "url" (include "mcpgen.http.url" (list $root $http.url)) -}}
{{- $_ := set $one "look" (printf "servers.%s.http of the values: its url, and what its egress opens" $name) -}}
{{- else -}}
{{- $host := printf "%s.%s.svc" (include "mcpgen.server.name" (list $root $name)) $root.Release.Namespace -}}
{{- $_ := set $one "url" (printf "http://%s:%d%s" $host (int $http.port) ($http.path | default "/mcp")) -}}
{{- end -}}
{{- if eq $http.transport "sse" }}{{ $_ := set $one "transport" "sse" }}{{ end -}}
{{- $headers := merge (dict) ($http.headers | default dict) -}}
{{- $optional := dict -}}
{{- range $key, $from := $http.secrets -}}
{{- $variable := include "mcpgen.http.variable" (list $name $key) -}}
{{- range $header, $value := $headers -}}
{{- $_ := set $headers $header (replace (printf "${%s}" $key) (printf "${%s}" $variable) $value) -}}
{{- end -}}
{{- $remedy := print "create it, then run kubectl rollout restart deployment/" (include "mcpgen.fullname" $root) -}}
{{- $_ := set $optional $variable (printf "the Secret %s has no value for the key %s; %s" $from.name $from.key $remedy) -}}
{{- end -}}
{{- if $headers }}{{ $_ := set $one "headers" $headers }}{{ end -}}
{{- if $optional }}{{ $_ := set $one "optional" $optional }}{{ end -}}
{{- toRawJson $one -}}
{{- end }}
