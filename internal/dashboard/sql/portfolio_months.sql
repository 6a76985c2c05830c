WITH RECURSIVE {{template "monthlyReturns"}}
SELECT
  year::text AS "Year"
  {{- range months}},
  max(percent) FILTER (WHERE month = {{.Number}}) AS "{{.Name}}"
  {{- end}},
  max(percent) FILTER (WHERE month = 13) AS "Full year"
FROM returns
GROUP BY year
ORDER BY year DESC
