package ownhealth

// Alert is a condition that somebody must know about.
type Alert struct {
	Name string
	// Expr is PromQL. The alert fires for each series that it returns.
	Expr string
	// For is how long the condition must hold.
	For string
	// Severity is critical if the pages or the record suffer now, else warning.
	Severity string
	// Summary says what is wrong.
	Summary string
	// Runbook says what to do about it.
	Runbook string
}

const (
	critical = "critical"
	warning  = "warning"
)

// probes are the routes whose 503 only repeats that the database is away.
const probes = `route!~"livez|readyz|health"`

// Alerts returns the alerts about macrowatch itself. Prometheus must know macrowatch as the job macrowatch.
func Alerts() []Alert {
	return []Alert{
		{
			Name: "MacrowatchDown", Expr: `up{job="macrowatch"} == 0`, For: "2m", Severity: critical,
			Summary: "macrowatch at {{ $labels.instance }} does not answer Prometheus.",
			Runbook: "Look whether the process runs (systemctl status macrowatch) and read the end of its log. If it answers 421, add the name that Prometheus uses with --allowed-host.",
		},
		{
			Name: "MacrowatchDatabaseAway", Expr: `macrowatch_database_up == 0`, For: "1m", Severity: critical,
			Summary: "The database of macrowatch at {{ $labels.instance }} does not answer.",
			Runbook: "Look whether PostgreSQL runs and accepts this login: macrowatch doctor says what is wrong. Runs of macrowatch exec are kept on disk meanwhile.",
		},
		{
			Name: "MacrowatchRequestsFail",
			Expr: `sum by (job, instance) (rate(macrowatch_http_request_duration_seconds_count{code="5xx",` + probes + `}[5m]))
  / sum by (job, instance) (rate(macrowatch_http_request_duration_seconds_count{` + probes + `}[5m])) > 0.05`,
			For: "5m", Severity: warning,
			Summary: "{{ $value | humanizePercentage }} of the requests to macrowatch at {{ $labels.instance }} fail.",
			Runbook: "Read the log for lines of the level ERROR. If the database is away or slow, begin there.",
		},
		{
			Name: "MacrowatchPanelsFail",
			Expr: `sum by (job, instance, dashboard) (rate(macrowatch_panel_duration_seconds_count{outcome="error"}[10m]))
  / sum by (job, instance, dashboard) (rate(macrowatch_panel_duration_seconds_count[10m])) > 0.1`,
			For: "10m", Severity: warning,
			Summary: "{{ $value | humanizePercentage }} of the panels of the dashboard {{ $labels.dashboard }} fail.",
			Runbook: "Open the dashboard and read the sentence in the panel, or run macrowatch dashboards check against this database.",
		},
		{
			Name: "MacrowatchPanelsSlow",
			Expr: `histogram_quantile(0.95, sum by (job, instance, dashboard, le) (rate(macrowatch_panel_duration_seconds_bucket[10m]))) > 2`,
			For:  "10m", Severity: warning,
			Summary: "One in twenty panels of the dashboard {{ $labels.dashboard }} takes longer than {{ $value | humanizeDuration }}.",
			Runbook: "Look at the load of the database and whether ANALYZE has run lately; macrowatch doctor names missing indexes and long transactions.",
		},
		{
			Name: "MacrowatchDataOld",
			Expr: `last_over_time(macrowatch_table_newest_row_working_age_seconds{table=~"pipeline_runs|strategy_signals|portfolio_state|risk_metrics_daily"}[1h]) > 36 * 3600
or last_over_time(macrowatch_table_newest_row_working_age_seconds{table="instrument_prices"}[1h]) > 60 * 3600`,
			For: "15m", Severity: warning,
			Summary: "The newest row of {{ $labels.table }} is {{ $value | humanizeDuration }} of working days old.",
			Runbook: "Look at Pipeline Health for the step that writes the table: it has failed, or nobody has started it.",
		},
		{
			Name: "MacrowatchRunsWait", Expr: `time() - macrowatch_spool_oldest_run_timestamp_seconds > 600`, For: "5m", Severity: warning,
			Summary: "Runs have waited on disk for {{ $value | humanizeDuration }} because the database does not have them.",
			Runbook: "macrowatch spool list says why each waits. macrowatch spool retry delivers them.",
		},
		{
			Name: "MacrowatchRunsSetAside", Expr: `macrowatch_spool_runs{state="set_aside"} > 0`, For: "5m", Severity: warning,
			Summary: "{{ $value }} runs can't be delivered to the database as they are.",
			Runbook: "macrowatch spool list says why the database refuses each; correct that and run macrowatch spool retry, or drop the run with macrowatch spool drop.",
		},
		{
			Name: "MacrowatchBackgroundWorkFails", Expr: `macrowatch_background_up == 0`, For: "10m", Severity: warning,
			Summary: "The background work {{ $labels.task }} fails and is tried again.",
			Runbook: "The header of every page says what does not happen and why; the log has the same with task={{ $labels.task }}.",
		},
		{
			Name: "MacrowatchAlertsNotEvaluated", Expr: `macrowatch_background_up{task="alerts"} == 0`, For: "5m", Severity: critical,
			Summary: "macrowatch at {{ $labels.instance }} does not evaluate the desk's alerts, so nobody hears of what is out of order.",
			Runbook: "The log has the reason in the lines with task=alerts. Until then look at the dashboards.",
		},
		{
			Name: "MacrowatchAlertsNotSent", Expr: `time() - macrowatch_alert_oldest_message_timestamp_seconds > 600`, For: "5m", Severity: critical,
			Summary: "A message about an alert has waited for {{ $value | humanizeDuration }}.",
			Runbook: "The log says which target does not take it, and why. macrowatch alert test tries the targets. The page Alerts shows what fires.",
		},
		{
			Name: "MacrowatchAlertTargetFails", Expr: `sum by (job, instance, target) (increase(macrowatch_alert_delivery_failures_total[15m])) > 3`, For: "5m", Severity: warning,
			Summary: "Messages about alerts fail to reach the target {{ $labels.target }}.",
			Runbook: "The log says why. macrowatch alert test tries the target. Messages wait, and are sent as soon as it takes them.",
		},
		{
			Name: "MacrowatchPoolExhausted", Expr: `macrowatch_pool_acquired_connections >= macrowatch_pool_max_connections`, For: "2m", Severity: warning,
			Summary: "All connections of the pool {{ $labels.pool }} have been in use for two minutes, so requests wait.",
			Runbook: "Look for long statements in pg_stat_activity. If many people read, allow more connections with pool_max_conns in the database's URL.",
		},
		{
			Name: "MacrowatchPanicked",
			Expr: `sum by (job, instance) (increase(macrowatch_panics_total[15m])) > 0 or sum by (job, instance) (increase(macrowatch_background_panics_total[15m])) > 0`,
			For:  "0m", Severity: warning,
			Summary: "macrowatch at {{ $labels.instance }} met a fault of its own, and survived it.",
			Runbook: "The log has the stack in a line of the level ERROR. Please report it with that line.",
		},
	}
}
