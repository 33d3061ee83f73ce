{{/* Hosts of a server that Cilium holds by name, as {names: []}; takes what the defines of _server.tpl take. */}}
{{- define "mcpgen.server.cilium.names" -}}
{{- $isCilium := eq .shared.root.Values.networkPolicy.flavor "cilium" -}}
{{- if and $isCilium (eq .shared.root.Values.topology "pods") (eq .server.egress.mode "hosts") -}}
{{ include "mcpgen.cilium.names" .server.egress.hosts }}
{{- else -}}
{"names":[]}
{{- end -}}
{{- end }}

{{/* Takes "names" besides. A server that may reach pods as well has to ask for their names, which nobody knows here. */}}
{{- define "mcpgen.server.cilium.policy" -}}
{{- $ask := list -}}
{{- range .names }}{{ $ask = append $ask (splitList ":" . | first) }}{{ end -}}
{{- if .server.egress.to }}{{ $ask = list "*" }}{{ end -}}
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: {{ .fullname }}
  {{- include "mcpgen.server.metadata" (list . nil nil) | nindent 2 }}
spec:
  {{- $dns := fromJson .shared.dns }}
  {{- include "mcpgen.cilium.spec" (dict "dns" $dns "labels" .selectorLabels "names" .names "ask" (uniq $ask)) | nindent 2 }}
{{- end }}

{{/* The gateway's: hosts of remote servers, "host:port". It also asks for its servers' names, in whatever domain the cluster has.
Usage: include … (list $ $names) */}}
{{- define "mcpgen.gateway.cilium.policy" -}}
{{- $root := index . 0 -}}
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  {{- include "mcpgen.metadata" (list $root "gateway" (include "mcpgen.fullname" $root) dict) | nindent 2 }}
spec:
  {{- $labels := include "mcpgen.selectorLabels" (list $root "gateway") }}
  {{- $dns := include "mcpgen.egress.dns" $root | fromJson }}
  {{- include "mcpgen.cilium.spec" (dict "dns" $dns "labels" $labels "names" (index . 1) "ask" (list "*")) | nindent 2 }}
{{- end }}
