{{/* `caBundle`: certificate authorities for all containers. Each define takes the root. */}}

{{/* "true" where there is a bundle. */}}
{{- define "mcpgen.trust.on" -}}
{{- with .Values.caBundle }}{{ if or .configMap .secret }}true{{ end }}{{ end -}}
{{- end }}

{{/* The volume as an item of a list, or nothing. */}}
{{- define "mcpgen.trust.volume" -}}
{{- if include "mcpgen.trust.on" . -}}
{{- with .Values.caBundle -}}
{{- $items := list (dict "key" .key "path" "ca.crt") -}}
{{- with .javaKey }}{{ $items = append $items (dict "key" . "path" "java") }}{{ end -}}
{{- $source := dict "configMap" (dict "name" .configMap "items" $items) -}}
{{- if .secret }}{{ $source = dict "secret" (dict "secretName" .secret "items" $items) }}{{ end -}}
- {{ merge (dict "name" "mcpgen-ca") $source | include "mcpgen.text" }}
{{- end -}}
{{- end -}}
{{- end }}

{{/* The same as a volume of values: {configMap: {name}} or {secret: {name}}, as JSON. */}}
{{- define "mcpgen.trust.source" -}}
{{- $all := dict -}}
{{- with .Values.caBundle.secret }}{{ $_ := set $all "secret" (dict "name" .) }}{{ end -}}
{{- with .Values.caBundle.configMap }}{{ $_ := set $all "configMap" (dict "name" .) }}{{ end -}}
{{- toJson $all -}}
{{- end }}

{{/* Its mount as an item of a list, or nothing. */}}
{{- define "mcpgen.trust.mount" -}}
{{- if include "mcpgen.trust.on" . }}- {name: mcpgen-ca, mountPath: /mcpgen-ca, readOnly: true}{{ end -}}
{{- end }}

{{/* What tells programs of it, as JSON. Node.js adds the authorities to its own; the others read this file in the place of theirs:
OpenSSL, Go, Python, Ruby and Rust SSL_CERT_FILE, and besides it the folder of certificates that most images have. */}}
{{- define "mcpgen.trust.environment" -}}
{{- $all := dict -}}
{{- if include "mcpgen.trust.on" . -}}
{{- range list
  "NODE_EXTRA_CA_CERTS"
  "SSL_CERT_FILE"
  "REQUESTS_CA_BUNDLE"
  "CURL_CA_BUNDLE"
  "GIT_SSL_CAINFO"
  "AWS_CA_BUNDLE"
  "DENO_CERT"
  "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"
-}}
{{- $_ := set $all . "/mcpgen-ca/ca.crt" -}}
{{- end -}}
{{- if .Values.caBundle.javaKey -}}
{{- $java := "-Djavax.net.ssl.trustStore=/mcpgen-ca/java -Djavax.net.ssl.trustStorePassword=changeit" -}}
{{- $_ := set $all "JAVA_TOOL_OPTIONS" $java -}}
{{- end -}}
{{- end -}}
{{- toJson $all -}}
{{- end }}
