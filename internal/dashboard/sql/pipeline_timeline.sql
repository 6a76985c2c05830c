{{/* The runs that started in the range, as bars: a series for each step and status. A run that did not succeed is
     drawn even if nobody knows how long it took, as a bar without a height.

     The ten most frequent statuses that are not known have series of their own. The others have one together, since
     every run may have a word of its own. The column notice says for the viewer which statuses are not known.

     Each run stands at its own start in a range under an hour and a half whose runs are no more than can be told
     apart. Otherwise runs stand in cells, and a bar is the longest run of a cell, step and status: bars a few seconds
     apart would hide each other on the same pixel instead of being stacked. If the range begins in the second half of
     a cell, the runs of that rest stand in the next cell. As a bar of its own the rest could be seconds before the
     next one, and then all bars would be that narrow.

     Each bar says which runs it stands for: when the first of them started, when the last of them ended, and how
     many they are. A transformation leaves these columns out of the drawing, and the viewer's tooltips show them.

     Grafana makes the bars of a series as wide as the smallest distance between two of its rows allows, up to 200
     pixels, and has no setting for that. A series whose bars lie further apart than the smallest distance of all
     bars, or than a hundredth of the range, gets a row without a value at that distance from its first bar. Then
     all bars are equally wide, and the bars of a quiet weekend are not hours wide.

     See shared_runs.sql for the runs. */ -}}
WITH RECURSIVE {{template "lines" .}},
scale AS MATERIALIZED (
  SELECT
    {{template "asOf" .}} AS latest,
    {{template "lineCell" .}} AS cell,
    $__timeTo()::timestamptz - $__timeFrom()::timestamptz < interval '90 minutes' AND (
      SELECT count(*) FROM (SELECT FROM {{rows "pipeline_runs"}} pipeline_runs WHERE {{chosen "$__timeFilter(started_at)"}} LIMIT {{.CellsMost}} + 1) counted
    ) <= {{.CellsMost}} AS each_run
),
unread AS MATERIALIZED (
  {{template "unreadRuns" (chosen "$__timeFilter(started_at)")}}
),
{{template "runParts" .}},
bars AS (
  SELECT
    time,
    step_name || ' ' || shown AS run,
    max(seconds)::float8 AS seconds,
    min(started_at) AS started,
    {{template "lastPartEnd"}} AS ended,
    sum(runs)::float8 AS runs
  FROM (
    SELECT
      CASE WHEN each_run THEN started_at
        ELSE greatest(
          date_bin(cell, started_at, {{template "cellOrigin" .}}), $__timeFrom()::timestamptz,
          least(date_bin(cell, $__timeFrom()::timestamptz + cell / 2, {{template "cellOrigin" .}}), $__timeTo()::timestamptz)
        )
      END AS time,
      step_name,
      CASE WHEN {{template "notKnown" "status"}} AND status NOT IN (SELECT word FROM unread WHERE place <= 10) THEN '"..."' ELSE status END AS shown,
      started_at,
      runs,
      ended,
      known,
      CASE status
        WHEN 'RUNNING' THEN greatest(extract(epoch FROM latest - started_at), 0)
        ELSE coalesce(longest, CASE WHEN status <> 'SUCCESS' THEN 0 END)
      END AS seconds
    FROM scale
    CROSS JOIN parts
  ) runs
  WHERE seconds IS NOT NULL
  GROUP BY time, step_name, shown
),
distance AS (
  SELECT greatest(least(min(to_next), ($__timeTo()::timestamptz - $__timeFrom()::timestamptz) / 100), interval '1 s') AS width
  FROM (SELECT lead(time) OVER (ORDER BY time) - time AS to_next FROM (SELECT DISTINCT time FROM bars) times) distances
)
SELECT
  time, run, seconds AS "Value", started, ended, runs,
  CASE WHEN row_number() OVER (ORDER BY time, run) = 1 THEN (SELECT {{template "runsNotice"}} FROM unread) END AS notice
FROM bars
UNION ALL
SELECT CASE WHEN min(time) + width <= $__timeTo() THEN min(time) + width ELSE min(time) - width END, run, NULL, NULL, NULL, NULL, NULL
FROM distance
CROSS JOIN (SELECT time, run, lead(time) OVER (PARTITION BY run ORDER BY time) - time AS to_next FROM bars) own
GROUP BY run, width
HAVING min(to_next) IS NULL OR min(to_next) > width
ORDER BY time, run
