SELECT
  CASE method WHEN 'historical' THEN 'Historical simulation' WHEN 'parametric' THEN 'Parametric (normal)' ELSE 'Modified (Cornish-Fisher)' END AS "Method",
  max(var_pct) FILTER (WHERE confidence_pct = 95) AS "VaR 95%",
  max(var_pct) FILTER (WHERE confidence_pct = 99) AS "VaR 99%",
  max(cvar_pct) FILTER (WHERE confidence_pct = 95) AS "CVaR 95%",
  max(cvar_pct) FILTER (WHERE confidence_pct = 99) AS "CVaR 99%",
  max(observations)::float8 AS "Returns",
  min(window_from)::text AS "From",
  max(window_to)::text AS "To",
  max(stored_at) AS "Computed"
FROM risk_measures
WHERE computed_at = ({{template "riskAt"}})
GROUP BY method
ORDER BY array_position(ARRAY['historical', 'parametric', 'modified'], method)
