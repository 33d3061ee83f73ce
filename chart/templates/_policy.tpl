{{/* NetworkPolicies of the servers' pods. Policies add up: one for all servers denies everything but the gateway's way in, and
then each server's egress mode opens the way out. A mode without parameters is one policy for all servers that have it, which
selects by the label mcpgen.dev/egress of their pods: a policy for each server would take a third of the rendering time. */}}

{{/* The label's value, or nothing if the server needs a policy of its own. Usage: include "mcpgen.server.egressLabel" $server */}}
{{- define "mcpgen.server.egressLabel" -}}
{{- if and (has .egress.mode (list "none" "internet" "all")) (not .egress.to) }}{{ .egress.mode }}{{ end -}}
{{- end }}

{{/* The policies of all servers. Usage: include "mcpgen.networkPolicy.servers" (list $shared $modes), a map with the modes used */}}
{{- define "mcpgen.networkPolicy.servers" -}}
{{- $shared := index . 0 -}}
{{- $modes := index . 1 -}}
{{- with $shared -}}
{{- $fullname := include "mcpgen.fullname" .root -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "mcpgen.metadata" (list .root "server" (print $fullname "-servers") dict) | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- .selectorLabels | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              {{- .gatewayLabels | nindent 14 }}
      ports: {{ .ports }}
{{- range $mode, $rules := dict "internet" (printf "[%s, {to: %s}]" .dns .internet) "all" "[{}]" }}
{{- if hasKey $modes $mode }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "mcpgen.metadata" (list $shared.root "server" (printf "%s-egress-%s" $fullname $mode) dict) | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      mcpgen.dev/egress: {{ quote $mode }}
      {{- $shared.selectorLabels | nindent 6 }}
  policyTypes: [Egress]
  egress: {{ $rules }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* The way out of a server whose mode has parameters; takes what _server.tpl's defines take. With Cilium, the names of hosts, and
with them DNS, are in a policy of its own kind. */}}
{{- define "mcpgen.networkPolicy.server" -}}
{{- $names := (include "mcpgen.server.cilium.names" . | fromJson).names -}}
{{- $rules := include "mcpgen.networkPolicy.rules" (list . $names) | trim -}}
{{- with $rules -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ $.fullname }}
  {{- include "mcpgen.server.metadata" (list $ nil nil) | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- $.selectorLabels | nindent 6 }}
  policyTypes: [Egress]
  egress:
    {{- . | nindent 4 }}
{{- end }}
{{- with $names }}
{{- if $rules }}
---
{{ end -}}
{{ include "mcpgen.server.cilium.policy" (merge (dict "names" .) $) }}
{{- end }}
{{- end }}
