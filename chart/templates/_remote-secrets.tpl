{{/* Secrets for the headers of remote servers; the gateway starts without a server whose Secret is missing. */}}

{{/* "true" where a script writes the gateway's list of servers, which is an argument elsewhere.
Usage: if include "mcpgen.listIsWritten" $ */}}
{{- define "mcpgen.listIsWritten" -}}
{{- $waits := and .Values.gateway.waitForServers.enabled (not (include "mcpgen.relay.on" .)) -}}
{{- if or (include "mcpgen.remoteSecrets" .) $waits }}true{{ end -}}
{{- end }}

{{/* An init container that writes what remote servers need, or nothing; `helm test` learns from it too which have no Secret.
Usage: include "mcpgen.gateway.secretsContainer" $ | trim */}}
{{- define "mcpgen.gateway.secretsContainer" -}}
{{- with include "mcpgen.remoteSecrets" . | trim }}
- name: write-secrets
  {{- include "mcpgen.helper" $ | nindent 2 }}
  args:
    - /scripts/write-secrets.sh
    - /run/mcpgen
    {{- range include "mcpgen.startList" $ | trim | splitList " " | compact | concat (splitList "\n" .) }}
    - {{ . | quote }}
    {{- end }}
  env:
    {{- range $number, $line := splitList "\n" . }}
    {{- $parts := splitList " " $line }}
    - name: SECRET_{{ $number }}
      # If it is missing, the gateway starts without this one server.
      valueFrom: {secretKeyRef: {name: {{ index $parts 1 | quote }}, key: {{ index $parts 2 | quote }}, optional: true}}
    {{- end }}
{{- end }}
{{- end }}
