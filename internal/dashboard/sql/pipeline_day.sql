{{/* The day in one line: how many of the runs that are due on the desk's day are done, failed (or missed) and late (or overdue),
     and what is due next. Holidays do not count. The tile shows the columns verdict and day. The others are for the verdict in
     the header of every page: a few words, null if no step has a schedule; how many runs are not as they should be; and since
     when the verdict's reason holds. */ -}}
WITH {{template "dueToday"}},
counts AS (
  SELECT {{template "counted"}},
    min({{template "wrongSince"}}) FILTER (WHERE state IN ('FAILED', 'MISSED')) AS failed_since,
    min({{template "wrongSince"}}) FILTER (WHERE state IN ('LATE', 'OVERDUE')) AS late_since,
    EXISTS (SELECT FROM macrowatch_steps WHERE cron <> '') AS scheduled
  FROM today
)
SELECT
  CASE
    WHEN NOT scheduled THEN 'NO SCHEDULE'
    WHEN failed > 0 THEN 'FAILED'
    WHEN late > 0 THEN 'LATE'
    WHEN total = 0 THEN 'NOTHING DUE'
    WHEN done = total THEN 'DONE'
    ELSE 'ON TIME'
  END AS verdict,
  CASE WHEN total = 0 THEN 'Today: nothing is due' ELSE 'Today: ' || done || ' of ' || total || ' done, ' || failed || ' failed, ' || late || ' late' END
    || coalesce(chr(59) || ' next: ' || next.step_name || CASE WHEN next.due_at < bounds.to_at THEN '' ELSE to_char(next.due_at AT TIME ZONE {{zone}}, '" on "FMDay') END
      || to_char(next.due_at AT TIME ZONE {{zone}}, '" at "HH24:MI'), '') AS day,
  CASE
    WHEN NOT scheduled THEN NULL
    WHEN total = 0 THEN 'Nothing due'
    WHEN done = total THEN 'All done'
    ELSE concat_ws(', ', CASE WHEN failed > 0 THEN failed || ' failed' END, CASE WHEN late > 0 THEN late || ' late' END, done || ' of ' || total || ' done')
  END AS brief,
  failed + late AS wrong,
  coalesce(failed_since, late_since) AS since
FROM counts
CROSS JOIN bounds
CROSS JOIN latest
LEFT JOIN LATERAL (
  SELECT e.step_name, e.due_at FROM expected_runs e WHERE e.due_at > latest.at AND e.skipped IS NULL ORDER BY e.due_at, e.step_name LIMIT 1
) next ON true
