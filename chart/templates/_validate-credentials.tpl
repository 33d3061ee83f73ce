{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>", and nothing of a credential. */}}

{{/* A pattern of headers that are secrets. */}}
{{- define "mcpgen.secretHeaders" -}}
(?i)(authorization|cookie|token|secret|password|passwd|api[-_]?key|access[-_]?key)$
{{- end }}

{{/* What looks like a credential in the values of a remote server, by simple rules; mcpgen has finer ones (generator/credentials).
Usage: as mcpgen.validate.remote */}}
{{- define "mcpgen.validate.credentials" -}}
{{- $at := .at -}}
{{- $remote := .server.remote -}}
{{- if not $remote.allowPlainCredentials -}}
{{- range $header, $value := $remote.headers -}}
{{- $isNamed := regexMatch (include "mcpgen.secretHeaders" $) $header -}}
{{- if and $isNamed $value (not (contains "$" $value)) -}}
{{ $at }}.remote.headers.{{ include "mcpgen.shown" $header }}: looks like a secret, which must not be in values;{{ " " -}}
write ${NAME} instead, and add NAME to remote.secrets
{{- end -}}
{{- end -}}
{{- include "mcpgen.validate.credentials.url" (dict "at" $at "field" "remote" "url" $remote.url) -}}
{{- end -}}
{{- end }}

{{/* The same of a URL alone. Usage: include … (dict "at" "\n- servers.<name>" "field" "remote" "url") */}}
{{- define "mcpgen.validate.credentials.url" -}}
{{- $say := print
  "; send it in a header built from " .field ".secrets "
  "(or, if it is not a secret, set " .field ".allowPlainCredentials: true)"
-}}
{{- if regexMatch `//[^/?#@]*:[^/?#]+@` .url -}}
{{ .at }}.{{ .field }}.url: contains a password, which must not be in values{{ $say }}
{{- end -}}
{{- $query := `(?i)[?&;][^=&;#]*(token|secret|password|passwd|api[-_]?key|access[-_]?key)=[^&;#$]` -}}
{{- with regexFind $query .url -}}
{{ $.at }}.{{ $.field }}.url: the query parameter {{ regexFind `[^?&;=]+` . | include "mcpgen.shown" }} looks like a secret,{{ " " -}}
which must not be in values{{ $say }}
{{- end -}}
{{- end }}
