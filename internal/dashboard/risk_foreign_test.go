package dashboard

import (
	"testing"
	"time"
)

// Tables that another tool made may have other types that mean the same. They may lack what only macrowatch writes: the
// values of the limits, and everything that explains the dials.
func TestRiskPanelsReadTablesOfOtherTypes(t *testing.T) {
	t.Parallel()
	for _, zone := range zones() {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			db := newRiskDatabase(t, zone)
			for _, statement := range []string{
				"DROP TABLE risk_metrics_daily, stress_test_results, risk_limits_status",
				`CREATE TABLE risk_metrics_daily (computed_at timestamptz, var_95_pct numeric(8,4), var_99_pct numeric, cvar_95_pct real,
					max_drawdown integer, max_drawdown_252d_pct numeric)`,
				"INSERT INTO risk_metrics_daily VALUES ('2024-03-04 19:01-03', 1.25, 2.5, 1.75, 3, 4.5)",
				"CREATE TABLE stress_test_results (run_date date, scenario_name varchar(40), portfolio_pnl_pct numeric)",
				"INSERT INTO stress_test_results VALUES ('2024-03-01', 'Old', -1), ('2024-03-04', 'Up', 2.5), ('2024-03-04', 'Down', -2.5), ('2024-03-05', 'Later', 1)",
				"CREATE TABLE risk_limits_status (checked_at timestamptz, limit_name text, utilization_pct numeric, unit text)",
				"INSERT INTO risk_limits_status VALUES ('2024-03-04 19:01-03', 'VaR', 120, '%'), ('2024-03-04 19:01-03', 'Leverage', 50, 'x')",
			} {
				db.exec(statement)
			}
			at := local(t, "2024-03-04 19:01:00")
			for end, want := range map[time.Time][2]string{
				local(t, "2024-03-04 20:30:00"): {"CURRENT", "2024-03-04 19:01 UTC-03"},
				local(t, "2024-03-06 06:59:00"): {"CURRENT", "2024-03-04 19:01 UTC-03"}, // the newest run is of the 5th
				local(t, "2024-03-06 07:02:00"): {"STALE", "VaR, limits: 2024-03-04"},   // 36 hours after 19:01
				local(t, "2024-03-07 07:02:00"): {"STALE", "2024-03-04 19:01 UTC-03"},   // and after 19:00 of the 5th
			} {
				over := span{end.AddDate(0, 0, -7), end}
				sameTables(db.database, "Risk Computed For", over, db.table("Risk Computed For", over), [][]any{{want[0], want[1]}})
			}
			end := local(t, "2024-03-04 20:30:00")
			over := span{end.AddDate(0, 0, -7), end}
			for title, want := range map[string][][]any{
				"VaR 95% (1D)":                    {{1.25, 2.5, 1.75, 3.0, 4.5}},
				"Stress Test Results":             {{"Down", -2.5}, {"Up", 2.5}},
				"Stress by Asset Class":           nil,
				"Limit Utilization":               {{"VaR, BREACH", 120.0}, {"Leverage", 50.0}},
				"Utilization over Time":           {{at, "Leverage", 50.0, nil}, {at, "VaR", 120.0, nil}},
				"Limit Breaches":                  {{"VaR", at, nil, 120.0, 89.0 / 60 / 24, 1.0, nil, nil}},
				"VaR History":                     {{at, 1.25, 2.5}},
				"VaR by Method":                   nil,
				"What drives the VaR: Strategies": nil,
			} {
				sameTables(db.database, title, over, db.table(title, over), want)
			}
		})
	}
}
