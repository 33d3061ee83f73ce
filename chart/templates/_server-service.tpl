{{/* How a server is reached; the first define takes what those of _server.tpl take. */}}

{{/* The gateway dials mcp-<server>:4444; neither can be changed, and only the relay dials another name. It leads to the pods that are
ready, old and new ones: a rollout that fails, or is undone, takes none of them off the air. */}}
{{- define "mcpgen.server.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .fullname }}
  {{- include "mcpgen.server.metadata" (list . .server.service.annotations .server.service.labels) | nindent 2 }}
spec:
  {{- with .shared.families }}{{ . | nindent 2 }}{{ end }}
  {{- if .server.http }}
  sessionAffinity: ClientIP
  {{- end }}
  ports:
    - name: mcp
      port: {{ .common.port }}
      targetPort: mcp
      protocol: TCP
      appProtocol: {{ empty .server.http | ternary "tcp" "http" }}
  selector:
    {{- .selectorLabels | nindent 4 }}
{{- end }}

{{/* The name of the server's pods in the Service of all servers, or nothing where nobody asks for it. The relay asks when no pod is
ready, as one that cannot start says why. Without the relay, the gateway's start waits for a pod that has the tools of these values,
so that the name changes with all that may change them. Usage: include … (list $nameOfServersObjects $settings $hasRelay) */}}
{{- define "mcpgen.server.host" -}}
{{- $fullname := index . 0 -}}
{{- $server := index . 1 -}}
{{- if not (index . 2) -}}
{{- $revision := pick $server "image" "command" "args" "env" "secretEnv" "volumes" "http" | dict $fullname | toJson | sha256sum -}}
{{ trunc 52 $fullname | trimSuffix "-" }}-{{ trunc 10 $revision }}
{{- else if not $server.http -}}
{{ $fullname }}
{{- end -}}
{{- end }}
