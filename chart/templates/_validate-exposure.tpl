{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>". */}}

{{/* Mistakes in the way in from outside, and in what feeds Secrets. Usage: include "mcpgen.validate.exposure" $ */}}
{{- define "mcpgen.validate.exposure" -}}
{{- with .Values.exposure -}}
{{- if and (or .ingress.enabled .httpRoute.enabled) (not .hosts) }}
- exposure.hosts: is empty; give the host names that clients use, as certificates and routes are made for names
{{- end -}}
{{- if and .ingress.enabled (not (include "mcpgen.exposure.tlsSecret" $)) (not .tls.allowInsecure) }}
- exposure.tls: has no certificate, so that the token would travel in the clear;{{ " " -}}
set secretName or issuerRef (or allowInsecure: true, if something before the cluster adds TLS)
{{- end -}}
{{- if and .tls.issuerRef (not .tls.issuerRef.name) }}
- exposure.tls.issuerRef.name: is missing; give the name of the Issuer or ClusterIssuer
{{- end -}}
{{- if .httpRoute.enabled -}}
{{- if not .httpRoute.parentRefs }}
- exposure.httpRoute.parentRefs: is empty; name the Gateway and its HTTPS listener: [{name, namespace, sectionName}]
{{- end -}}
{{- range $number, $parent := .httpRoute.parentRefs -}}
{{- if and (not $parent.sectionName) (not $parent.port) (not $.Values.exposure.tls.allowInsecure) }}
- exposure.httpRoute.parentRefs[{{ $number }}].sectionName: is missing,{{ " " -}}
so that the route serves listeners without TLS too; give the name of the HTTPS listener (or set exposure.tls.allowInsecure: true)
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (ne .service.name "") (not .path) }}
- exposure.path: is empty, which lets the gateway's endpoint in alone, but the Service {{ .service.name }} has paths of{{ " " -}}
its own; name what is let in by exposure.path, or set it to /
{{- end -}}
{{- end -}}
{{- with .Values.externalSecrets -}}
{{- if and .enabled (not .secretStoreRef.name) }}
- externalSecrets.secretStoreRef.name: is missing; give the name of the SecretStore or, with kind, of the ClusterSecretStore
{{- end -}}
{{- if and .enabled (not (regexMatch `\{(key|flat)\}` (print .remoteKey .remoteProperty))) }}
- externalSecrets: neither remoteKey nor remoteProperty has {key}, so that all keys of a Secret would get one value;{{ " " -}}
put {key} into one of them
{{- end -}}
{{- end -}}
{{- end }}
