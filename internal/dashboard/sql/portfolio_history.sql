{{/* How far back the history goes, written as the beginning of a range in Grafana, such as "5y/y". It goes back to
     the beginning of the year of the first NAV, and at least to that of last year, since a single year would have no
     width in the heatmap. */ -}}
SELECT greatest(1, coalesce(
    extract(year FROM $__timeTo()::timestamptz AT TIME ZONE {{zone}}) - extract(year FROM {{template "dayOf" "first.at"}}), 1
  ))::int || 'y/y' AS history
FROM (
  SELECT (SELECT "timestamp" FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" <= $__timeTo() ORDER BY "timestamp" LIMIT 1) AS at
) first
