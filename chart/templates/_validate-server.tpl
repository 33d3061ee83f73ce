{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>". */}}

{{/* Mistakes of a remote server. Usage: include … (dict "at" "\n- servers.<name>" "server" "defaults") */}}
{{- define "mcpgen.validate.remote" -}}
{{- $at := .at -}}
{{- $remote := .server.remote -}}
{{- range $key, $_ := omit .server "mcpgen.away" "enabled" "description" "remote" "tools" "allowTools" "prefix" "longLived" "required" -}}
{{ $at }}.{{ $key }}: has no effect, because a remote server has no pod; remove it, or remove `remote`
{{- end -}}
{{- if not (hasPrefix "https://" (lower $remote.url)) -}}
{{- $url := regexReplaceAll "[?#].*" (regexReplaceAll "//.*@" $remote.url "//") "" -}}
{{ $at }}.remote.url: {{ include "mcpgen.shown" $url }} is not an https URL, and the gateway accepts no other; use https://HOST
{{- end -}}
{{- if not (include "mcpgen.remote.host" $remote.url) -}}
{{ $at }}.remote.url: is not a valid URL; use https://HOST[:PORT][/PATH]
{{- end -}}
{{- include "mcpgen.validate.credentials" . -}}
{{- range $header, $value := $remote.headers -}}
{{- range regexFindAll `\$(\w+|\{[^}]*\}|)` $value -1 -}}
{{- $reference := trimAll "${}" . -}}
{{- if not (hasKey ($remote.secrets | default dict) $reference) -}}
{{ $at }}.remote.headers.{{ include "mcpgen.shown" $header }}: the gateway replaces {{ include "mcpgen.shown" . }},{{ " " -}}
but remote.secrets has no {{ $reference | default "such name" | include "mcpgen.shown" }}; add it there as {name:{{ " " -}}
<Secret>, key: <key>}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Mistakes of a server with a pod. Usage: as mcpgen.validate.remote, with "effective", what
mcpgen.server.merge makes of the server, "accounts", the service accounts of those before by their names, and "isSilent": whether there is
nothing to say of its pods and its egress, as it has the defaults of them */}}
{{- define "mcpgen.validate.server" -}}
{{- $at := .at -}}
{{- $server := .server -}}
{{- if not $server.image -}}
{{ $at }}.image: is missing; set the server's image, or `remote` for a server that runs elsewhere
{{- end -}}
{{- if not (or $server.command $server.http) -}}
{{ $at }}.command: is missing; set it to the image's ENTRYPOINT (docker inspect shows it), which the bridge starts
{{- end -}}
{{- range $name, $_ := $server.secretEnv -}}
{{- if hasKey ($server.env | default dict) $name -}}
{{ $at }}.secretEnv.{{ $name }}: is also in env; remove one
{{- end -}}
{{- end -}}
{{- range $name := list "true" "false" -}}
{{- if hasKey ($server.env | default dict) $name -}}
{{ $at }}.env.{{ $name }}: is how YAML reads names such as Y, N, ON and OFF; quote the name
{{- end -}}
{{- end -}}
{{- with $server.volumes -}}
{{- $paths := dict "/bridge" "the bridge" "/mcpgen-ca" "caBundle" -}}
{{- include "mcpgen.validate.volumes" (dict "at" $at "own" . "others" $.defaults.volumes "paths" $paths) -}}
{{- end -}}
{{- $account := .effective.serviceAccount -}}
{{- if and $account.create $account.name -}}
{{- with index .accounts $account.name -}}
{{ $at }}.serviceAccount: {{ . }} already creates the ServiceAccount {{ $account.name }}; set create: false here, or use another name
{{- end -}}
{{- $_ := set .accounts $account.name (trimPrefix "\n- " $at) -}}
{{- end -}}
{{- if not .isSilent }}{{ include "mcpgen.validate.pods" . }}{{ end -}}
{{- with $server.homeDir }}{{ include "mcpgen.validate.home" (dict "at" $at "home" .) }}{{ end -}}
{{- if $server.resources }}{{ include "mcpgen.validate.resources" (dict "at" $at "resources" .effective.resources) }}{{ end -}}
{{- if $server.egress }}{{ include "mcpgen.validate.ranges" (dict "at" (print $at ".egress.to") "peers" $server.egress.to) }}{{ end -}}
{{- if not .isSilent }}{{ include "mcpgen.validate.egress" . }}{{ end -}}
{{- end }}
