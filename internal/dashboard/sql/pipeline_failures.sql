{{/* The marks of the failures. Where the range has more failures than can be told apart, a mark stands for all
     failures of a hundredth of the range, from the first to the last, and says how many they are and of which
     steps. The column count has the number for the viewer, which draws such marks as a density. The number is
     counted up to a bound.

     The text is HTML, and ends with a link to the Error Log: for one failure to the log of its step in the hour that ends
     with it, so that the failure stands first there with its whole text.

     A comma in the name of a step becomes a space, since Grafana splits tags at commas. */ -}}
WITH few AS MATERIALIZED (
  SELECT failed_at, step, message
  FROM (
    {{template "failedRuns" (picked failedInRange .MarkedOver)}}
  ) failed
  ORDER BY failed_at DESC, step
  LIMIT {{.MarkedOver}}
),
cells AS MATERIALIZED (
  SELECT
    n,
    $__timeFrom()::timestamptz + n * width AS begins,
    CASE n WHEN 99 THEN $__timeTo()::timestamptz + interval '1 us' ELSE $__timeFrom()::timestamptz + (n + 1) * width END AS ends
  FROM (SELECT ($__timeTo()::timestamptz - $__timeFrom()::timestamptz) / 100 AS width) hundredth
  CROSS JOIN generate_series(0, 99) AS n
  WHERE (SELECT count(*) FROM few) > {{.MarkedMost}}
),
by_step AS (
  SELECT
    cells.n, failed.step, count(*) AS failures, min(failed.failed_at) AS first, max(failed.failed_at) AS last,
    row_number() OVER (PARTITION BY cells.n ORDER BY count(*) DESC, failed.step) AS place
  FROM cells
  CROSS JOIN LATERAL (
    SELECT step, failed_at
    FROM (
    {{template "failedRuns" (counted (chosen "coalesce(finished_at, started_at) >= begins AND coalesce(finished_at, started_at) < ends") .CountedMost)}}
    ) all_failed
    ORDER BY failed_at DESC, step
    LIMIT {{.CountedMost}}
  ) failed
  GROUP BY cells.n, failed.step
),
dense AS (
  SELECT
    min(first) AS first,
    max(last) AS last,
    sum(failures) AS failures,
    string_agg(step || ' ' || failures, ', ' ORDER BY place) FILTER (WHERE place <= 3) || CASE WHEN count(*) > 3 THEN ' and others' ELSE '' END AS steps
  FROM by_step
  GROUP BY n
)
SELECT
  failed_at AS time,
  {{template "inHTML" "step"}} || ' failed' || coalesce(': ' || nullif({{template "inHTML" "left(split_part(btrim(message, E' \\t\\r\\n'), E'\\n', 1), 200)"}}, ''), '')
    || E'\n<a href="{{.ErrorLog}}&var-step=' || {{template "percentEncoded" "step"}}
    || '&from=' || {{template "milliseconds" "failed_at - interval '1 hour'"}}::bigint
    || '&to=' || {{template "milliseconds" "failed_at + interval '1 ms'"}}::bigint || '">Error Log</a>' AS text,
  'failure,' || replace(step, ',', ' ') AS tags,
  NULL::timestamptz AS timeend,
  1::float8 AS count
FROM few
WHERE (SELECT count(*) FROM few) <= {{.MarkedMost}}
UNION ALL
SELECT
  first,
  CASE WHEN failures >= {{.CountedMost}} THEN 'at least ' ELSE '' END || failures || CASE failures WHEN 1 THEN ' failure: ' ELSE ' failures: ' END || {{template "inHTML" "steps"}}
    || E'\n<a href="{{.ErrorLog}}&from=' || {{template "milliseconds" "first"}}::bigint
    || '&to=' || {{template "milliseconds" "last + interval '1 ms'"}}::bigint || '">Error Log</a>',
  'failure',
  last,
  failures::float8
FROM dense
ORDER BY time DESC, text
