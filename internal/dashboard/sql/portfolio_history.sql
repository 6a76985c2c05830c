{{/* How far back the history goes, as Grafana writes a range: from the beginning of the year of the
     first NAV, or of the year before this one, since one year alone has no width in the heatmap. */ -}}
SELECT greatest(1, coalesce(
    extract(year FROM $__timeTo()::timestamptz AT TIME ZONE {{zone}}) - extract(year FROM {{template "dayOf" "first.at"}}), 1
  ))::int || 'y/y' AS history
FROM (
  SELECT (SELECT "timestamp" FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" <= $__timeTo() ORDER BY "timestamp" LIMIT 1) AS at
) first
