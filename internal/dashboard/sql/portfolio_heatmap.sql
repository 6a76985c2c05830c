{{/* A row per year; the columns are the heatmap's rows, from the bottom up. Grafana draws a cell up
     to its time, so the time is the year's last day, which its tooltip names, not the next year's
     first; and as wide as the first two times lie apart: a book's first year has an empty one
     before it. An empty cell is NaN, which every Grafana leaves out; older ones draw null as 0. */ -}}
WITH RECURSIVE {{template "monthlyReturns"}}
SELECT
  make_timestamptz(year, 12, 31, 0, 0, 0, {{zone}}) AS time,
  coalesce(max(percent) FILTER (WHERE month = 13), 'NaN') AS "Year"
  {{- range downwards}},
  coalesce(max(percent) FILTER (WHERE month = {{.Number}}), 'NaN') AS "{{.Name}}"
  {{- end}}
FROM (
  SELECT year, month, percent FROM returns
  UNION ALL
  SELECT min(year) - 1, 13, NULL FROM returns HAVING min(year) = max(year)
) cells
GROUP BY year
ORDER BY time
