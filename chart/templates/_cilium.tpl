{{/* What a CiliumNetworkPolicy adds to the NetworkPolicies, which Cilium holds as well: hosts by name. It learns the addresses of a
name from the answers to the pod's own DNS queries, which pass its proxy where a rule for names is on the DNS port. A rule for that
port without names would let the queries pass by the proxy, so that no other policy of the pod may have one. */}}

{{/* Those of "host:port" entries whose host is a name, as a JSON object {names: []}. Usage: include … $hosts | fromJson */}}
{{- define "mcpgen.cilium.names" -}}
{{- $names := list -}}
{{- range . -}}
{{- if not (regexMatch `^[0-9.]+:|\[` .) }}{{ $names = append $names . }}{{ end -}}
{{- end -}}
{{ dict "names" $names | toJson }}
{{- end }}

{{/* A name, or a pattern of names. Usage: include "mcpgen.cilium.match" $host | fromJson */}}
{{- define "mcpgen.cilium.match" -}}
{{ dict (contains "*" . | ternary "matchPattern" "matchName") . | toJson }}
{{- end }}

{{/* NetworkPolicy peers as Cilium has them: {toEndpoints: [], toCIDRSet: []}. Usage: include … $peers | fromJson */}}
{{- define "mcpgen.cilium.peers" -}}
{{- $endpoints := list -}}
{{- $ranges := list -}}
{{- $prefix := "k8s:io.cilium.k8s.namespace.labels." -}}
{{- $namespace := "k8s:io.kubernetes.pod.namespace" -}}
{{- range . -}}
{{- if .ipBlock }}{{ $ranges = append $ranges .ipBlock }}{{ else -}}
{{- $labels := merge (dict) (dig "matchLabels" dict (.podSelector | default dict)) -}}
{{- $expressions := dig "matchExpressions" list (.podSelector | default dict) -}}
{{- if hasKey . "namespaceSelector" -}}
{{- /* Of all namespaces: without a label of any, an endpoint is one of the policy's own. */ -}}
{{- if not .namespaceSelector }}{{ $expressions = append $expressions (dict "key" $namespace "operator" "Exists") }}{{ end -}}
{{- range $key, $value := dig "matchLabels" dict .namespaceSelector -}}
{{- $_ := set $labels (eq $key "kubernetes.io/metadata.name" | ternary $namespace (print $prefix $key)) $value -}}
{{- end -}}
{{- range dig "matchExpressions" list .namespaceSelector -}}
{{- $expressions = append $expressions (merge (dict "key" (print $prefix .key)) .) -}}
{{- end -}}
{{- end -}}
{{- $endpoint := dict "matchLabels" $labels -}}
{{- with $expressions }}{{ $_ := set $endpoint "matchExpressions" . }}{{ end -}}
{{- $endpoints = append $endpoints $endpoint -}}
{{- end -}}
{{- end -}}
{{ dict "toEndpoints" $endpoints "toCIDRSet" $ranges | toJson }}
{{- end }}

{{/* The spec: queries for these names, and connections to them at their ports.
Usage: include … (dict "dns" $dnsRule "labels" $selector "names" $hosts "ask" $namesThatMayBeAsked) */}}
{{- define "mcpgen.cilium.spec" -}}
{{- $ports := list -}}
{{- range .dns.ports }}{{ $ports = append $ports (dict "port" (toString .port) "protocol" .protocol) }}{{ end -}}
{{- $ask := list -}}
{{- range .ask }}{{ $ask = append $ask (include "mcpgen.cilium.match" . | fromJson) }}{{ end -}}
endpointSelector:
  matchLabels:
    {{- .labels | nindent 4 }}
egress:
  {{- range $kind, $peers := include "mcpgen.cilium.peers" .dns.to | fromJson }}
  {{- if $peers }}
  - {{ $kind }}: {{ include "mcpgen.text" $peers }}
    toPorts: [{ports: {{ include "mcpgen.text" $ports }}, rules: {dns: {{ include "mcpgen.text" $ask }}}}]
  {{- end }}
  {{- end }}
  {{- $byPort := dict }}
  {{- range .names }}
  {{- $parts := splitList ":" . }}
  {{- $ofPort := index $byPort (last $parts) | default list }}
  {{- $_ := set $byPort (last $parts) (append $ofPort (include "mcpgen.cilium.match" (first $parts) | fromJson)) }}
  {{- end }}
  {{- range $port, $names := $byPort }}
  - toFQDNs: {{ include "mcpgen.text" $names }}
    toPorts: [{ports: [{port: {{ $port | quote }}, protocol: TCP}]}]
  {{- end }}
{{- end }}
