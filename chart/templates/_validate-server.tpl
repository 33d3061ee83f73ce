{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>". */}}

{{/* Mistakes of a remote server. Usage: include … (dict "at" "\n- servers.<name>" "server" "defaults") */}}
{{- define "mcpgen.validate.remote" -}}
{{- $at := .at -}}
{{- $remote := .server.remote -}}
{{- range $key, $_ := omit .server "enabled" "description" "remote" "tools" "allowTools" "prefix" "longLived" "required" -}}
{{ $at }}.{{ $key }}: has no effect, as a remote server has no pod; remove it, or remove `remote`
{{- end -}}
{{- if not (hasPrefix "https://" (lower $remote.url)) -}}
{{ $at }}.remote.url: {{ regexReplaceAll "[?#].*" (regexReplaceAll "//.*@" $remote.url "//") "" }} is no https URL, and the gateway connects to no others; write https://
{{- end -}}
{{- include "mcpgen.validate.credentials" . -}}
{{- range $header, $value := $remote.headers -}}
{{- range regexFindAll `\$(\w+|\{[^}]*\}|)` $value -1 -}}
{{- $reference := trimAll "${}" . -}}
{{- if not (hasKey ($remote.secrets | default dict) $reference) -}}
{{ $at }}.remote.headers.{{ $header }}: the gateway replaces {{ . }}, but remote.secrets has no {{ $reference | default "such name" }}; add it there as {name: <Secret>, key: <key>}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Mistakes of a server with a pod. Usage: as mcpgen.validate.remote */}}
{{- define "mcpgen.validate.server" -}}
{{- $at := .at -}}
{{- $server := .server -}}
{{- if not $server.image -}}
{{ $at }}.image: is missing; give the server's image, or `remote` for a server that runs elsewhere
{{- end -}}
{{- if not (or $server.command $server.http) -}}
{{ $at }}.command: is missing; give the image's ENTRYPOINT, because the bridge takes its place and has to start it (docker inspect shows it)
{{- end -}}
{{- range $name, $_ := $server.secretEnv -}}
{{- if hasKey ($server.env | default dict) $name -}}
{{ $at }}.secretEnv.{{ $name }}: is in env as well; remove one
{{- end -}}
{{- end -}}
{{- range $name := list "true" "false" -}}
{{- if hasKey ($server.env | default dict) $name -}}
{{ $at }}.env.{{ $name }}: is what YAML makes of names such as Y, N, ON and OFF; write the name in quotes
{{- end -}}
{{- end -}}
{{- $paths := dict "/bridge" "the bridge" -}}
{{- range $name, $volume := $server.volumes -}}
{{- $sources := omit $volume "mountPath" "subPath" "readOnly" | keys | sortAlpha -}}
{{- if ne (len $sources) 1 -}}
{{ $at }}.volumes.{{ $name }}: has {{ $sources | join " and " | default "no source" }}; give exactly one of persistentVolumeClaim, existingClaim, secret, configMap, emptyDir, nfs, csi, image
{{- end -}}
{{- if hasPrefix "mcpgen-" $name -}}
{{ $at }}.volumes.{{ $name }}: names with mcpgen- are the chart's own; rename it
{{- end -}}
{{- if hasKey $paths $volume.mountPath -}}
{{ $at }}.volumes.{{ $name }}.mountPath: {{ $volume.mountPath }} is taken by {{ index $paths $volume.mountPath }}; mount it elsewhere
{{- end -}}
{{- $_ := set $paths $volume.mountPath (print "volume " $name) -}}
{{- end -}}
{{- include "mcpgen.validate.pods" . -}}
{{- $own := $server.egress | default dict -}}
{{- $egress := mergeOverwrite (deepCopy .defaults.egress) $own -}}
{{- if and (eq $egress.mode "hosts") (not $egress.hosts) -}}
{{ $at }}.egress.hosts: is empty; mode hosts needs a list of "host:port" (mode none allows nothing)
{{- else if and $own.hosts (ne $egress.mode "hosts") -}}
{{ $at }}.egress.hosts: has no effect in mode {{ $egress.mode }}; set egress.mode: hosts, or remove it
{{- end -}}
{{- if and (has $egress.mode (list "none" "all")) (or $own.to $own.ports) -}}
{{ $at }}.egress: `to` and `ports` have no effect in mode {{ $egress.mode }}; use mode custom, or remove them
{{- else if and $own.ports (not $egress.to) (ne $egress.mode "custom") -}}
{{ $at }}.egress.ports: limits `to`, which is empty; use mode custom to open ports to every address
{{- else if and (eq $egress.mode "custom") (not $egress.to) (not $egress.ports) -}}
{{ $at }}.egress: mode custom needs `to` or `ports`
{{- end -}}
{{- end }}
