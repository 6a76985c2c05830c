package desk_test

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

func TestAgesAreReadAndWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]desk.Age{"90d": 90, "12w": 84, "2y": 730, "365d": 365, "100y": 36500} {
		age, err := desk.ParseAge(text)
		if err != nil || age != want {
			t.Errorf("%s is %d days: %v", text, int(age), err)
		}
		if again, err := desk.ParseAge(age.String()); err != nil || again != want {
			t.Errorf("%s is written %s: %v", text, age, err)
		}
	}
	for text, want := range map[string]string{
		"": "is not an age", "d": "is not an age", "90": "is not an age", "90h": "is not an age", "-90d": "is not an age", "+90d": "is not an age",
		"1.5y": "is not an age", "2y3d": "is not an age", " 90d": "is not an age", "0d": "at least a day", "101y": "more than a hundred years",
		"99999999999999999999d": "more than a hundred years", "9223372036854775807y": "more than a hundred years",
	} {
		if age, err := desk.ParseAge(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is %d days: %v", text, int(age), err)
		}
	}
}

func TestRetentionRulesThatWouldTakeWhatIsNeededAreRefused(t *testing.T) {
	t.Parallel()
	for want, rule := range map[string]desk.RetentionRule{
		"no old rows can be removed from \"positions\"; the tables are pipeline_runs, strategy_signals": {Table: "positions", DropAfter: 400},
		"instrument_prices keeps all its rows: the risk of every day":                                   {Table: "instrument_prices", DropAfter: 4000},
		"the rows of risk_measures go with those of risk_metrics_daily":                                 {Table: "risk_measures", DropAfter: 4000},
		"the rows of alert_deliveries go with those of alerts":                                          {Table: "alert_deliveries", DropAfter: 4000},
		"risk_backtest keeps all its rows":                                                              {Table: "risk_backtest", DropAfter: 4000},
		"names no age":                                                                                  {Table: "alerts"},
		"portfolio_state can't be dropped, only thinned: Total Return":                                  {Table: "portfolio_state", DropAfter: 4000},
		"pipeline_runs can't be thinned, only dropped: each run":                                        {Table: "pipeline_runs", ThinAfter: 4000},
		"pipeline_runs can't be dropped after 1y, at the earliest after 400d":                           {Table: "pipeline_runs", DropAfter: 365},
		"risk_metrics_daily can't be dropped after 2y, at the earliest after 750d: the backtest":        {Table: "risk_metrics_daily", DropAfter: 730},
		"strategy_signals can't be thinned after 30d, at the earliest after 31d":                        {Table: "strategy_signals", ThinAfter: 30},
		"dropped after 90d, so thinning it after 90d does nothing":                                      {Table: "strategy_signals", ThinAfter: 90, DropAfter: 90},
	} {
		if err := rule.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", rule, err, want)
		}
	}
	for _, table := range desk.RetainedTables() {
		if err := (desk.RetentionRule{Table: table.Name, ThinAfter: table.ThinAtLeast, DropAfter: max(table.DropAtLeast, 2*table.ThinAtLeast) * min(table.DropAtLeast, 1)}).Validate(); err != nil {
			t.Errorf("the smallest ages of %s: %v", table.Name, err)
		}
	}
	var all desk.Retention
	for _, rule := range []desk.RetentionRule{{Table: "portfolio_state", ThinAfter: 31}, {Table: "risk_metrics_daily", ThinAfter: 31}} {
		if err := all.Add(rule); err != nil {
			t.Fatal(err)
		}
	}
	if all.Rules[0].Table != "risk_metrics_daily" {
		t.Errorf("the book comes before the risk of its snapshots: %v", all.Rules)
	}
	if err := all.Add(desk.RetentionRule{Table: "portfolio_state", ThinAfter: 40}); err == nil || !strings.Contains(err.Error(), "two rules") {
		t.Errorf("two rules of a table: %v", err)
	}
}

// A rule begins with a whole day of the desk, and serve works when nobody does.
func TestRetentionKeepsToTheDeskClock(t *testing.T) {
	t.Parallel()
	rules := desk.BuiltInRules() // open from 8 to 19 in São Paulo
	now := time.Date(2026, 3, 2, 1, 30, 0, 0, time.UTC)
	if got := rules.Before(now, 31).UTC(); !got.Equal(time.Date(2026, 1, 29, 3, 0, 0, 0, time.UTC)) {
		t.Errorf("31 days before are %v", got)
	}
	hour := 22
	for _, c := range []struct {
		opening, closing, quiet int
	}{{8, 19, 1}, {7, 18, 0}, {20, 4, 12}, {9, 9, 21}, {0, 23, 23}} {
		rules.OpeningHour, rules.ClosingHour = c.opening, c.closing
		if got := rules.QuietHour(); got != c.quiet {
			t.Errorf("open from %d to %d: %d is quiet", c.opening, c.closing, got)
		}
	}
	rules = desk.BuiltInRules()
	for _, c := range []struct {
		retention desk.Retention
		due       time.Time
	}{
		{desk.Retention{}, time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC)},
		{desk.Retention{Hour: &hour}, time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)},
	} {
		if got := rules.RetentionDue(now, c.retention); !got.Equal(c.due) {
			t.Errorf("due at %v, want %v", got.UTC(), c.due)
		}
	}
}
