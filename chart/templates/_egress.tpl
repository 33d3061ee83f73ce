{{/* Rule for DNS queries, as JSON: to the cluster's DNS, where the platform has it. Usage: include "mcpgen.egress.dns" $ */}}
{{- define "mcpgen.egress.dns" -}}
{{- $isOpenShift := eq .Values.platform "openshift" -}}
{{- $pods := ternary (dict "dns.operator.openshift.io/daemonset-dns" "default") (dict "k8s-app" "kube-dns") $isOpenShift -}}
{{- $namespace := dict "kubernetes.io/metadata.name" (ternary "openshift-dns" "kube-system" $isOpenShift) -}}
{{- $peer := dict "namespaceSelector" (dict "matchLabels" $namespace) "podSelector" (dict "matchLabels" $pods) -}}
{{- $ports := list -}}
{{- range .Values.networkPolicy.dns.ports | default (list (ternary 5353 53 $isOpenShift)) -}}
{{- $ports = concat $ports (list (dict "port" . "protocol" "UDP") (dict "port" . "protocol" "TCP")) -}}
{{- end -}}
{{ dict "to" (.Values.networkPolicy.dns.to | default (list $peer)) "ports" $ports | include "mcpgen.text" }}
{{- end }}

{{/* Peers that are the public internet. Usage: include "mcpgen.egress.internet" $ */}}
{{- define "mcpgen.egress.internet" -}}
{{- with .Values.networkPolicy.privateRanges -}}
{{- $ipv4 := dict "cidr" "0.0.0.0/0" "except" .ipv4 -}}
{{- $ipv6 := dict "cidr" "::/0" "except" .ipv6 -}}
{{ list (dict "ipBlock" $ipv4) (dict "ipBlock" $ipv6) | include "mcpgen.text" }}
{{- end -}}
{{- end }}

{{/* Host and port of a server's URL, or nothing if that is not valid. Usage: include "mcpgen.remote.host" $url */}}
{{- define "mcpgen.remote.host" -}}
{{- $at := `(?i)^https?://([^/?#@]*@)?(([-._a-z0-9]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?)([/?#].*)?$` -}}
{{- if and (regexMatch $at .) (not (regexMatch `(?i)[\x00-\x20\x7f]|%([^0-9a-f]|.[^0-9a-f]|.?$)` .)) -}}
{{- $host := regexReplaceAll $at . "${2}" -}}
{{ $host }}{{ if not (regexMatch `:[0-9]+$` $host) }}:{{ hasPrefix "http:" (lower .) | ternary 80 443 }}{{ end -}}
{{- end -}}
{{- end }}

{{/* Rules for hosts, each "host:port". A NetworkPolicy knows no names: an address is allowed alone, a name opens its port
to the public internet, or nothing if that is "". Usage: include "mcpgen.egress.hosts" (list $hosts $internet) | trim */}}
{{- define "mcpgen.egress.hosts" -}}
{{- $ports := list -}}
{{- range index . 0 }}
{{- $port := regexFind "[0-9]+$" . }}
{{- $host := trimSuffix (print ":" $port) . }}
{{- $address := hasPrefix "[" $host | ternary (print (trimAll "[]" $host) "/128") (print $host "/32") }}
{{- if regexMatch `^[0-9.]+$|^\[` $host }}
- {to: [{ipBlock: {cidr: {{ quote $address }}}}], ports: [{port: {{ $port }}, protocol: TCP}]}
{{- else if index $ 1 }}
{{- $ports = append $ports $port }}
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
{{- with $rule }}- {{ include "mcpgen.text" . }}{{ end -}}
{{- end }}

{{/* Rules of a server's mode, without those for names that Cilium holds. Usage: include … (list $one $names) | trim */}}
{{- define "mcpgen.networkPolicy.rules" -}}
{{- $names := index . 1 -}}
{{- with index . 0 -}}
{{- $egress := .server.egress -}}
{{- if not $names }}
- {{ .shared.dns }}
{{- end }}
{{- if eq $egress.mode "internet" }}
- to: {{ .shared.internet }}
{{- else if eq $egress.mode "hosts" }}
{{ include "mcpgen.egress.hosts" (list $egress.hosts (ternary "" .shared.internet (gt (len $names) 0))) | trim }}
{{- end }}
{{ include "mcpgen.egress.custom" $egress }}
{{- end }}
{{- end }}
