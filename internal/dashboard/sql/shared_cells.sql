{{/* When the cell of an instant begins. Cells of whole days begin at midnight in the desk's zone, also where the clock is changed. The
     FROM clause has the columns of "scale". The argument is the instant. */}}
{{define "cellBegins" -}}
CASE WHEN whole_days THEN date_bin(cell, {{.}}::timestamptz AT TIME ZONE {{zone}}, TIMESTAMP '2024-01-01 00:00') AT TIME ZONE {{zone}} ELSE date_bin(cell, {{.}}, origin) END
{{- end}}

{{/* How wide the cells are, as a common table expression named "scale". */}}
{{define "scaleOfCells" -}}
scale AS MATERIALIZED (
  SELECT cell, mod(extract(epoch FROM cell), 86400) = 0 AS whole_days, {{template "cellOrigin" .}} AS origin
  FROM (SELECT {{template "cell" .}} AS cell) width
)
{{- end}}

{{/* The rows of a table that a chart is drawn from, each with the beginning of its cell. They are found from
     the end of the range back, one index probe each:

     walked: of each cell the latest rows (WalkEach of them), and before those one row in each part of the cell
             (of WalkParts parts)
     .Name:  these rows, and of each full cell its first row

     So the number of cells bounds what is read, and a row is left out only where its cell holds more rows than
     can be told apart. Nothing is read if the condition .Unless is true. OFFSET 0 has the instant before which a probe
     looks computed once: without it TimescaleDB computes it again for every chunk. It is a list of common table
     expressions for a WITH RECURSIVE. The argument comes from the function rowsOfCells. */}}
{{define "rowsOfCells" -}}
{{template "scaleOfCells" .}},
walked AS (
  (
    SELECT {{.Time}} AS at, {{.Selected}}, {{template "cellBegins" .Time}} AS begins, 1 AS place
    FROM {{rows .Table}} {{.Table}}, scale
    WHERE $__timeFilter({{.Time}}){{with .Unless}} AND NOT {{.}}{{end}}
    ORDER BY {{.Time}} DESC
    LIMIT 1
  )
  UNION ALL
  SELECT
    earlier.at, {{.Named "earlier."}}, {{template "cellBegins" "earlier.at"}},
    CASE WHEN earlier.at >= later.begins THEN later.place + 1 ELSE 1 END
  FROM (
    SELECT cell, whole_days, origin, begins, place, CASE WHEN place < {{.WalkEach}} THEN at ELSE greatest(date_bin(cell / {{.WalkParts}}, at, origin), begins) END AS before
    FROM walked, scale
    OFFSET 0
  ) later
  CROSS JOIN LATERAL (
    SELECT {{.Time}} AS at, {{.Selected}}
    FROM {{rows .Table}} {{.Table}}
    WHERE {{.Time}} < later.before AND {{.Time}} >= $__timeFrom()
    ORDER BY {{.Time}} DESC
    LIMIT 1
  ) earlier
),
{{.Name}} AS (
  SELECT at, {{.Named ""}}, begins FROM walked
  UNION
  SELECT first.at, {{.Named "first."}}, full_cells.begins
  FROM (SELECT DISTINCT begins FROM walked WHERE place >= {{.WalkEach}} OFFSET 0) full_cells
  CROSS JOIN LATERAL (
    SELECT {{.Time}} AS at, {{.Selected}}
    FROM {{rows .Table}} {{.Table}}
    WHERE {{.Time}} >= full_cells.begins AND {{.Time}} >= $__timeFrom()
    ORDER BY {{.Time}}
    LIMIT 1
  ) first
)
{{- end}}
