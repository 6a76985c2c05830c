{{/* The asset class of a strategy, by the prefix of its id. The argument is the column. */}}
{{define "strategyClass" -}}
CASE
    WHEN {{.}}::text LIKE 'FX%' THEN 'FX'
    WHEN {{.}}::text LIKE 'RATES%' THEN 'Rates'
    WHEN {{.}}::text LIKE 'INF%' THEN 'Inflation'
    WHEN {{.}}::text LIKE 'CUPOM%' THEN 'Cupom'
    WHEN {{.}}::text LIKE 'SOV%' THEN 'Sovereign'
    WHEN {{.}}::text LIKE 'CROSS%' THEN 'Cross-Asset'
    ELSE 'Other'
  END
{{- end}}

{{/* The asset class of an instrument that instruments does not name, by the prefix of its name. */}}
{{define "prefixClass" -}}
CASE
    WHEN {{.}}::text LIKE 'DDI%' THEN 'Cupom'
    WHEN {{.}}::text LIKE 'DI%' THEN 'Rates'
    WHEN {{.}}::text LIKE 'USD%' OR {{.}}::text LIKE 'NDF%' THEN 'FX'
    WHEN {{.}}::text LIKE 'NTN%' THEN 'Inflation'
    WHEN {{.}}::text LIKE 'CDS%' THEN 'Sovereign'
    ELSE 'Other'
  END
{{- end}}

{{/* The classes that instruments names. Grouped, since a table of another tool's may name an
     instrument twice. */}}
{{define "namedClasses" -}}
SELECT instrument::text AS instrument, max(btrim(asset_class::text)) AS class
  FROM instruments
  WHERE btrim(asset_class::text) <> ''
  GROUP BY instrument::text
{{- end}}

{{/* The order in which classes stand everywhere: classes of instruments' own before Other. */}}
{{define "classRank" -}}
coalesce(array_position(ARRAY['FX', 'Rates', 'Inflation', 'Cupom', 'Sovereign', 'Cross-Asset'], {{.}}), CASE {{.}} WHEN 'Other' THEN 8 ELSE 7 END)
{{- end}}
