{{/* What the platform changes: where images come from, and who assigns users. */}}

{{/* An image of the chart itself, {repository, tag, digest}, as a reference; a digest takes the place of the tag, and a repository
may be a whole reference. Usage: include "mcpgen.ownImage" (list $ .Values.relay.image) */}}
{{- define "mcpgen.ownImage" -}}
{{- $root := index . 0 -}}
{{- with index . 1 -}}
{{- $suffix := ternary (print "@" .digest) (ternary (print ":" .tag) "" (ne .tag "")) (ne .digest "") -}}
{{ include "mcpgen.image" (list $root (print .repository $suffix)) }}
{{- end -}}
{{- end }}

{{/* Image and pull policy of a container of the chart itself, by the key of values that has them, or the gateway's where it has
none. Usage: include "mcpgen.imageFields" (list $ "relay") */}}
{{- define "mcpgen.imageFields" -}}
{{- $root := index . 0 -}}
{{- $gateway := $root.Values.gateway.image -}}
{{- $own := (index $root.Values (index . 1)).image -}}
image: {{ include "mcpgen.ownImage" (list $root (ternary $own $gateway (ne $own.repository ""))) | quote }}
imagePullPolicy: {{ $own.pullPolicy | default $gateway.pullPolicy }}
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

{{/* Puts what the platform changes of pods into a copy of a server's settings; takes what the defines of _server.tpl take. */}}
{{- define "mcpgen.server.adapt" -}}
{{- if (include "mcpgen.server.cilium.names" . | fromJson).names -}}
{{- /* A name with a dot is asked for as it is: with the search domains before it, Cilium refuses the query, and musl gives up. */ -}}
{{- $_ := set .server "dnsConfig" (include "mcpgen.dnsConfig" (list .server.dnsConfig "ndots" "1") | fromJson) -}}
{{- end -}}
{{- range $context := list "podSecurityContext" "securityContext" -}}
{{- $_ := set $.server $context (include "mcpgen.securityContext" (list $.shared.root (index $.server $context)) | fromJson) -}}
{{- end -}}
{{- end }}
