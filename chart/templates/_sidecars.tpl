{{/* `topology: sidecars`: the servers in the gateway's pod, each a native sidecar that listens on a loopback address of its own,
which the pod's hosts file knows as mcp-<server>: the first on 127.0.1.1, the next on 127.0.1.2. Each define takes the root. */}}

{{/* What the defines of _server.tpl take, for each server, as JSON, with its "address", and a "prefix" for its volumes' names. */}}
{{- define "mcpgen.sidecars" -}}
{{- $shared := include "mcpgen.shared" . | fromJson -}}
{{- $_ := set $shared "root" (dict "Values" (pick .Values "platform" "global" "topology" "networkPolicy")) -}}
{{- $all := list -}}
{{- range $name, $server := .Values.servers -}}
{{- if not (hasKey $server "mcpgen.away") -}}
{{- $number := add1 (len $all) -}}
{{- $one := dict
  "name" $name
  "fullname" (include "mcpgen.server.name" (list $ $name))
  "server" $server
  "shared" $shared
  "address" (print "127.0.1." $number)
  "prefix" (printf "s%d-" $number)
  "defaults" $.Values.defaults
-}}
{{- include "mcpgen.server.merge" $one -}}
{{- include "mcpgen.server.adapt" $one -}}
{{- $_ := set $one.server "image" (include "mcpgen.image" (list $ $one.server.image)) -}}
{{- include "mcpgen.server.scratch" $one -}}
{{- $all = append $all $one -}}
{{- end -}}
{{- end -}}
{{- dict "servers" $all | toRawJson -}}
{{- end }}

{{/* The pod's user and groups are the gateway's: what a server's pod would have is asked for by its container. */}}
{{- define "mcpgen.sidecars.containers" -}}
{{- if eq .Values.bridge.source "initContainer" }}{{ include "mcpgen.bridge.container" . }}{{ end }}
{{- range (include "mcpgen.sidecars" . | fromJson).servers }}
{{- $pod := pick .server.podSecurityContext "runAsUser" "runAsGroup" "runAsNonRoot" "seccompProfile" }}
- name: server-{{ .name }}
  restartPolicy: Always
  {{- include "mcpgen.server.container" . | nindent 2 }}
  resources: {{ include "mcpgen.text" .server.resources }}
  securityContext: {{ merge (dict) .server.securityContext $pod | include "mcpgen.text" }}
  volumeMounts:
    {{- include "mcpgen.server.mounts" . | trim | nindent 4 }}
{{- end }}
{{- end }}

{{- define "mcpgen.sidecars.hosts" -}}
{{- $hosts := list -}}
{{- range (include "mcpgen.sidecars" . | fromJson).servers -}}
{{- $hosts = append $hosts (dict "ip" .address "hostnames" (list (print "mcp-" .name))) -}}
{{- with .server.hostAliases }}{{ $hosts = concat $hosts . }}{{ end -}}
{{- end -}}
{{- include "mcpgen.text" $hosts -}}
{{- end }}

{{- define "mcpgen.sidecars.volumes" -}}
{{- include "mcpgen.bridge.volumes" . }}
{{- range (include "mcpgen.sidecars" . | fromJson).servers }}
{{ include "mcpgen.server.volumes" . | trim }}
{{- end }}
{{- end }}

{{/* "true" when any server has a volume that one pod only can mount. */}}
{{- define "mcpgen.sidecars.single" -}}
{{- range (include "mcpgen.sidecars" . | fromJson).servers -}}
{{- if eq (dig "deploymentStrategy" "type" "" .server) "Recreate" }}true{{ break }}{{ end -}}
{{- end -}}
{{- end }}

{{/* What any of the servers may reach, all may. */}}
{{- define "mcpgen.sidecars.egress" -}}
{{- $rules := list -}}
{{- $internet := include "mcpgen.egress.internet" . -}}
{{- range (include "mcpgen.sidecars" . | fromJson).servers -}}
{{- $egress := .server.egress -}}
{{- if eq $egress.mode "all" }}{{ $rules = append $rules "- {}" }}{{ end -}}
{{- if eq $egress.mode "internet" }}{{ $rules = append $rules (print "- to: " $internet) }}{{ end -}}
{{- if eq $egress.mode "hosts" -}}
{{- $rules = append $rules (include "mcpgen.egress.hosts" (list $egress.hosts $internet) | trim) -}}
{{- end -}}
{{- $rules = append $rules (include "mcpgen.egress.custom" $egress | trim) -}}
{{- end -}}
{{- $rules | compact | uniq | join "\n" -}}
{{- end }}
