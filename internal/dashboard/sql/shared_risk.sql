{{/* The book time of the latest risk computation by the end of the range. All panels that explain a computation look
     their rows up by it, so that they are about the computation that the dials show. */}}
{{define "riskAt" -}}
SELECT computed_at FROM {{rows "risk_metrics_daily"}} risk_metrics_daily WHERE computed_at <= $__timeTo() ORDER BY computed_at DESC LIMIT 1
{{- end}}

{{/* The time of the latest stress run by the end of the range. The end is not cast: another tool's table may have
     dates, and then date is compared with date, whatever the session's zone. */}}
{{define "stressAt" -}}
SELECT run_date FROM {{rows "stress_test_results"}} stress_test_results WHERE run_date <= $__timeTo() ORDER BY run_date DESC LIMIT 1
{{- end}}

{{/* The time of the latest check of the limits by the end of the range. */}}
{{define "limitsAt" -}}
SELECT checked_at FROM {{rows "risk_limits_status"}} risk_limits_status WHERE checked_at <= $__timeTo() ORDER BY checked_at DESC LIMIT 1
{{- end}}

{{/* The columns and rows of what the parts of one grouping add to the risk. The part with the largest CVaR, without its
     sign, comes first. The argument is the grouping. */}}
{{define "drivers" -}}
  net_weight AS "Net weight",
  cvar_95_pct AS "CVaR 95%",
  var_99_pct AS "VaR 99%",
  incremental_var_99_pct AS "Incremental VaR 99%"
FROM risk_contributions
WHERE computed_at = ({{template "riskAt"}}) AND grouping = {{literal .}}
ORDER BY abs(cvar_95_pct) DESC, name COLLATE "C"
{{- end}}
