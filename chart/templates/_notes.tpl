{{/* What `topology`, `bridge.source` and servers that speak HTTP mean for whoever installs. Usage: include "mcpgen.notes.runtime" $ */}}
{{- define "mcpgen.notes.runtime" -}}
{{- if eq .Values.topology "sidecars" }}

NOTE: topology is sidecars: the servers share the gateway's pod. Each may reach what any of them may, and `egress`, service
accounts and scheduling of single servers are not held; one that changes restarts all. `kubectl logs` needs -c server-<server>.
{{- end }}
{{- if eq .Values.bridge.source "imageVolume" }}

NOTE: bridge.source is imageVolume. Where Kubernetes has the feature gate ImageVolume off (by default before 1.35) it drops the
volume without a word, and pods fail with {{ printf "exec: /bridge-image%s: no such file or directory" .Values.bridge.loader | quote }}: then set
bridge.source: initContainer. The same error on nodes with other processors: set bridge.loader.
{{- end }}
{{- if include "mcpgen.relay.on" . }}

NOTE: the relay is on, and keeps {{ .Values.relay.warm.min }} or more processes of each server ready: kubectl -n {{ .Release.Namespace }} logs deployment/{{ include "mcpgen.fullname" . }} -c relay
{{- end }}
{{- with include "mcpgen.httpServers" . }}

NOTE: the gateway accepts remote servers that are not public https, because of the servers that speak HTTP themselves:{{ . }}.
{{- if $.Values.networkPolicy.enabled }} Its network policy stands in, and lets it reach its own servers and public addresses only.
{{- else }} As networkPolicy.enabled is false, nothing stands in for that check.
{{- end }}
{{- end }}
{{- end }}
