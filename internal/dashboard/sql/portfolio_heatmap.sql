{{/* A row for each year. The columns are the heatmap's rows, from the bottom up.

     Grafana draws a cell up to its time, and its tooltip names that time. So the time is the last day of the year
     and not the first day of the next one. Grafana makes cells as wide as the first two times lie apart. So a book
     with only one year gets an empty year before it.

     An empty cell is NaN, which every Grafana leaves out. Older ones draw null as 0. */ -}}
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
