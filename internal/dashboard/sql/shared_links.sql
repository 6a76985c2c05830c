{{/* What the addresses of links are made of. */}}

{{/* An instant as it stands in an address: milliseconds since 1970. The argument is the instant. */}}
{{define "milliseconds" -}}
floor(extract(epoch FROM {{.}}) * 1000)::float8
{{- end}}

{{/* A text as it stands in an address. A text that is not plain has all its bytes percent-encoded. */}}
{{define "percentEncoded" -}}
CASE WHEN {{.}} COLLATE "C" ~ '^[A-Za-z0-9_.~-]*$' THEN {{.}} ELSE regexp_replace(encode(convert_to({{.}}, 'UTF8'), 'hex'), '(..)', '%\1', 'g') END
{{- end}}

{{/* A text as it stands in HTML. A query may have no semicolon, so chr(59) stands for it. */}}
{{define "inHTML" -}}
replace(replace(replace({{.}}, '&', '&amp' || chr(59)), '<', '&lt' || chr(59)), '>', '&gt' || chr(59))
{{- end}}
