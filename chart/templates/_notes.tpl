{{/* Notes on `topology`, `bridge.source`, the relay, HTTP servers and the gateway's tag. Usage: include "mcpgen.notes.runtime" $ */}}
{{- define "mcpgen.notes.runtime" -}}
{{- if eq .Values.topology "sidecars" }}

NOTE: topology is sidecars: all servers share the gateway's pod. Each can reach whatever any of them can, and their own `egress`,
service accounts and scheduling have no effect; a change to one server restarts all. `kubectl logs` needs -c server-<server>.
{{- end }}
{{- if eq .Values.bridge.source "imageVolume" }}

NOTE: bridge.source is imageVolume. If the feature gate ImageVolume is off (the default before Kubernetes 1.35), Kubernetes silently
ignores the volume, and pods fail with {{ printf "exec: /bridge-image%s: no such file or directory" .Values.bridge.loader | quote }}: set
bridge.source: initContainer. If nodes with another CPU architecture show the same error, set bridge.loader.
{{- end }}
{{- if include "mcpgen.relay.on" . }}

NOTE: the relay keeps processes of each server ready (relay.warm.min: {{ .Values.relay.warm.min }}). Its log:
  kubectl -n {{ .Release.Namespace }} logs deployment/{{ include "mcpgen.fullname" . }} -c relay
{{- end }}
{{- with include "mcpgen.httpServers" . }}

NOTE: the gateway accepts remote servers without https and without a public address, because these servers speak HTTP:{{ . }}.
{{- if $.Values.networkPolicy.enabled }} Its network policy replaces that check: it allows only its own servers and public addresses.
{{- else }} Nothing replaces that check, because networkPolicy.enabled is false.
{{- end }}
{{- end }}
{{- with .Values.gateway.image }}
{{- if not (or .digest (regexMatch "[0-9]+[.][0-9]+[.][0-9]+" (toString .tag))) }}

NOTE: gateway.image is {{ .repository }}:{{ .tag }}, a moving tag: a pod that starts later may run another release of the gateway.
`mcpgen lock` pins the current one; docs/operations.md says how to upgrade it. Without mcpgen: set gateway.image.digest.
{{- end }}
{{- end }}
{{- end }}

{{/* The Secrets that must be created by hand, or nothing. Usage: include "mcpgen.notes.secrets" $ */}}
{{- define "mcpgen.notes.secrets" -}}
{{- $secrets := include "mcpgen.allSecrets" . | fromJson -}}
{{- if .Values.externalSecrets.enabled -}}
{{- range $name, $_ := $secrets -}}
{{- if not (has $name $.Values.externalSecrets.exclude) }}{{ $_ := unset $secrets $name }}{{ end -}}
{{- end -}}
{{- end -}}
{{- with $secrets }}

These Secrets must exist. A server's pod waits for its own. If the Secret of a remote server is missing, the gateway starts without
that server; create it, then restart the gateway:
kubectl -n {{ $.Release.Namespace }} rollout restart deployment/{{ include "mcpgen.fullname" $ }}
{{ range $secret, $keys := . }}
  kubectl -n {{ $.Release.Namespace }} create secret generic {{ $secret }}
  {{- range $keys }} {{ if eq . "*" }}--from-file=FILE{{ else }}--from-literal={{ . }}=VALUE{{ end }}{{ end }}
{{- end }}
{{- end -}}
{{- end }}

{{/* Where to look if a server's tools are missing. Usage: include "mcpgen.notes.help" $ */}}
{{- define "mcpgen.notes.help" -}}
{{- $ns := .Release.Namespace -}}
{{- $selector := print "app.kubernetes.io/instance=" .Release.Name -}}
If a server's tools are missing:

  helm test {{ .Release.Name }} -n {{ $ns }} --logs      # names each server that does not serve, and why
  kubectl -n {{ $ns }} get pods -l {{ $selector }}      # "describe" one that is not ready: its events say why
  kubectl -n {{ $ns }} get events --field-selector type=Warning      # when a server has no pod at all
  kubectl -n {{ $ns }} logs deployment/{{ include "mcpgen.server.name" (list . "<server>") }}      # the log of the server itself
{{- end }}
