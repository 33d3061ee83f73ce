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
command: [{{ .shared.shell }},/bridge/init.sh,{{ $start }}]
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
{{- with include "mcpgen.server.env" $server | trim }}
env:
  {{- . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Environment of a server: secrets come first, as $(NAME) refers to what stands before.
Usage: include "mcpgen.server.env" $server | trim */}}
{{- define "mcpgen.server.env" -}}
{{- if and .homeDir (not (hasKey (merge (dict) (.env | default dict) (.secretEnv | default dict)) "HOME")) }}
- {name: HOME, value: {{ .homeDir | quote }}}
{{- end }}
{{- range $name, $from := .secretEnv }}
- {name: {{ $name | quote }}, valueFrom: {secretKeyRef: {{ include "mcpgen.text" $from }}}}
{{- end }}
{{- range $name, $value := .env }}
- {name: {{ $name | quote }}, value: {{ include "mcpgen.envValue" $value }}}
{{- end }}
{{- end }}
