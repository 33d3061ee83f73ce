{{/* Servers of one's own network, `http.url`: they have no pod here, and the relay speaks to them. */}}

{{/* The host of a URL, in lower case and without brackets. Usage: include "mcpgen.http.host" $url */}}
{{- define "mcpgen.http.host" -}}
{{- include "mcpgen.remote.host" . | lower | regexFind `^(\[[^\]]*\]|[^:]*)` | trimAll "[]" | trimSuffix "." -}}
{{- end }}

{{/* The address that the relay dials. The pod's hosts file leads mcp-<server> back to the relay: of a Service of such a name, the
name with its namespace is dialled. Usage: include "mcpgen.http.url" (list $ $url) */}}
{{- define "mcpgen.http.url" -}}
{{- $root := index . 0 -}}
{{- $host := include "mcpgen.http.host" (index . 1) -}}
{{- if and (hasPrefix "mcp-" $host) (hasKey $root.Values.servers (trimPrefix "mcp-" $host)) -}}
{{- regexReplaceAll `(?i)^(https?://)[^/?#:]*` (index . 1) (printf "${1}%s.%s.svc" $host $root.Release.Namespace) -}}
{{- else -}}
{{ index . 1 }}
{{- end -}}
{{- end }}

{{/* Peers of a policy for the host of a server's URL, as JSON: an address, or the pods of a Service's namespace; [] for another name,
of which a NetworkPolicy knows nothing. Usage: include "mcpgen.http.peers" $http | fromJsonArray */}}
{{- define "mcpgen.http.peers" -}}
{{- $host := include "mcpgen.http.host" .url -}}
{{- if dig "to" list (.egress | default dict) -}}
{{ toRawJson .egress.to }}
{{- else if regexMatch `^[0-9.]+$|:` $host -}}
{{ list (dict "ipBlock" (dict "cidr" (contains ":" $host | ternary "128" "32" | print $host "/"))) | toRawJson }}
{{- else if not (contains "." $host) -}}
[{"podSelector":{}}]
{{- else if regexMatch `^[^.]+\.[^.]+\.svc(\.|$)` $host -}}
{{- $namespace := dict "matchLabels" (dict "kubernetes.io/metadata.name" (index (splitList "." $host) 1)) -}}
{{ list (dict "namespaceSelector" $namespace) | toRawJson }}
{{- else -}}
[]
{{- end -}}
{{- end }}

{{/* The rules that let the gateway's pod reach them. Usage: include "mcpgen.http.egress" $ | trim | nindent 4 */}}
{{- define "mcpgen.http.egress" -}}
{{- range $server := .Values.servers }}
{{- if and $server.http $server.http.url }}
{{- with include "mcpgen.http.peers" $server.http | fromJsonArray }}
{{- $port := include "mcpgen.remote.host" $server.http.url | regexFind `[0-9]+$` | int }}
{{- $ports := dig "ports" list ($server.http.egress | default dict) | default (list $port) }}
{{ include "mcpgen.egress.custom" (dict "to" . "ports" $ports) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Their "host:port" where only Cilium can hold the host, as JSON. Usage: include "mcpgen.http.names" $ | fromJsonArray */}}
{{- define "mcpgen.http.names" -}}
{{- $names := list -}}
{{- range $server := .Values.servers -}}
{{- if and $server.http $server.http.url -}}
{{- if eq (include "mcpgen.http.peers" $server.http) "[]" -}}
{{- $names = append $names (include "mcpgen.remote.host" $server.http.url) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toRawJson $names -}}
{{- end }}
