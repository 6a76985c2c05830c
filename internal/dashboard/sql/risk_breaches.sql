{{/* The breaches of the limits: checks that follow one another and find a limit used above 100 %. A breach ends with the
     first check that does not find it so: because the limit is kept again, because its use is not known, or because the
     check does not name it. A breach that had begun before the range is followed back from check to check, with two
     index probes each, over at most BreachChecks checks. Of the range, the latest BreachRows rows are read; the column
     notice says for the viewer what lies before them. Of these rows those of the earliest check are left out, since it
     may not be whole. */ -}}
WITH RECURSIVE latest AS MATERIALIZED (
  SELECT checked_at AS at, limit_name AS key, limit_name::text AS name, utilization_pct::float8 AS pct
  FROM {{rows "risk_limits_status"}} risk_limits_status
  WHERE $__timeFilter(checked_at)
  ORDER BY checked_at DESC
  LIMIT {{.BreachRows}} + 1
),
oldest AS MATERIALIZED (
  SELECT min(at) AS at, count(*) > {{.BreachRows}} AS more FROM latest
),
read AS MATERIALIZED (
  SELECT latest.at, latest.key, latest.name, latest.pct FROM latest, oldest WHERE NOT oldest.more OR latest.at > oldest.at
),
bounds AS MATERIALIZED (
  SELECT min(read.at) AS first_at, (SELECT more FROM oldest) AS more FROM read
),
times AS MATERIALIZED (
  SELECT at, row_number() OVER (ORDER BY at) AS no, lead(at) OVER (ORDER BY at) AS next_at FROM (SELECT DISTINCT at FROM read) each_time
),
earlier AS (
  SELECT read.at, read.key, max(read.pct) AS pct, 0 AS back
  FROM read, bounds
  WHERE read.at = bounds.first_at AND read.pct > 100
  GROUP BY read.at, read.key
  UNION ALL
  SELECT before.at, earlier.key, used.pct, earlier.back + 1
  FROM earlier
  CROSS JOIN LATERAL (
    SELECT checked_at AS at FROM {{rows "risk_limits_status"}} risk_limits_status WHERE checked_at < earlier.at ORDER BY checked_at DESC LIMIT 1
  ) before
  CROSS JOIN LATERAL (
    SELECT l.utilization_pct::float8 AS pct FROM {{rows "risk_limits_status"}} l
    WHERE l.checked_at = before.at AND l.limit_name = earlier.key AND l.utilization_pct > 100
    ORDER BY pct DESC
    LIMIT 1
  ) used
  WHERE earlier.back < {{.BreachChecks}}
),
above AS (
  SELECT name, times.at, times.next_at, times.no, max(read.pct) AS pct, times.no - row_number() OVER (PARTITION BY name ORDER BY times.no) AS island
  FROM read
  JOIN times ON times.at = read.at
  WHERE read.pct > 100
  GROUP BY name, times.at, times.next_at, times.no
),
inside AS (
  SELECT name, min(at) AS began, (array_agg(next_at ORDER BY no DESC))[1] AS ended, max(pct) AS worst, count(*) AS checks, min(no) AS first_no
  FROM above
  GROUP BY name, island
),
breaches AS (
  SELECT
    inside.name,
    least(inside.began, before.began) AS began,
    inside.ended,
    greatest(inside.worst, before.worst) AS worst,
    inside.checks + coalesce(before.checks, 0) AS checks,
    coalesce(before.checks = {{.BreachChecks}}, false) AS began_before
  FROM inside
  LEFT JOIN (
    SELECT key::text AS name, min(at) AS began, max(pct) AS worst, count(*) AS checks FROM earlier WHERE back > 0 GROUP BY key::text
  ) before ON before.name = inside.name AND inside.first_no = 1
),
listed AS (
  SELECT *, count(*) OVER () AS found, row_number() OVER (ORDER BY ended IS NULL DESC, began DESC, name COLLATE "C") AS place
  FROM breaches
)
SELECT
  name AS "Limit",
  began AS "From",
  ended AS "To",
  worst AS "Worst",
  extract(epoch FROM coalesce(ended::timestamptz, {{template "asOf"}}) - began::timestamptz)::float8 / 86400 AS "Days",
  checks::float8 AS "Checks",
  CASE WHEN found > {{.BreachesListed}} THEN 'latest {{.BreachesListed}} of ' || found END AS cut,
  CASE WHEN place = 1 THEN nullif(concat_ws(' ',
    CASE WHEN more THEN 'Only the checks from ' || {{template "deskTime" "first_at::timestamptz"}} || ' on are looked at.' END,
    'In breach since before the time that is given: ' || (SELECT string_agg(name, ', ' ORDER BY name COLLATE "C") FROM breaches WHERE began_before) || '.'
  ), '') END AS notice
FROM listed, bounds
WHERE place <= {{.BreachesListed}}
ORDER BY place
