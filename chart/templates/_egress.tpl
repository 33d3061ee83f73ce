{{/* Rule for DNS queries to the cluster's DNS. Usage: include "mcpgen.egress.dns" $ */}}
{{- define "mcpgen.egress.dns" -}}
{{- $ports := list -}}
{{- range .Values.networkPolicy.dns.ports -}}
{{- $ports = concat $ports (list (dict "port" . "protocol" "UDP") (dict "port" . "protocol" "TCP")) -}}
{{- end -}}
{to: {{ toJson .Values.networkPolicy.dns.to }}, ports: {{ toJson $ports }}}
{{- end }}

{{/* Peers that are the public internet. Usage: include "mcpgen.egress.internet" $ */}}
{{- define "mcpgen.egress.internet" -}}
{{- with .Values.networkPolicy.privateRanges -}}
[{ipBlock: {cidr: 0.0.0.0/0, except: {{ toJson .ipv4 }}}}, {ipBlock: {cidr: "::/0", except: {{ toJson .ipv6 }}}}]
{{- end -}}
{{- end }}

{{/* Rules for hosts, each "host:port". A NetworkPolicy knows no names: an address is allowed alone, a name opens its port
to the public internet. Usage: include "mcpgen.egress.hosts" (list $hosts $internet) | trim */}}
{{- define "mcpgen.egress.hosts" -}}
{{- $ports := list -}}
{{- range index . 0 }}
{{- $parts := splitList ":" . }}
{{- if regexMatch `^[0-9.]+$` (first $parts) }}
- {to: [{ipBlock: {cidr: {{ first $parts }}/32}}], ports: [{port: {{ last $parts }}, protocol: TCP}]}
{{- else }}
{{- $ports = append $ports (last $parts) }}
{{- end }}
{{- end }}
{{- with $ports | uniq | sortAlpha }}
- to: {{ index $ 1 }}
  ports: [ {{- range $i, $port := . }}{{ if $i }}, {{ end }}{port: {{ $port }}, protocol: TCP}{{ end -}} ]
{{- end }}
{{- end }}

{{/* The rule of `to` and `ports`. Usage: include "mcpgen.egress.custom" $egress */}}
{{- define "mcpgen.egress.custom" -}}
{{- $ports := list -}}
{{- range .ports }}{{ $ports = append $ports (kindIs "map" . | ternary . (dict "port" . "protocol" "TCP")) }}{{ end -}}
{{- $rule := dict -}}
{{- with .to }}{{ $_ := set $rule "to" . }}{{ end -}}
{{- with $ports }}{{ $_ := set $rule "ports" . }}{{ end -}}
{{- with $rule }}- {{ toJson . }}{{ end -}}
{{- end }}

{{/* Deny all, then allow the gateway in and the egress of the server's mode out; takes what _server.tpl's defines take. */}}
{{- define "mcpgen.server.networkPolicy" -}}
{{- $egress := .server.egress -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: mcp-{{ .name }}
  {{- include "mcpgen.server.metadata" . | nindent 2 }}
spec:
  podSelector: {matchLabels: {"mcpgen.dev/server":"{{ .name }}",{{ .shared.selectorLabels }}}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{podSelector: {matchLabels: { {{- .shared.gatewayLabels -}} }}}]
      ports: [{port: 4444, protocol: TCP}]
  {{- if eq $egress.mode "none" }}
  egress: []
  {{- else if eq $egress.mode "all" }}
  egress: [{}]
  {{- else }}
  egress:
    - {{ .shared.dns }}
    {{- if eq $egress.mode "internet" }}
    - to: {{ .shared.internet }}
    {{- else if eq $egress.mode "hosts" }}
    {{- include "mcpgen.egress.hosts" (list $egress.hosts .shared.internet) | trim | nindent 4 }}
    {{- end }}
    {{- with include "mcpgen.egress.custom" $egress }}{{ . | nindent 4 }}{{ end }}
  {{- end }}
{{- end }}
