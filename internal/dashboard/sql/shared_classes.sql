{{/* The classes that the table instruments names. */}}
{{define "namedClasses" -}}
{{namedClasses}}
{{- end}}
