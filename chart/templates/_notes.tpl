{{/* What `topology`, `bridge.source` and servers that speak HTTP mean for whoever installs. Usage: include "mcpgen.notes.runtime" $ */}}
{{- define "mcpgen.notes.runtime" -}}
{{- if eq .Values.topology "sidecars" }}

NOTE: topology is sidecars: the servers share the gateway's pod. Each can reach what any of them can, and `egress`, service
accounts and scheduling of single servers are not enforced; a change of one restarts all. `kubectl logs` needs -c server-<server>.
{{- end }}
{{- if eq .Values.bridge.source "imageVolume" }}

NOTE: bridge.source is imageVolume. If the feature gate ImageVolume is off (the default before Kubernetes 1.35), Kubernetes silently
ignores the volume, and pods fail with {{ printf "exec: /bridge-image%s: no such file or directory" .Values.bridge.loader | quote }}: set
bridge.source: initContainer. If nodes with another processor show the same error, set bridge.loader.
{{- end }}
{{- if include "mcpgen.relay.on" . }}

NOTE: the relay is on, and keeps {{ .Values.relay.warm.min }} or more processes of each server ready:
  kubectl -n {{ .Release.Namespace }} logs deployment/{{ include "mcpgen.fullname" . }} -c relay
{{- end }}
{{- with include "mcpgen.httpServers" . }}

NOTE: the gateway accepts remote servers that are not public https, because of the servers that speak HTTP themselves:{{ . }}.
{{- if $.Values.networkPolicy.enabled }} Its network policy replaces that check: it lets it reach its own servers and public addresses only.
{{- else }} As networkPolicy.enabled is false, nothing replaces that check.
{{- end }}
{{- end }}
{{- with .Values.gateway.image }}
{{- if not (or .digest (regexMatch "[0-9]+[.][0-9]+[.][0-9]+" (toString .tag))) }}

NOTE: gateway.image is {{ .repository }}:{{ .tag }}, a tag that moves: a pod that starts later may run another release of the gateway.
`mcpgen lock` pins the current one; docs/operations.md says how to upgrade it. Without mcpgen: set gateway.image.digest.
{{- end }}
{{- end }}
{{- end }}

{{/* The Secrets that whoever installs must create, or nothing. Usage: include "mcpgen.notes.secrets" $ */}}
{{- define "mcpgen.notes.secrets" -}}
{{- $secrets := include "mcpgen.allSecrets" . | fromJson -}}
{{- if .Values.externalSecrets.enabled -}}
{{- range $name, $_ := $secrets -}}
{{- if not (has $name $.Values.externalSecrets.exclude) }}{{ $_ := unset $secrets $name }}{{ end -}}
{{- end -}}
{{- end -}}
{{- with $secrets }}

These Secrets must exist. A server waits for its own; without that of a remote server, the gateway goes without the server until
you restart it (kubectl -n {{ $.Release.Namespace }} rollout restart deployment/{{ include "mcpgen.fullname" $ }}):
{{ range $secret, $keys := . }}
  kubectl -n {{ $.Release.Namespace }} create secret generic {{ $secret }}
  {{- range $keys }} {{ if eq . "*" }}--from-file=FILE{{ else }}--from-literal={{ . }}=VALUE{{ end }}{{ end }}
{{- end }}
{{- end -}}
{{- end }}

{{/* Where to look when something is missing. Usage: include "mcpgen.notes.help" $ */}}
{{- define "mcpgen.notes.help" -}}
{{- $ns := .Release.Namespace -}}
{{- $selector := print "app.kubernetes.io/instance=" .Release.Name -}}
When the tools of a server are missing:

  helm test {{ .Release.Name }} -n {{ $ns }} --logs      # names each server that does not serve, and why
  kubectl -n {{ $ns }} get pods -l {{ $selector }}      # "describe" one that is not ready: its events say why
  kubectl -n {{ $ns }} get events --field-selector type=Warning      # when a server has no pod at all
  kubectl -n {{ $ns }} logs deployment/{{ include "mcpgen.server.name" (list . "<server>") }}      # what it says itself
{{- end }}
