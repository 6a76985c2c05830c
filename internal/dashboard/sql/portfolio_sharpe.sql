{{/* The spacing of the NAVs decides how many of their returns a year has: at least four in five of the distances
     between NAVs, in book days, must be those of one period.

     The ratio is null, and the column basis says why, if the NAVs are of no period, if there are fewer than 60
     returns, if the returns do not vary (a deviation below a trillionth is rounding), if a NAV is not above zero (the
     quotient after it is no return), or if a NAV is so large that its square is no number. */ -}}
WITH RECURSIVE {{template "dailyNAVs" .SharpeReturns}},
dated AS (
  SELECT at, nav, ({{template "dayOf" "at"}})::date - date '1900-01-01' AS since_a_monday
  FROM daily
),
returns AS (
  SELECT nav,
    CASE WHEN abs(nav) < 1e50 AND abs(lag(nav) OVER by_time) BETWEEN 1e-50 AND 1e50 THEN nav / lag(nav) OVER by_time - 1 END AS return,
    {{bookDayNumber "since_a_monday"}} - lag({{bookDayNumber "since_a_monday"}}) OVER by_time AS book_days
  FROM dated
  WINDOW by_time AS (ORDER BY at)
),
figures AS (
  SELECT count(return) AS returns, bool_and(nav > 0) AS above_zero, bool_and(abs(nav) < 1e50) AS in_range, avg(return) AS mean, stddev_samp(return) AS deviation
  FROM returns
),
spacing AS (
  SELECT name, per_year
  FROM (VALUES
    {{- range $n, $s := navSpacings}}{{if $n}},{{end}} ({{literal $s.Name}}, {{$s.PerYear}}, {{$s.Least}}, {{$s.Most}}){{end}}) AS periods(name, per_year, least, most)
  WHERE (SELECT avg((book_days BETWEEN least AND most)::int) FROM returns) >= 0.8
  ORDER BY per_year DESC
  LIMIT 1
)
SELECT
  CASE WHEN returns >= {{.SharpeLeast}} AND above_zero AND in_range AND deviation > 1e-12 THEN mean / deviation * sqrt(per_year) END::float8 AS sharpe_ratio,
  CASE
    WHEN above_zero IS NULL THEN 'No NAV'
    WHEN NOT above_zero THEN 'A NAV is not above 0'
    WHEN NOT in_range THEN 'A NAV is too large'
    WHEN returns < {{.SharpeLeast}} THEN returns || ' of {{.SharpeLeast}} returns'
    WHEN name IS NULL THEN 'NAVs at irregular intervals'
    WHEN deviation <= 1e-12 THEN 'Returns do not vary'
    ELSE returns || ' ' || name || ' returns'
  END AS basis
FROM figures
LEFT JOIN spacing ON true
