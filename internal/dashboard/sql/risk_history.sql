{{/* Of each cell the first and the last computation, and those with the lowest and the highest VaR at either
     confidence. A computation without a VaR is a gap; where there is no other in the range there is nothing to
     draw. */ -}}
WITH RECURSIVE {{template "rowsOfCells" (rowsOfCells . "computations" "risk_metrics_daily" "computed_at" "var_95_pct AS var_95" "var_99_pct AS var_99")}}
SELECT at AS time, var_95 AS "VaR 95%", var_99 AS "VaR 99%"
FROM (
  SELECT at, var_95, var_99, {{template "cellEnd"}} OR {{template "cellExtreme" "var_95"}} OR {{template "cellExtreme" "var_99"}} AS kept,
    count(var_99) OVER () AS known
  FROM computations
) points
WHERE kept AND known > 0
ORDER BY time
