{{/* What a server's container runs. A server that speaks HTTP runs as its image has it; another is started by the bridge, for
each connection, through a wrapper. The first process is a shell that reaps orphans, as the bridge does not. */}}
{{- define "mcpgen.server.container" -}}
{{- $server := .server -}}
image: {{ $server.image | quote }}
imagePullPolicy: {{ $server.imagePullPolicy }}
{{- if not $server.http }}
{{- $start := print .shared.bridge "," .shared.shell ",/bridge/run-server.sh," .shared.busybox }}
{{- with .address }}
{{- $start = printf "%s,/bridge/listen.sh,%q,%s,/bridge/run-server.sh" $.shared.shell . $.shared.shell }}
{{- end }}
command: [{{ .shared.shell }},/bridge/init.sh,"{{ int $server.startSeconds }}",{{ $start }}]
args: {{ concat $server.command ($server.args | default list) | include "mcpgen.text" }}
{{- else }}
{{- with $server.command }}
command: {{ include "mcpgen.text" . }}
{{- end }}
{{- with $server.args }}
args: {{ include "mcpgen.text" . }}
{{- end }}
{{- end }}
{{- with $server.workingDir }}
workingDir: {{ . | quote }}
{{- end }}
{{- $home := ternary dict (dict "HOME" $server.homeDir) (empty $server.homeDir) }}
{{- $base := merge $home .shared.environment }}
{{- with include "mcpgen.environment" (dict "base" $base "secretEnv" $server.secretEnv "env" $server.env) | trim }}
env:
  {{- . | nindent 2 }}
{{- end }}
{{- with $server.envFrom }}
envFrom: {{ include "mcpgen.text" . }}
{{- end }}
{{- with $server.lifecycle }}
lifecycle: {{ include "mcpgen.text" . }}
{{- end }}
{{- end }}
