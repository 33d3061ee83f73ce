{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>". */}}

{{/* Address ranges of NetworkPolicy peers. Usage: include "mcpgen.validate.ranges" (dict "at" "\n- <value>" "peers" $peers) */}}
{{- define "mcpgen.validate.ranges" -}}
{{- $octet := "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])" -}}
{{- $ipv4 := printf `^(%s\.){3}%s/(3[0-2]|[12]?[0-9])$` $octet $octet -}}
{{- $ipv6 := `^[0-9a-fA-F:]*:[0-9a-fA-F:.]*/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$` -}}
{{- range $index, $peer := .peers -}}
{{- with $peer.ipBlock -}}
{{- range prepend (.except | default list) (.cidr | default "") -}}
{{- if not (or (regexMatch $ipv4 .) (regexMatch $ipv6 .)) -}}
{{ $.at }}[{{ $index }}].ipBlock: {{ include "mcpgen.shown" . | quote }} is not a valid CIDR range; use one such as 10.0.0.0/8 or fd00::/8
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* A Kubernetes quantity as a number. Usage: include "mcpgen.quantity" $quantity | float64 */}}
{{- define "mcpgen.quantity" -}}
{{- $text := ternary . (printf "%f" .) (kindIs "string" .) -}}
{{- $factor := index (dict
  "m" 0.001
  "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18
  "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606846976.0
) (regexFind "[a-zA-Z]+$" $text) | default 1.0 -}}
{{- mulf (regexFind "^[0-9.]+" $text | float64) $factor | printf "%f" -}}
{{- end }}

{{/* Limits below requests, which Kubernetes refuses. Usage: include … (dict "at" "\n- <value>" "resources" $resources) */}}
{{- define "mcpgen.validate.resources" -}}
{{- $limits := .resources.limits | default dict -}}
{{- range $resource, $request := .resources.requests | default dict -}}
{{- $limit := index $limits $resource -}}
{{- if and (not (kindIs "invalid" $request)) (not (kindIs "invalid" $limit)) -}}
{{- if gt (include "mcpgen.quantity" $request | float64) (include "mcpgen.quantity" $limit | float64) -}}
{{ $.at }}.resources.limits.{{ include "mcpgen.shown" $resource }}: {{ $limit }} is less than the request, {{ $request }};{{ " " -}}
raise it, or lower resources.requests.{{ include "mcpgen.shown" $resource }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Mistakes in values that are not of one server. Usage: include "mcpgen.validate.values" $ */}}
{{- define "mcpgen.validate.values" -}}
{{- range $part := list "gateway" "bridge" "relay" "defaults" -}}
{{- include "mcpgen.validate.resources" (dict "at" (print "\n- " $part) "resources" (index $.Values $part).resources) -}}
{{- end -}}
{{- with .Values.networkPolicy -}}
{{- include "mcpgen.validate.ranges" (dict "at" "\n- networkPolicy.gatewayFrom" "peers" .gatewayFrom) -}}
{{- include "mcpgen.validate.ranges" (dict "at" "\n- networkPolicy.dns.to" "peers" .dns.to) -}}
{{- range $index, $rule := .gatewayEgress -}}
{{- include "mcpgen.validate.ranges" (dict "at" (printf "\n- networkPolicy.gatewayEgress[%d].to" $index) "peers" $rule.to) -}}
{{- end -}}
{{- range $family, $ranges := .privateRanges -}}
{{- $peers := list -}}
{{- range $ranges }}{{ $peers = append $peers (dict "ipBlock" (dict "cidr" .)) }}{{ end -}}
{{- include "mcpgen.validate.ranges" (dict "at" (print "\n- networkPolicy.privateRanges." $family) "peers" $peers) -}}
{{- end -}}
{{- end -}}
{{- include "mcpgen.validate.ranges" (dict "at" "\n- relay.metricsFrom" "peers" .Values.relay.metricsFrom) -}}
{{- include "mcpgen.validate.ranges" (dict "at" "\n- defaults.egress.to" "peers" .Values.defaults.egress.to) -}}
{{- with .Values.relay.warm -}}
{{- if gt (int .min) (int .max) }}
- relay.warm.min: {{ .min }} is more than relay.warm.max, {{ .max }}; lower it, or raise relay.warm.max
{{- end -}}
{{- end -}}
{{- $own := list "HOME" "MCP_GATEWAY_AUTH_TOKEN" -}}
{{- if include "mcpgen.httpServers" . }}{{ $own = append $own "DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS" }}{{ end -}}
{{- range $name, $_ := .Values.gateway.extraEnv -}}
{{- if has $name $own }}
- gateway.extraEnv.{{ $name }}: the chart sets this variable itself; remove it{{ if eq $name "MCP_GATEWAY_AUTH_TOKEN" }},{{ " " -}}
and set gateway.auth.existingSecret{{ end }}
{{- end -}}
{{- end -}}
{{- include "mcpgen.validate.home" (dict "at" "\n- defaults" "home" .Values.defaults.homeDir) -}}
{{- end }}

{{/* A home directory in a place of the chart's own. Usage: include "mcpgen.validate.home" (dict "at" "\n- <value>" "home" $path) */}}
{{- define "mcpgen.validate.home" -}}
{{- if regexMatch `^/(bridge|bridge-image|mcpgen-state|mcpgen-fill)/*(/.*)?$` .home -}}
{{ .at }}.homeDir: {{ include "mcpgen.shown" .home }} is a directory that the chart uses; use another one, such as /home/mcp
{{- end -}}
{{- end }}
