{{/* How long the runs of the step took: a series for each status, with a point for the longest run of each cell of time and
     status. The two other series are lines over the whole range: how long a run usually takes, at its end. A run whose status is
     not known is in a series of its own.

     Each point says which runs it stands for. A transformation leaves these columns out of the drawing, and the viewer's
     tooltips show them. */ -}}
WITH scale AS MATERIALIZED (SELECT {{template "asOf" .}} AS latest, {{template "cell" .}} AS cell),
{{template "runParts" .}},
usual AS MATERIALIZED ({{template "usualSeconds" askedStep}})
SELECT
  min(started_at) AS time,
  CASE WHEN {{template "notKnown" "status"}} THEN 'status not known' ELSE status END AS series,
  max(seconds)::float8 AS "Value",
  min(started_at) AS started,
  {{template "lastPartEnd"}} AS ended,
  sum(runs)::float8 AS runs
FROM (
  SELECT
    cell, started_at, status, runs, ended, known,
    CASE status WHEN 'RUNNING' THEN greatest(extract(epoch FROM latest - started_at), 0) ELSE coalesce(longest, 0) END AS seconds
  FROM scale
  CROSS JOIN parts
) runs
GROUP BY date_bin(cell, started_at, {{template "cellOrigin" .}}), 2
UNION ALL
SELECT edge.at, line.series, line.seconds, NULL, NULL, NULL
FROM usual
CROSS JOIN LATERAL (VALUES ('usual: median', median), ('usual: 95th percentile', most)) line(series, seconds)
CROSS JOIN (VALUES ($__timeFrom()::timestamptz), ($__timeTo()::timestamptz)) edge(at)
ORDER BY time, series
