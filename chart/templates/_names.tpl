{{/* The chart's name in labels. Usage: include "mcpgen.name" $ */}}
{{- define "mcpgen.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{/* The name of the gateway's Service and Deployment, and the start of its other names. Usage: include "mcpgen.fullname" $ */}}
{{- define "mcpgen.fullname" -}}
{{- $name := include "mcpgen.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $full | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{/* The name of a server's Service and Deployment. The gateway dials mcp-<server>: the objects are named otherwise only where the
relay stands between. Usage: include "mcpgen.server.name" (list $ $name) */}}
{{- define "mcpgen.server.name" -}}
{{- $root := index . 0 -}}
{{- if $root.Values.relay.releaseNames }}{{ $root.Release.Name }}-{{ end }}mcp-{{ index . 1 }}
{{- end }}

{{/* The name of the claim of a server's volume. Usage: include "mcpgen.claimName" (list $nameOfServersObjects $volume) */}}
{{- define "mcpgen.claimName" -}}
{{ index . 0 }}-{{ index . 1 }}
{{- end }}

{{/* Name, namespace, labels and annotations of an object of the gateway.
Usage: include "mcpgen.metadata" (list $ "gateway" $name $annotations), or with labels of its own as a fifth item */}}
{{- define "mcpgen.metadata" -}}
{{- $root := index . 0 -}}
name: {{ index . 2 | quote }}
namespace: {{ $root.Release.Namespace | quote }}
labels:
  {{- include "mcpgen.labels" (slice . 4 | concat (list $root (index . 1))) | nindent 2 }}
{{- with merge (dict) (index . 3) $root.Values.commonAnnotations }}
annotations: {{ include "mcpgen.text" . }}
{{- end }}
{{- end }}

{{/* Fields of a Service that say which address families it has, or nothing. Usage: include "mcpgen.ipFamilies" $ */}}
{{- define "mcpgen.ipFamilies" -}}
{{- with .Values.ipFamilyPolicy }}ipFamilyPolicy: {{ . }}{{ "\n" }}{{ end -}}
{{- with .Values.ipFamilies }}ipFamilies: {{ include "mcpgen.text" . }}{{ end -}}
{{- end }}

{{/* The name of a pod's service account, in quotes. Usage: include "mcpgen.serviceAccountName" (list .serviceAccount $nameIfMade) */}}
{{- define "mcpgen.serviceAccountName" -}}
{{- $account := index . 0 -}}
{{- $account.name | default (ternary (index . 1) "default" $account.create) | quote -}}
{{- end }}
