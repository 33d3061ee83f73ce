{{/* Each define prints a line for every mistake: "\n- <value>: <what is wrong and why>; <what to do>", and nothing of a credential. */}}

{{/* A pattern of headers that are secrets. */}}
{{- define "mcpgen.secretHeaders" -}}
(?i)(authorization|cookie|token|secret|password|passwd|api[-_]?key|access[-_]?key)$
{{- end }}

{{/* What seems to be a credential in the values of a remote server, by simple rules; mcpgen has finer ones (generator/credentials).
Usage: as mcpgen.validate.remote */}}
{{- define "mcpgen.validate.credentials" -}}
{{- $at := .at -}}
{{- $remote := .server.remote -}}
{{- if not $remote.allowPlainCredentials -}}
{{- range $header, $value := $remote.headers -}}
{{- $isNamed := regexMatch (include "mcpgen.secretHeaders" $) $header -}}
{{- if and $isNamed $value (not (contains "$" $value)) -}}
{{ $at }}.remote.headers.{{ include "mcpgen.shown" $header }}: seems to be a secret, which must not be in values;{{ " " -}}
write ${NAME}, and add NAME to remote.secrets
{{- end -}}
{{- end -}}
{{- include "mcpgen.validate.credentials.url" (dict "at" $at "field" "remote" "url" $remote.url) -}}
{{- end -}}
{{- end }}

{{/* The same of a URL alone. Usage: include … (dict "at" "\n- servers.<name>" "field" "remote" "url") */}}
{{- define "mcpgen.validate.credentials.url" -}}
{{- $say := print
  "; send it as a header that is made of one of " .field ".secrets "
  "(or set " .field ".allowPlainCredentials: true, if it is not a secret)"
-}}
{{- if regexMatch `//[^/?#@]*:[^/?#]+@` .url -}}
{{ .at }}.{{ .field }}.url: has a password in it, which must not be in values{{ $say }}
{{- end -}}
{{- $query := `(?i)[?&;][^=&;#]*(token|secret|password|passwd|api[-_]?key|access[-_]?key)=[^&;#$]` -}}
{{- with regexFind $query .url -}}
{{ $.at }}.{{ $.field }}.url: its parameter {{ regexFind `[^?&;=]+` . | include "mcpgen.shown" }} seems to be a secret,{{ " " -}}
which must not be in values{{ $say }}
{{- end -}}
{{- end }}
