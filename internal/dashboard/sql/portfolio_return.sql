{{/* The NAV is a return index: the latest over the first is what the book has made. */ -}}
SELECT CASE WHEN first > 0 THEN (latest / first - 1) * 100 END AS total_return_pct
FROM (
  SELECT
    ({{template "firstNAV"}}) AS first,
    (SELECT total_equity::float8 FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" <= $__timeTo() ORDER BY "timestamp" DESC LIMIT 1) AS latest
) navs
