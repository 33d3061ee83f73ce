{{/* What the platform changes: where images come from, and who assigns users. */}}

{{/* The gateway's image; a digest takes the place of the tag. Usage: include "mcpgen.gatewayImage" $ */}}
{{- define "mcpgen.gatewayImage" -}}
{{- with .Values.gateway.image -}}
{{ include "mcpgen.image" (list $ (print .repository (.digest | empty | ternary (print ":" .tag) (print "@" .digest)))) }}
{{- end -}}
{{- end }}

{{/* An image, from global.imageRegistry where that is set: that takes the place of the registry that the reference names, or of
Docker Hub where it names none. Usage: include "mcpgen.image" (list $ $image) */}}
{{- define "mcpgen.image" -}}
{{- $image := index . 1 -}}
{{- with (index . 0).Values.global.imageRegistry -}}
{{- $path := regexReplaceAll `^([^/]*[.:A-Z][^/]*|localhost)/` $image "" -}}
{{- $isHub := or (eq $path $image) (regexMatch `^(index\.)?docker\.io/` $image) -}}
{{ trimSuffix "/" . }}/{{ if and $isHub (not (contains "/" $path)) }}library/{{ end }}{{ $path }}
{{- else -}}
{{ $image }}
{{- end -}}
{{- end }}

{{/* A pod's or container's security context as JSON. On OpenShift without users and groups: the SCC assigns them from a range that
belongs to the namespace, and refuses others. Usage: include "mcpgen.securityContext" (list $ $context) */}}
{{- define "mcpgen.securityContext" -}}
{{- $context := index . 1 -}}
{{- if eq (index . 0).Values.platform "openshift" -}}
{{ omit $context "runAsUser" "runAsGroup" "fsGroup" "supplementalGroups" | include "mcpgen.text" }}
{{- else -}}
{{ include "mcpgen.text" $context }}
{{- end -}}
{{- end }}

{{/* Puts what the platform changes into the copy of a server's entry that servers.yaml has made; takes what the defines of
_server.tpl take. */}}
{{- define "mcpgen.server.adapt" -}}
{{- if (include "mcpgen.server.cilium.names" . | fromJson).names -}}
{{- /* A name with a dot is asked for as it is: with the search domains before it, Cilium refuses the query, and musl gives up. */ -}}
{{- $_ := set .server "dnsConfig" (dict "options" (list (dict "name" "ndots" "value" "1"))) -}}
{{- end -}}
{{- $_ := set .server "image" (include "mcpgen.image" (list .shared.root .server.image)) -}}
{{- $_ = set .server "podSecurityContext" (include "mcpgen.securityContext" (list .shared.root .server.podSecurityContext) | fromJson) -}}
{{- $_ = set .server "securityContext" (include "mcpgen.securityContext" (list .shared.root .server.securityContext) | fromJson) -}}
{{- end }}
