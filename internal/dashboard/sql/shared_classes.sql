{{/* The classes that the table instruments names. They are grouped, since a table that another tool made may
     name an instrument twice. */}}
{{define "namedClasses" -}}
SELECT instrument::text AS instrument, max(btrim(asset_class::text)) AS class
  FROM instruments
  WHERE btrim(asset_class::text) <> ''
  GROUP BY instrument::text
{{- end}}
