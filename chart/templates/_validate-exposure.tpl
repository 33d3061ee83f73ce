{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>". */}}

{{/* Mistakes in the way in from outside, and in what feeds Secrets. Usage: include "mcpgen.validate.exposure" $ */}}
{{- define "mcpgen.validate.exposure" -}}
{{- with .Values.exposure -}}
{{- if and (or .ingress.enabled .httpRoute.enabled) (not .hosts) }}
- exposure.hosts: is empty, but certificates and routes need host names; list the ones that clients use
{{- end -}}
{{- if and .ingress.enabled (not (include "mcpgen.exposure.tlsSecret" $)) (not .tls.allowInsecure) }}
- exposure.tls: has no certificate, so tokens would be sent unencrypted;{{ " " -}}
set secretName or issuerRef (or allowInsecure: true, if something in front of the cluster terminates TLS)
{{- end -}}
{{- if and .tls.issuerRef (not .tls.issuerRef.name) }}
- exposure.tls.issuerRef.name: is missing; set the name of the Issuer or ClusterIssuer
{{- end -}}
{{- if .httpRoute.enabled -}}
{{- if not .httpRoute.parentRefs }}
- exposure.httpRoute.parentRefs: is empty; name the Gateway and its HTTPS listener: [{name, namespace, sectionName}]
{{- end -}}
{{- range $number, $parent := .httpRoute.parentRefs -}}
{{- if and (not $parent.sectionName) (not $parent.port) (not $.Values.exposure.tls.allowInsecure) }}
- exposure.httpRoute.parentRefs[{{ $number }}].sectionName: is missing,{{ " " -}}
so the route would also attach to listeners without TLS; name the HTTPS listener (or set exposure.tls.allowInsecure: true)
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (ne .service.name "") (not .path) }}
- exposure.path: is empty, which exposes only the gateway's endpoint, but the Service {{ .service.name }} has its own paths;{{ " " -}}
set it to the path to expose, or to /
{{- end -}}
{{- end -}}
{{- with .Values.externalSecrets -}}
{{- if and .enabled (not .secretStoreRef.name) }}
- externalSecrets.secretStoreRef.name: is missing; set the name of the SecretStore (or of the ClusterSecretStore, with its kind)
{{- end -}}
{{- if and .enabled (not (regexMatch `\{(key|flat)\}` (print .remoteKey .remoteProperty))) }}
- externalSecrets: neither remoteKey nor remoteProperty contains {key}, so all keys of a Secret would get the same value;{{ " " -}}
add {key} to one of them
{{- end -}}
{{- end -}}
{{- end }}
