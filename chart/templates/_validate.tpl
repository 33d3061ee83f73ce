{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>". */}}

{{/* Mistakes that are not of one server. Usage: include "mcpgen.validate.release" $ */}}
{{- define "mcpgen.validate.release" -}}
{{- $gateway := .Values.gateway -}}
{{- $fullname := include "mcpgen.fullname" . -}}
{{- if and (gt (int $gateway.replicas) 1) (ne $gateway.service.sessionAffinity "ClientIP") }}
- gateway.replicas: {{ $gateway.replicas }} pods, but a session lives in the memory of one; set gateway.service.sessionAffinity: ClientIP, or 1
{{- end }}
{{- $own := list "transport" "port" "static" "catalog" "secrets" "servers" "tools-config" "long-lived" "log-calls" "verbose" "block-secrets" "interceptor" -}}
{{- range $gateway.extraArgs -}}
{{- if has (trimPrefix "--" . | splitList "=" | first) $own }}
- gateway.extraArgs: the chart sets {{ splitList "=" . | first }} itself; use the value of gateway or of servers that stands for it
{{- end -}}
{{- end -}}
{{- $accounts := dict -}}
{{- $claims := dict -}}
{{- range $name, $server := .Values.servers -}}
{{- if and (dig "enabled" true $server) (not $server.remote) -}}
{{- if eq $fullname (print "mcp-" $name) }}
- servers.{{ $name }}: its Service mcp-{{ $name }} would have the name of the gateway's; rename one, for example by fullnameOverride
{{- end -}}
{{- $account := mergeOverwrite (dict) $.Values.defaults.serviceAccount ($server.serviceAccount | default dict) -}}
{{- if and $account.create $account.name -}}
{{- if hasKey $accounts $account.name }}
- servers.{{ $name }}.serviceAccount: {{ index $accounts $account.name }} makes the account {{ $account.name }} already; set create: false here, or another name
{{- end -}}
{{- $_ := set $accounts $account.name (print "servers." $name) -}}
{{- end -}}
{{- range $key, $volume := $server.volumes -}}
{{- if $volume.persistentVolumeClaim -}}
{{- $claim := printf "mcp-%s-%s" $name $key -}}
{{- if hasKey $claims $claim }}
- servers.{{ $name }}.volumes.{{ $key }}: {{ index $claims $claim }} makes a claim of the same name, {{ $claim }}; rename one of the volumes
{{- end -}}
{{- $_ := set $claims $claim (printf "servers.%s.volumes.%s" $name $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range (lookup "v1" "Service" .Release.Namespace "").items -}}
{{- $owner := dig "annotations" "meta.helm.sh/release-name" "" .metadata -}}
{{- $server := index $.Values.servers (trimPrefix "mcp-" .metadata.name) -}}
{{- if and (hasPrefix "mcp-" .metadata.name) $server (ne $owner $.Release.Name) -}}
{{- if and (dig "enabled" true $server) (not $server.remote) }}
- servers.{{ trimPrefix "mcp-" .metadata.name }}: the Service {{ .metadata.name }} is there already{{ with $owner }}, of the release {{ . }}{{ end }}; the gateway dials that very name, so use another namespace, one release in each
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Mistakes of a remote server. Usage: include … (dict "at" "\n- servers.<name>" "server" "defaults") */}}
{{- define "mcpgen.validate.remote" -}}
{{- $at := .at -}}
{{- $remote := .server.remote -}}
{{- range $key, $_ := omit .server "enabled" "description" "remote" "tools" "allowTools" "prefix" "longLived" "required" -}}
{{ $at }}.{{ $key }}: has no effect, as a remote server has no pod; remove it, or remove `remote`
{{- end -}}
{{- if not (hasPrefix "https://" (lower $remote.url)) -}}
{{ $at }}.remote.url: {{ $remote.url }} is no https URL, and the gateway connects to no others
{{- end -}}
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
{{- if not $server.command -}}
{{ $at }}.command: is missing; give the image's ENTRYPOINT, because the bridge takes its place and has to start it (docker inspect shows it)
{{- end -}}
{{- range $name, $_ := $server.secretEnv -}}
{{- if hasKey ($server.env | default dict) $name -}}
{{ $at }}.secretEnv.{{ $name }}: is in env as well; remove one
{{- end -}}
{{- end -}}
{{- $paths := dict "/bridge" "the bridge" -}}
{{- range $name, $volume := $server.volumes -}}
{{- $sources := omit $volume "mountPath" "subPath" "readOnly" | keys | sortAlpha -}}
{{- if ne (len $sources) 1 -}}
{{ $at }}.volumes.{{ $name }}: has {{ $sources | join " and " | default "no source" }}; give exactly one of persistentVolumeClaim, existingClaim, secret, configMap, emptyDir, nfs, csi
{{- end -}}
{{- if hasPrefix "mcpgen-" $name -}}
{{ $at }}.volumes.{{ $name }}: names with mcpgen- are the chart's own; rename it
{{- end -}}
{{- if hasKey $paths $volume.mountPath -}}
{{ $at }}.volumes.{{ $name }}.mountPath: {{ $volume.mountPath }} is taken by {{ index $paths $volume.mountPath }}; mount it elsewhere
{{- end -}}
{{- $_ := set $paths $volume.mountPath (print "volume " $name) -}}
{{- with $volume.persistentVolumeClaim -}}
{{- $modes := .accessModes | default (list "ReadWriteOnce") -}}
{{- if and (gt (int ($server.replicas | default 1)) 1) (not (has "ReadWriteMany" $modes)) (not (has "ReadOnlyMany" $modes)) -}}
{{ $at }}.replicas: {{ $server.replicas }} pods cannot share the volume {{ $name }}, which is {{ join ", " $modes }}; set 1, or accessModes: [ReadWriteMany]
{{- end -}}
{{- end -}}
{{- end -}}
{{- $egress := mergeOverwrite (dict) .defaults.egress ($server.egress | default dict) -}}
{{- if and (eq $egress.mode "hosts") (not $egress.hosts) -}}
{{ $at }}.egress.hosts: is empty; mode hosts needs a list of "host:port" (mode none allows nothing)
{{- else if and $egress.hosts (ne $egress.mode "hosts") -}}
{{ $at }}.egress.hosts: has no effect in mode {{ $egress.mode }}; set egress.mode: hosts, or remove it
{{- end -}}
{{- if and (has $egress.mode (list "none" "all")) (or $egress.to $egress.ports) -}}
{{ $at }}.egress: `to` and `ports` have no effect in mode {{ $egress.mode }}; use mode custom, or remove them
{{- else if and $egress.ports (not $egress.to) (ne $egress.mode "custom") -}}
{{ $at }}.egress.ports: limits `to`, which is empty; use mode custom to open ports to every address
{{- else if and (eq $egress.mode "custom") (not $egress.to) (not $egress.ports) -}}
{{ $at }}.egress: mode custom needs `to` or `ports`
{{- end -}}
{{- end }}
