{{/* Null under 60 returns, where the returns do not vary (below a trillionth it is rounding), and
     where a NAV is not above zero: what follows it is no return. */ -}}
WITH RECURSIVE {{template "dailyNAVs" .SharpeReturns}},
returns AS (
  SELECT nav, nav / nullif(lag(nav) OVER (ORDER BY at), 0) - 1 AS return
  FROM daily
)
SELECT CASE
    WHEN count(return) >= {{.SharpeLeast}} AND bool_and(nav > 0) AND stddev_samp(return) > 1e-12
    THEN avg(return) / stddev_samp(return) * sqrt(252)
  END::float8 AS sharpe_ratio
FROM returns
