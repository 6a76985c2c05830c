{{/* The runs that started in the range, a series per step and status. Up to five seconds of
     $__interval (ranges under an hour and a half) each run stands at its own start; beyond that
     runs stand in cells, the longest per cell, step and status, since bars a few seconds apart
     would hide each other on the same pixel rather than stack. Grafana makes every bar of a panel
     as wide as the smallest distance between two rows lets it, up to 200 pixels, and knows no
     setting for that: the row without a value, a hundredth of the range after the first bar (and a
     millisecond, so that it meets no cell), keeps the bars of a quiet weekend from being hours
     wide. */ -}}
WITH scale AS MATERIALIZED (
  SELECT
    {{template "asOf" .}} AS latest,
    {{template "cell" .}} AS cell
),
bars AS (
  SELECT
    time,
    step_name || ' ' || status AS metric,
    max(seconds)::float8 AS "Duration (s)"
  FROM (
    SELECT
      CASE WHEN $__interval_ms <= 5000 THEN started_at
        ELSE greatest(date_bin(cell, started_at, {{template "cellOrigin" .}}), $__timeFrom()::timestamptz)
      END AS time,
      step_name::text AS step_name,
      status,
      CASE status
        WHEN 'RUNNING' THEN greatest(extract(epoch FROM latest - started_at), 0)
        ELSE coalesce(duration_seconds, extract(epoch FROM finished_at - started_at))
      END AS seconds
    FROM scale
    CROSS JOIN (
      SELECT started_at, step_name, {{template "statusThen" .}} AS status, finished_at, duration_seconds
      FROM pipeline_runs
      WHERE $__timeFilter(started_at)
    ) as_it_was
  ) runs
  WHERE seconds IS NOT NULL
  GROUP BY time, step_name, status
)
SELECT time, metric, "Duration (s)" FROM bars
UNION ALL
(
  SELECT time + ($__timeTo()::timestamptz - $__timeFrom()::timestamptz) / 100 + interval '1 ms', metric, NULL
  FROM bars
  ORDER BY time, metric
  LIMIT 1
)
ORDER BY time, metric
