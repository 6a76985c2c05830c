{{/* Weights that cancel out except for rounding are no position. */ -}}
SELECT CASE WHEN latest.at IS NOT NULL THEN (
    SELECT count(*) FROM (
      SELECT
      FROM {{rows "portfolio_state"}} portfolio_state
      WHERE "timestamp" = latest.at
      GROUP BY instrument
      HAVING abs(sum(weight::float8)) > 1e-12
    ) held
  ) END::float8 AS active_positions
FROM (SELECT ({{template "latestSnapshot"}}) AS at) latest
