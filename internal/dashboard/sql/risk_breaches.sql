{{/* The breaches of the limits: checks that follow one another and find a limit used above 100 %. A breach ends with the
     first check that does not find it so: because the limit is kept again, because its use is not known, or because the
     check does not name it. A breach that had begun before the range is followed back from check to check, with two
     index probes each, over at most BreachChecks checks. Of the range, the latest BreachRows rows are read; the column
     notice says for the viewer what lies before them. Of these rows those of the earliest check are left out, since it
     may not be whole.

     checks:  the checks of the range, numbered in their order, each with the limits that it found in breach, and how much of them
              was used. All rows are read once, in the order of the index; those that are no breach are only counted
     above:   the rows in breach
     earlier: the same limits at the checks before the range, as long as they were in breach
     inside:  the breaches of the range: rows of a limit whose checks follow one another */ -}}
WITH RECURSIVE checks AS MATERIALIZED (
  SELECT at, keys, pcts, more, row_number() OVER in_order AS no, lead(at) OVER in_order AS next_at
  FROM (
    SELECT at, keys, pcts, sum(rows_read) OVER (ORDER BY at DESC) AS rows_from_here, sum(rows_read) OVER () > {{.BreachRows}} AS more
    FROM (
      SELECT at, count(*)::int AS rows_read, array_agg(key) FILTER (WHERE pct > 100) AS keys, array_agg(pct) FILTER (WHERE pct > 100) AS pcts
      FROM (
        SELECT checked_at AS at, limit_name AS key, utilization_pct::float8 AS pct
        FROM {{rows "risk_limits_status"}} risk_limits_status
        WHERE $__timeFilter(checked_at)
        ORDER BY checked_at DESC
        LIMIT {{.BreachRows}} + 1
      ) latest
      GROUP BY at
      ORDER BY at DESC
    ) read
  ) counted
  WHERE rows_from_here <= {{.BreachRows}}
  WINDOW in_order AS (ORDER BY at)
),
bounds AS MATERIALIZED (
  SELECT min(at) AS first_at, bool_or(more) AS more FROM checks
),
above AS MATERIALIZED (
  SELECT checks.at, checks.next_at, checks.no, found.key, found.key::text AS name, found.pct FROM checks CROSS JOIN LATERAL unnest(keys, pcts) found(key, pct)
),
earlier AS (
  SELECT at, key, max(pct) AS pct, 0 AS back
  FROM above
  WHERE no = 1
  GROUP BY at, key
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
inside AS (
  SELECT
    name, min(at) AS began, CASE WHEN count(next_at) = count(*) THEN max(next_at) END AS ended, max(pct) AS worst,
    max(no) - min(no) + 1 AS checks, min(no) AS first_no
  FROM (SELECT *, no - dense_rank() OVER (PARTITION BY name ORDER BY no) AS island FROM above) numbered
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
