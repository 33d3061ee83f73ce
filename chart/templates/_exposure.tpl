{{/* Path of the MCP endpoint, which the gateway fixes by its transport. Usage: include "mcpgen.endpoint" $ */}}
{{- define "mcpgen.endpoint" -}}
{{- ternary "/sse" "/mcp" (eq .Values.gateway.transport "sse") -}}
{{- end }}

{{/* Path that the Ingress and the route expose. Usage: include "mcpgen.exposure.path" $ */}}
{{- define "mcpgen.exposure.path" -}}
{{- $door := .Values.door -}}
{{- /* The metadata for logins are at a path of their own; the door serves nothing else. */ -}}
{{- $own := ternary "/" (include "mcpgen.endpoint" .) (and $door.enabled (not (empty $door.issuers))) -}}
{{- .Values.exposure.path | default $own -}}
{{- end }}

{{/* The Service that they lead to, as JSON {name, port}: the gateway's, or a proxy in front of it.
Usage: include "mcpgen.exposure.service" $ | fromJson */}}
{{- define "mcpgen.exposure.service" -}}
{{- $own := dict "name" (include "mcpgen.fullname" .) "port" (int .Values.gateway.service.port) -}}
{{- ternary (toJson .Values.exposure.service) (toJson $own) (ne .Values.exposure.service.name "") -}}
{{- end }}

{{/* Name of the Secret with the certificate, or nothing. Usage: include "mcpgen.exposure.tlsSecret" $ */}}
{{- define "mcpgen.exposure.tlsSecret" -}}
{{- with .Values.exposure.tls -}}
{{- if .secretName }}{{ .secretName }}{{ else if .issuerRef }}{{ include "mcpgen.fullname" $ }}-tls{{ end -}}
{{- end -}}
{{- end }}

{{/* Whether the gateway may have more than one pod; "true" or nothing. Usage: include "mcpgen.gateway.many" $ */}}
{{- define "mcpgen.gateway.many" -}}
{{- with .Values.gateway }}{{ if gt (include "mcpgen.pods.most" . | int) 1 }}true{{ end }}{{ end -}}
{{- end }}

{{/* Annotations that make an Ingress fit for streams, as JSON. Usage: include "mcpgen.exposure.annotations" $ | fromJson */}}
{{- define "mcpgen.exposure.annotations" -}}
{{- $ingress := .Values.exposure.ingress -}}
{{- $annotations := dict -}}
{{- $controller := $ingress.controller | default $ingress.className -}}
{{- if eq $controller "nginx" -}}
{{- $seconds := .Values.exposure.timeoutSeconds | int | toString -}}
{{- $annotations = dict
  "proxy-read-timeout" $seconds
  "proxy-send-timeout" $seconds
  "proxy-buffering" "off"
  "proxy-request-buffering" "off"
-}}
{{- if include "mcpgen.gateway.many" . -}}
{{- /* It passes the Service by, and so its session affinity. */ -}}
{{- $_ := set $annotations "upstream-hash-by" "$remote_addr" -}}
{{- end -}}
{{- range $key, $value := $annotations -}}
{{- $_ := set $annotations (print "nginx.ingress.kubernetes.io/" $key) $value }}{{ $_ := unset $annotations $key -}}
{{- end -}}
{{- else if eq $controller "traefik" -}}
{{- /* Streams pass as they are; its time-outs belong to its entry points, so that no Ingress can set them. */ -}}
{{- $tls := ne (include "mcpgen.exposure.tlsSecret" .) "" -}}
{{- $annotations = dict "traefik.ingress.kubernetes.io/router.entrypoints" (ternary "websecure" "web" $tls) -}}
{{- if $tls }}{{ $_ := set $annotations "traefik.ingress.kubernetes.io/router.tls" "true" }}{{ end -}}
{{- end -}}
{{- merge (dict) $ingress.annotations $annotations | toJson -}}
{{- end }}

{{/* What NOTES.txt says about access from outside, or nothing. Usage: include "mcpgen.exposure.notes" $ */}}
{{- define "mcpgen.exposure.notes" -}}
{{- $exposure := .Values.exposure -}}
{{- if ne .Values.gateway.service.type "ClusterIP" }}
WARNING: gateway.service.type {{ .Values.gateway.service.type }} has no TLS: anyone on the network path can read the token.
docs/exposure.md shows safer ways to expose the gateway.
{{- end -}}
{{- if or $exposure.ingress.enabled $exposure.httpRoute.enabled $exposure.route.enabled -}}
{{- $plain := and $exposure.tls.allowInsecure (not (include "mcpgen.exposure.tlsSecret" .)) (not $exposure.route.enabled) }}
From outside:
{{- if not $exposure.hosts }} https://<host>{{ include "mcpgen.endpoint" $ }}, where the host is that of:
  kubectl -n {{ $.Release.Namespace }} get route {{ include "mcpgen.fullname" $ }}
{{- end }}
{{- range $exposure.hosts }} {{ ternary "http" "https" $plain }}://{{ . }}{{ include "mcpgen.endpoint" $ }}{{ end }}
{{- with .Values.networkPolicy }}
{{- if and .enabled .gatewayFrom (not $exposure.service.name) }}
NOTE: networkPolicy.gatewayFrom must include the pods of the ingress controller, or they cannot reach the gateway.
{{- end }}
{{- end }}
{{- if and $exposure.httpRoute.enabled (include "mcpgen.gateway.many" .) }}
NOTE: with several gateway pods, a session lives in one of them, but most Gateway API implementations ignore the Service's session
affinity; see docs/exposure.md.
{{- end }}
{{- if $plain }}
WARNING: exposure.tls.allowInsecure: something in front of the cluster must terminate TLS, or anyone on the network path can read the token.
{{- end }}
{{- end -}}
{{- end }}
