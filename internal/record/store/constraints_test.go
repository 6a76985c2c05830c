package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// row is a row that a table takes. Its values are SQL. The tests of refusals change one of them.
type row struct {
	table   string
	columns map[string]string
}

// alertID is the alert of the good rows, of which their delivery tells.
const alertID = "'00000000-0000-4000-8000-000000000001'"

func goodRows() []row {
	return []row{
		{"pipeline_runs", map[string]string{"run_id": "'r'", "step_name": "'fred'", "status": "'SUCCESS'", "started_at": "'2026-03-02 06:00Z'",
			"finished_at": "'2026-03-02 06:01Z'", "duration_seconds": "60", "error_message": "NULL"}},
		{"strategy_signals", map[string]string{"strategy_id": "'FX_1'", "instrument": "'USDBRL'", "direction": "'LONG'", "strength": "NULL",
			"confidence": "0.5", "generated_at": "'2026-03-02 06:00Z'"}},
		{"portfolio_state", map[string]string{`"timestamp"`: "'2026-03-02 06:00Z'", "strategy_id": "'CASH'", "instrument": "'BRL'", "weight": "0", "total_equity": "100"}},
		{"risk_metrics_daily", map[string]string{"computed_at": "'2026-03-02 06:00Z'", "var_95_pct": "1", "var_99_pct": "2", "cvar_95_pct": "1.5",
			"max_drawdown": "0", "max_drawdown_252d_pct": "3", "stored_at": "now()"}},
		{"stress_test_results", map[string]string{"run_date": "'2026-03-02 06:00Z'", "scenario_name": "'2008'", "portfolio_pnl_pct": "-9", "stored_at": "now()"}},
		{"risk_limits_status", map[string]string{"checked_at": "'2026-03-02 06:00Z'", "limit_name": "'VaR 95'", "limit_value": "5", "current_value": "1",
			"utilization_pct": "20", "stored_at": "now()"}},
		{"risk_measures", map[string]string{"computed_at": "'2026-03-02 06:00Z'", "method": "'historical'", "confidence_pct": "95", "var_pct": "-1", "cvar_pct": "-0.5",
			"observations": "500", "window_from": "'2024-03-01'", "window_to": "'2026-03-02'", "stored_at": "now()"}},
		{"risk_contributions", map[string]string{"computed_at": "'2026-03-02 06:00Z'", "grouping": "'strategy'", "name": "'FX_1'", "net_weight": "-0.1", "gross_weight": "0.1",
			"var_95_pct": "-1", "var_99_pct": "1", "cvar_95_pct": "1", "cvar_99_pct": "1", "incremental_var_95_pct": "-1", "incremental_var_99_pct": "-1", "stored_at": "now()"}},
		{"stress_test_positions", map[string]string{"run_date": "'2026-03-02 06:00Z'", "scenario_name": "'2008'", "strategy_id": "'FX_1'", "instrument": "'USDBRL'", "asset_class": "'FX'", "weight": "0.3", "pnl_pct": "-9", "stored_at": "now()"}},
		{"stress_test_contributions", map[string]string{"run_date": "'2026-03-02 06:00Z'", "scenario_name": "'2008'", "asset_class": "'FX'", "pnl_pct": "-9", "stored_at": "now()"}},
		{"risk_backtest", map[string]string{"day": "'2026-03-02'", "var_computed_at": "'2026-02-27 22:00Z'", "var_95_pct": "1", "var_99_pct": "2", "hypothetical_pnl_pct": "-0.4",
			"actual_return_pct": "NULL", "stored_at": "now()"}},
		{"risk_backtest_summary", map[string]string{"computed_at": "'2026-03-02 06:00Z'", "confidence_pct": "99", "days": "250", "exceptions": "3", "kupiec_lr": "0.1", "kupiec_p": "0.7",
			"christoffersen_lr": "NULL", "christoffersen_p": "NULL", "zone": "'green'", "stored_at": "now()"}},
		{"risk_notes", map[string]string{"computed_at": "'2026-03-02 06:00Z'", "note_no": "1", "kind": "'carry'", "note": "'Left out.'", "stored_at": "now()"}},
		{"risk_inputs", map[string]string{"computed_at": "'2026-03-02 06:00Z'", "digest": "repeat('a', 64)", "rows_digest": "repeat('0', 64)",
			"prices_from": "'{}'", "prices_to": "'2026-03-02'", "returns": "500", "stored_at": "now()"}},
		{"lineage_runs", map[string]string{"run_id": "'r'", "job_namespace": "'airflow'", "job_name": "'desk.fred'", "job_at": "'2026-03-02 06:01Z'", "by_rule": "false",
			"first_at": "'2026-03-02 06:00Z'", "start_at": "'2026-03-02 06:00Z'", "began": "true", "end_type": "'COMPLETE'", "end_at": "'2026-03-02 06:01Z'", "rows_written": "10"}},
		{"lineage_jobs", map[string]string{"job_name": "'desk.fred'", "namespaces": "'{airflow}'"}},
		{"alerts", map[string]string{"alert_id": alertID, "rule": "'step_failed'", "subject": "'fred'", "severity": "'warning'", "group_name": "'connector'", "owner": "''",
			"state": "'resolved'", "since": "'2026-03-02 06:00Z'", "fired_at": "'2026-03-02 06:10Z'", "resolved_at": "'2026-03-02 06:30Z'", "evaluated_at": "'2026-03-02 06:30Z'",
			"value": "2", "limit_value": "1", "summary": "'FRED failed.'", "meaning": "''", "path": "'/d/pipeline-health'", "runbook": "''"}},
		{"alert_deliveries", map[string]string{"delivery_id": "'00000000-0000-4000-8000-000000000002'", "alert_id": alertID, "route": "'desk'", "kind": "'firing'",
			"created_at": "'2026-03-02 06:10Z'", "next_try_at": "'2026-03-02 06:10Z'", "attempts": "0", "sent_at": "NULL", "dropped_at": "NULL", "last_error": "NULL"}},
		{"alert_silences", map[string]string{"silence_id": "'00000000-0000-4000-8000-000000000003'", "rule": "''", "subject": "'fred'", "starts_at": "'2026-03-02 06:00Z'",
			"ends_at": "'2026-03-02 08:00Z'", "made_by": "'ana'", "reason": "''"}},
		{"alert_reports", map[string]string{"report_id": "'00000000-0000-4000-8000-000000000004'", "due_at": "'2026-03-02 21:30Z'", "made_at": "'2026-03-02 21:30Z'",
			"skipped": "false", "title": "'Monday.'", "full_text": "''", "short_text": "''", "path": "''"}},
		{"instruments", map[string]string{"instrument": "'UST10Y'", "kind": "'yield'", "quoted_in": "'percent'", "asset_class": "NULL", "maturity": "NULL",
			"tenor_years": "10", "coupon_pct": "NULL", "modified_duration": "NULL"}},
		{"instrument_prices", map[string]string{"instrument": "'WTI'", "price_date": "'2020-04-20'", "price": "-37.63"}},
		{"macrowatch_words", map[string]string{"subject": "'direction'", "word": "'ACHAT'", "meaning": "'LONG'", "configured": "true"}},
		{"macrowatch_steps", map[string]string{"step_name": "'fred'", "title": "'FRED'", "group_name": "'connector'", "place": "1", "cron": "'0 6 * * *'",
			"start_grace_seconds": "900", "end_grace_seconds": "3600", "owner": "''", "runbook": "''", "since": "'2026-03-02 06:00Z'"}},
		{"macrowatch_step_waits", map[string]string{"step_name": "'portfolio'", "waits_for": "'fred'"}},
		{"expected_runs", map[string]string{"step_name": "'fred'", "due_at": "'2026-03-02 06:00Z'", "opens_at": "'2026-03-02 04:00Z'", "closes_at": "'2026-03-03 04:00Z'",
			"start_by": "'2026-03-02 06:15Z'", "end_by": "'2026-03-02 07:00Z'", "skipped": "NULL"}},
		{"run_summary_widths", map[string]string{"width_seconds": "36000", "origin": "'2024-01-01 03:00Z'"}},
		{"run_summaries", map[string]string{"width_seconds": "3600", "begins_at": "'2026-03-02 06:00Z'", "step_name": "'fred'", "status": "'RUNNING'", "runs": "1",
			"first_started": "'2026-03-02 06:00Z'", "last_known": "'2026-03-02 06:00Z'", "longest": "NULL"}},
		{"book_summary_zone", map[string]string{"zone": "'UTC'"}},
		{"nav_summaries", map[string]string{"width_seconds": "3600", "begins_at": "'2026-03-02 06:00Z'", "first_at": "'2026-03-02 06:00Z'", "first_nav": "100",
			"last_at": "'2026-03-02 06:00Z'", "last_nav": "100", "lowest_at": "'2026-03-02 06:00Z'", "lowest_nav": "100", "highest_at": "'2026-03-02 06:00Z'", "highest_nav": "100"}},
		{"signal_flips", map[string]string{"strategy_id": "'FX_1'", "instrument": "'USDBRL'", "flipped_at": "'2026-03-02 06:00Z'"}},
		{"allocation_rules", map[string]string{"rules_id": "2", "rules": "'[]'"}},
		{"allocation_basis", map[string]string{"zone": "'UTC'", "rules": "'[]'", "named": "'{}'", "classes": "'{Other}'"}},
		{"allocation_summaries", map[string]string{"width_seconds": "7200", "begins_at": "'2026-03-02 06:00Z'", "at": "'2026-03-02 06:00Z'", "gross": "'{1,1}'"}},
		{"desk_working_time", map[string]string{"begins_at": "'2026-03-02 03:00Z'", "ends_at": "'2026-03-07 03:00Z'", "next_at": "'2026-03-09 03:00Z'", "seconds_before": "0"}},
		{"macrowatch_tokens", map[string]string{"token_id": "'0123456789ab'", "name": "'airflow'", "digest": "decode(repeat('00',32),'hex')", "kinds": "'{signals}'",
			"steps": "NULL", "created_at": "'2026-03-02 06:00Z'", "expires_at": "NULL", "revoked_at": "NULL", "last_used_at": "NULL"}},
	}
}

// Values that a column of some kind must refuse.
const (
	notNumbers = "'NaN' 'Infinity' '-Infinity'"
	notTimes   = "'infinity' '-infinity'"
	belowZero  = "-0.001 " + notNumbers
	notShares  = "1.001 " + belowZero
)

// refusals returns, by table, what the constraints refuse. A key such as "status pipeline_runs_status_known" names a
// column and a constraint; its value lists the values of the column that this constraint refuses. The constraint
// ":null" means NOT NULL.
func refusals() map[string]map[string]string {
	return map[string]map[string]string{
		"pipeline_runs": {
			"run_id pipeline_runs_run_id_not_empty": "''", "step_name pipeline_runs_step_name_not_empty": "''",
			"status pipeline_runs_status_known":                     "'success' 'STALE' 'QUEUED' ''",
			"started_at pipeline_runs_started_at_finite":            "'-infinity'",
			"finished_at pipeline_runs_finished_at_finite":          "'infinity'",
			"finished_at pipeline_runs_finished_unless_running":     "NULL",
			"status pipeline_runs_finished_unless_running":          "'RUNNING'",
			"finished_at pipeline_runs_finished_not_before_started": "'2026-03-02T05:59:59.999999Z'",
			"duration_seconds pipeline_runs_duration_finite":        belowZero,
			"run_id :null": "NULL", "step_name :null": "NULL", "status :null": "NULL", "started_at :null": "NULL",
		},
		"strategy_signals": {
			"strategy_id strategy_signals_strategy_id_not_empty": "''", "instrument strategy_signals_instrument_not_empty": "''",
			"direction strategy_signals_direction_known":        "'long' 'FLAT'",
			"strength strategy_signals_strength_0_to_1":         notShares,
			"confidence strategy_signals_confidence_0_to_1":     notShares,
			"generated_at strategy_signals_generated_at_finite": notTimes,
			"direction :null": "NULL", "confidence :null": "NULL", "generated_at :null": "NULL",
		},
		"portfolio_state": {
			`"timestamp" portfolio_state_timestamp_finite`:      notTimes,
			"strategy_id portfolio_state_strategy_id_not_empty": "''",
			"instrument portfolio_state_instrument_not_empty":   "''",
			"weight portfolio_state_weight_finite":              notNumbers,
			"total_equity portfolio_state_total_equity_finite":  notNumbers,
			"weight :null": "NULL", "total_equity :null": "NULL",
		},
		"risk_metrics_daily": {
			"computed_at risk_metrics_daily_computed_at_finite":                       notTimes,
			"var_95_pct risk_metrics_daily_var_95_finite":                             notNumbers,
			"var_99_pct risk_metrics_daily_var_99_finite":                             notNumbers,
			"cvar_95_pct risk_metrics_daily_cvar_95_finite":                           notNumbers,
			"max_drawdown risk_metrics_daily_max_drawdown_not_negative":               belowZero,
			"max_drawdown_252d_pct risk_metrics_daily_max_drawdown_252d_not_negative": belowZero,
			"stored_at risk_metrics_daily_stored_at_finite":                           notTimes,
			"var_99_pct risk_metrics_daily_var_whole":                                 "NULL", "max_drawdown :null": "NULL", "stored_at :null": "NULL",
		},
		"stress_test_results": {
			"run_date stress_test_results_run_date_finite":               notTimes,
			"scenario_name stress_test_results_scenario_name_not_empty":  "''",
			"portfolio_pnl_pct stress_test_results_portfolio_pnl_finite": notNumbers,
			"stored_at stress_test_results_stored_at_finite":             notTimes,
			"portfolio_pnl_pct :null":                                    "NULL",
		},
		"risk_limits_status": {
			"checked_at risk_limits_status_checked_at_finite":       notTimes,
			"limit_name risk_limits_status_limit_name_not_empty":    "''",
			"limit_value risk_limits_status_limit_value_finite":     notNumbers,
			"current_value risk_limits_status_current_value_finite": notNumbers,
			"utilization_pct risk_limits_status_utilization_finite": notNumbers,
			"stored_at risk_limits_status_stored_at_finite":         notTimes,
			"limit_value :null": "NULL", "current_value risk_limits_status_use_whole": "NULL", "utilization_pct risk_limits_status_use_whole": "NULL",
		},
		"lineage_runs": {
			"end_type lineage_runs_end_type_known":        "'START' 'complete' ''",
			"end_at lineage_runs_end_has_time":            "NULL",
			"first_at lineage_runs_times_finite":          notTimes,
			"end_at lineage_runs_times_finite":            notTimes,
			"rows_written lineage_runs_rows_not_negative": "-1",
			"job_namespace :null":                         "NULL", "job_name :null": "NULL", "job_at :null": "NULL", "by_rule :null": "NULL", "first_at :null": "NULL", "began :null": "NULL",
		},
		"lineage_jobs": {"namespaces :null": "NULL"},
		"alerts": {
			"rule alerts_rule_not_empty":            "''",
			"severity alerts_severity_known":        "'info' 'WARNING' ''",
			"state alerts_state_known":              "'FIRING' ''",
			"fired_at alerts_fired_unless_pending":  "NULL",
			"resolved_at alerts_resolved_has_time":  "NULL",
			"since alerts_times_finite":             notTimes,
			"fired_at alerts_times_finite":          notTimes,
			"evaluated_at alerts_times_finite":      notTimes,
			"value alerts_value_finite":             notNumbers,
			"limit_value alerts_limit_value_finite": notNumbers,
			"subject :null":                         "NULL", "summary :null": "NULL", "path :null": "NULL", "since :null": "NULL", "evaluated_at :null": "NULL",
		},
		"alert_deliveries": {
			"route alert_deliveries_route_not_empty":          "''",
			"kind alert_deliveries_kind_known":                "'pending' ''",
			"attempts alert_deliveries_attempts_not_negative": "-1",
			"created_at alert_deliveries_times_finite":        notTimes,
			"next_try_at alert_deliveries_times_finite":       notTimes,
			"sent_at alert_deliveries_times_finite":           notTimes,
			"alert_id :null":                                  "NULL", "created_at :null": "NULL", "next_try_at :null": "NULL",
		},
		"alert_reports": {
			"title alert_reports_title_unless_skipped": "''",
			"due_at alert_reports_times_finite":        "'-infinity'",
			"made_at alert_reports_times_finite":       "'infinity'",
			"full_text :null":                          "NULL", "short_text :null": "NULL", "path :null": "NULL",
		},
		"alert_silences": {
			"ends_at alert_silences_in_order":       "'2026-03-02T05:59Z'",
			"starts_at alert_silences_times_finite": "'-infinity'",
			"ends_at alert_silences_times_finite":   "'infinity'",
			"rule :null":                            "NULL", "subject :null": "NULL", "made_by :null": "NULL",
		},
		"risk_measures": {
			"computed_at risk_measures_computed_at_finite":              notTimes,
			"method risk_measures_method_known":                         "'Historical' ''",
			"confidence_pct risk_measures_confidence_between_0_and_100": "0 100 " + notNumbers,
			"var_pct risk_measures_var_finite":                          notNumbers,
			"cvar_pct risk_measures_cvar_finite":                        notNumbers,
			"observations risk_measures_observations_positive":          "0",
			"window_from risk_measures_window_from_finite":              "'-infinity'",
			"window_to risk_measures_window_to_finite":                  "'infinity'",
			"window_from risk_measures_window_in_order":                 "'2026-03-02'",
			"stored_at risk_measures_stored_at_finite":                  notTimes,
			"var_pct :null": "NULL", "cvar_pct :null": "NULL", "window_from :null": "NULL", "window_to :null": "NULL",
		},
		"risk_contributions": {
			"computed_at risk_contributions_computed_at_finite":               notTimes,
			"grouping risk_contributions_grouping_known":                      "'class' ''",
			"name risk_contributions_name_not_empty":                          "''",
			"net_weight risk_contributions_net_weight_finite":                 notNumbers,
			"gross_weight risk_contributions_gross_weight_not_negative":       belowZero,
			"var_95_pct risk_contributions_var_95_finite":                     notNumbers,
			"var_99_pct risk_contributions_var_99_finite":                     notNumbers,
			"cvar_95_pct risk_contributions_cvar_95_finite":                   notNumbers,
			"cvar_99_pct risk_contributions_cvar_99_finite":                   notNumbers,
			"incremental_var_95_pct risk_contributions_incremental_95_finite": notNumbers,
			"incremental_var_99_pct risk_contributions_incremental_99_finite": notNumbers,
			"stored_at risk_contributions_stored_at_finite":                   notTimes,
			"net_weight :null": "NULL", "var_99_pct :null": "NULL",
		},
		"stress_test_positions": {
			"run_date stress_test_positions_run_date_finite":              notTimes,
			"scenario_name stress_test_positions_scenario_name_not_empty": "''",
			"strategy_id stress_test_positions_strategy_id_not_empty":     "''",
			"instrument stress_test_positions_instrument_not_empty":       "''",
			"asset_class stress_test_positions_asset_class_not_empty":     "''",
			"weight stress_test_positions_weight_finite":                  notNumbers,
			"pnl_pct stress_test_positions_pnl_finite":                    notNumbers,
			"stored_at stress_test_positions_stored_at_finite":            notTimes,
		},
		"stress_test_contributions": {
			"run_date stress_test_contributions_run_date_finite":              notTimes,
			"scenario_name stress_test_contributions_scenario_name_not_empty": "''",
			"asset_class stress_test_contributions_asset_class_not_empty":     "''",
			"pnl_pct stress_test_contributions_pnl_finite":                    notNumbers,
			"stored_at stress_test_contributions_stored_at_finite":            notTimes,
			"pnl_pct :null": "NULL",
		},
		"risk_backtest": {
			"day risk_backtest_day_finite":                           notTimes,
			"var_computed_at risk_backtest_var_computed_at_finite":   notTimes,
			"var_95_pct risk_backtest_var_95_finite":                 notNumbers,
			"var_99_pct risk_backtest_var_99_finite":                 notNumbers,
			"hypothetical_pnl_pct risk_backtest_hypothetical_finite": notNumbers,
			"actual_return_pct risk_backtest_actual_finite":          notNumbers,
			"stored_at risk_backtest_stored_at_finite":               notTimes,
			"var_computed_at :null":                                  "NULL", "hypothetical_pnl_pct :null": "NULL",
		},
		"risk_backtest_summary": {
			"computed_at risk_backtest_summary_computed_at_finite":                   notTimes,
			"confidence_pct risk_backtest_summary_confidence_between_0_and_100":      "0 100 " + notNumbers,
			"days risk_backtest_summary_days_not_negative":                           "-1",
			"exceptions risk_backtest_summary_exceptions_0_to_days":                  "-1 251",
			"kupiec_lr risk_backtest_summary_kupiec_lr_not_negative":                 belowZero,
			"kupiec_p risk_backtest_summary_kupiec_p_0_to_1":                         notShares,
			"christoffersen_lr risk_backtest_summary_christoffersen_lr_not_negative": belowZero,
			"christoffersen_p risk_backtest_summary_christoffersen_p_0_to_1":         notShares,
			"zone risk_backtest_summary_zone_known":                                  "'GREEN' ''",
			"stored_at risk_backtest_summary_stored_at_finite":                       notTimes,
			"days :null": "NULL", "exceptions :null": "NULL",
		},
		"risk_notes": {
			"computed_at risk_notes_computed_at_finite": notTimes,
			"note_no risk_notes_note_no_positive":       "0",
			"kind risk_notes_kind_not_empty":            "''",
			"note risk_notes_note_not_empty":            "''",
			"stored_at risk_notes_stored_at_finite":     notTimes,
			"kind :null":                                "NULL", "note :null": "NULL",
		},
		"risk_inputs": {
			"computed_at risk_inputs_computed_at_finite": notTimes,
			"digest risk_inputs_digest_sha256":           "'' 'A' 'abc'",
			"rows_digest risk_inputs_rows_digest_sha256": "'' 'A' 'abc'",
			"prices_from risk_inputs_prices_from_object": "'[]' '1'",
			"prices_to risk_inputs_prices_to_finite":     notTimes,
			"returns risk_inputs_returns_not_negative":   "-1",
			"stored_at risk_inputs_stored_at_finite":     notTimes,
			"digest :null":                               "NULL", "rows_digest :null": "NULL", "prices_from :null": "NULL", "prices_to :null": "NULL",
		},
		"instruments": {
			"instrument instruments_instrument_not_empty":                  "''",
			"kind instruments_kind_known":                                  "'Price' 'bond'",
			"quoted_in instruments_quoted_in_not_empty":                    "''",
			"quoted_in instruments_yield_in_percent_or_bp":                 "'USD' '%'",
			"asset_class instruments_asset_class_not_empty":                "''",
			"maturity instruments_maturity_finite":                         notTimes,
			"tenor_years instruments_tenor_positive":                       "0 " + belowZero,
			"coupon_pct instruments_coupon_not_negative":                   belowZero,
			"modified_duration instruments_modified_duration_not_negative": belowZero,
			"kind :null": "NULL", "quoted_in :null": "NULL",
		},
		"instrument_prices": {
			"instrument instrument_prices_instrument_known":  "'NOBODY'",
			"price_date instrument_prices_price_date_finite": notTimes,
			"price instrument_prices_price_finite":           notNumbers,
			"price :null":                                    "NULL",
		},
		"run_summary_widths": {
			"width_seconds run_summary_widths_whole_hours": "0 -3600 900",
			"origin run_summary_widths_origin_finite":      notTimes,
			"origin :null": "NULL",
		},
		"run_summaries": {
			"runs run_summaries_runs_positive": "0 -1",
			"runs :null":                       "NULL", "first_started :null": "NULL", "last_known :null": "NULL",
		},
		"book_summary_zone": {"zone :null": "NULL"},
		"nav_summaries": {
			"width_seconds nav_summaries_hour_or_day": "0 60 604800",
			"first_at :null": "NULL", "first_nav :null": "NULL", "last_at :null": "NULL", "last_nav :null": "NULL",
			"lowest_at :null": "NULL", "lowest_nav :null": "NULL", "highest_at :null": "NULL", "highest_nav :null": "NULL",
		},
		"allocation_rules":     {"rules :null": "NULL"},
		"allocation_basis":     {"zone :null": "NULL", "rules :null": "NULL", "named :null": "NULL", "classes :null": "NULL"},
		"allocation_summaries": {"width_seconds allocation_summaries_width_known": "60 3600 604800", "gross :null": "NULL"},
		"macrowatch_steps": {
			"step_name macrowatch_steps_step_name_not_empty":           "''",
			"title macrowatch_steps_title_not_empty":                   "''",
			"group_name macrowatch_steps_group_name_not_empty":         "''",
			"start_grace_seconds macrowatch_steps_graces_not_negative": belowZero,
			"end_grace_seconds macrowatch_steps_graces_not_negative":   belowZero,
			"since macrowatch_steps_since_finite":                      notTimes,
		},
		"expected_runs": {
			"step_name expected_runs_step_name_not_empty": "''",
			"skipped expected_runs_skipped_not_empty":     "''",
			"due_at expected_runs_in_order":               "'2026-03-02T03:00Z' '2026-03-03T04:00Z' '2026-03-02T06:16Z'",
			"start_by expected_runs_in_order":             "'2026-03-02T05:59Z' '2026-03-02T07:01Z'",
			"opens_at expected_runs_times_finite":         "'-infinity'",
			"closes_at expected_runs_times_finite":        "'infinity'",
			"end_by expected_runs_times_finite":           "'infinity'",
		},
		"desk_working_time": {
			"begins_at desk_working_time_in_order":                  "'2026-03-07T03:00Z' '2026-03-08T03:00Z'",
			"next_at desk_working_time_in_order":                    "'2026-03-06T03:00Z'",
			"begins_at desk_working_time_times_finite":              "'-infinity'",
			"next_at desk_working_time_times_finite":                "'infinity'",
			"seconds_before desk_working_time_seconds_not_negative": "-1",
		},
		"macrowatch_words": {
			"word macrowatch_words_word_not_empty":   "''",
			"meaning macrowatch_words_meaning_known": "'SUCCESS' 'long' ''",
			"subject macrowatch_words_meaning_known": "'status' 'verb'",
			"meaning :null":                          "NULL", "configured :null": "NULL",
		},
		"macrowatch_tokens": {
			"name macrowatch_tokens_name_not_empty":     "''",
			"digest macrowatch_tokens_digest_is_sha256": `'\x00' ''`,
			"kinds macrowatch_tokens_kinds_not_empty":   "'{}'",
			"steps macrowatch_tokens_steps_not_empty":   "'{}'",
			"name :null": "NULL", "digest :null": "NULL", "created_at :null": "NULL",
		},
	}
}

func TestTheTablesTakeGoodRowsAndRefuseEveryBadValueByName(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	exec := func(sql string) error { _, err := s.Pool().Exec(t.Context(), sql); return err }
	if err := exec("INSERT INTO instruments VALUES ('WTI', 'price', 'USD')"); err != nil {
		t.Fatal(err)
	}
	tested := map[string]bool{}
	for _, good := range goodRows() {
		t.Run(good.table, func(t *testing.T) {
			for what, values := range refusals()[good.table] {
				column, constraint, _ := strings.Cut(what, " ")
				for value := range strings.FieldsSeq(values) {
					err := exec(insert(good, column, value))
					var refused *pgconn.PgError
					switch {
					case !errors.As(err, &refused):
						t.Errorf("%s took %s = %s (error %v)", good.table, column, value, err)
					case constraint == ":null" && (refused.Code != "23502" || !strings.Contains(refused.Message, `column "`+strings.Trim(column, `"`)+`"`)):
						t.Errorf("%s %s = %s: %v", good.table, column, value, err)
					case constraint != ":null" && refused.ConstraintName != constraint && !alsoRefuses(refused, constraint):
						t.Errorf("%s %s = %s: refused by %s, not by %s", good.table, column, value, refused.ConstraintName, constraint)
					}
					tested[constraint] = true
				}
			}
			if err := exec(insert(good, "", "")); err != nil {
				t.Errorf("%s refused a good row: %v", good.table, err)
			}
			var again *pgconn.PgError
			// A hypertable's chunks have keys of their own, called 1_1_strategy_signals_pkey and so on.
			if err := exec(insert(good, "", "")); !errors.As(err, &again) || again.Code != "23505" || !strings.HasSuffix(again.ConstraintName, good.table+"_pkey") {
				t.Errorf("%s took the same key twice: %v", good.table, err)
			}
		})
	}
	everyCheckWasTested(t, s.Pool(), tested)
}

// alsoRefuses reports whether a refusal counts although it names another constraint. Some values break two
// constraints, and the server names one of them. TimescaleDB refuses '-infinity' before it checks any constraint.
func alsoRefuses(refused *pgconn.PgError, wanted string) bool {
	named := refused.ConstraintName
	return strings.HasPrefix(wanted, "pipeline_runs_") && named == "pipeline_runs_finished_unless_running" ||
		strings.HasPrefix(wanted, "instruments_quoted_in") && named == "instruments_yield_in_percent_or_bp" ||
		// -1 day is also fewer days than exceptions.
		wanted == "risk_backtest_summary_days_not_negative" && named == "risk_backtest_summary_exceptions_0_to_days" ||
		// A state that is not known is not resolved either, and the good row has the time of that.
		wanted == "alerts_state_known" && named == "alerts_resolved_has_time" ||
		strings.HasPrefix(wanted, "risk_measures_window") && named == "risk_measures_window_in_order" ||
		(wanted == "strategy_signals_generated_at_finite" || wanted == "portfolio_state_timestamp_finite") &&
			refused.Code == "22008" && refused.Message == "timestamp out of range"
}

// insert returns the statement that writes a row with the value of one column changed.
func insert(r row, column, value string) string {
	var columns, values []string
	for name, good := range r.columns {
		columns = append(columns, name)
		if name == column {
			good = value
		}
		values = append(values, good)
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", r.table, strings.Join(columns, ", "), strings.Join(values, ", "))
}
