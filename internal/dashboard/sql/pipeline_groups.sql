{{/* One row with a column for all steps, and one for each group of steps: how many of its runs that are due on the desk's day are done, and what is
     wrong. */ -}}
WITH {{template "dueToday"}},
groups AS MATERIALIZED (
  SELECT group_name, done || ' of ' || total || ' done' || CASE WHEN failed > 0 THEN ', ' || failed || ' FAILED' ELSE '' END || CASE WHEN late > 0 THEN ', ' || late || ' LATE' ELSE '' END AS told
  FROM (SELECT group_name, {{template "counted"}} FROM today GROUP BY ROLLUP (group_name)) counts
  WHERE total > 0
)
SELECT
  coalesce((SELECT told FROM groups WHERE group_name IS NULL), 'nothing due') AS "All",
  {{range $n, $group := .Groups}}{{if $n}},
  {{end}}coalesce((SELECT told FROM groups WHERE group_name = {{literal $group}}), 'nothing due') AS {{identifier $group}}{{end}}
