package dashboard

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	viewerannotation "macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	grafanaquery "macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/view"
)

// adoptAll replaces the tables by ones that another tool may have made: without keys and constraints, with nulls allowed
// everywhere, and with numbers of the type numeric.
func (d *database) adoptAll() {
	d.t.Helper()
	for _, table := range desk.UsableTables() {
		d.exec(fmt.Sprintf(`DO $do$ DECLARE c record; BEGIN
			FOR c IN SELECT conname FROM pg_constraint WHERE conrelid = '%[1]s'::regclass AND contype IN ('c', 'p', 'f', 'u') LOOP
				EXECUTE format('ALTER TABLE %[1]s DROP CONSTRAINT IF EXISTS %%I CASCADE', c.conname);
			END LOOP;
			FOR c IN SELECT tgname FROM pg_trigger WHERE tgrelid = '%[1]s'::regclass AND NOT tgisinternal LOOP
				EXECUTE format('DROP TRIGGER %%I ON %[1]s', c.tgname);
			END LOOP;
			FOR c IN SELECT attname, attnotnull, atttypid = 'float8'::regtype AS is_number FROM pg_attribute WHERE attrelid = '%[1]s'::regclass AND attnum > 0 AND NOT attisdropped LOOP
				IF c.attnotnull THEN EXECUTE format('ALTER TABLE %[1]s ALTER %%I DROP NOT NULL', c.attname); END IF;
				IF c.is_number THEN EXECUTE format('ALTER TABLE %[1]s ALTER %%I TYPE numeric', c.attname); END IF;
			END LOOP;
		END $do$`, table.Name))
	}
}

// shownEverywhere returns what every panel of every dashboard draws, and its notices apart, by dashboard and title.
func (d riskDatabase) shownEverywhere(over span) (drawn, notices map[string]string) {
	d.t.Helper()
	defs, err := All(desk.BuiltInRules())
	if err != nil {
		d.t.Fatal(err)
	}
	run := grafanaquery.NewRunner(d.pool, grafanaquery.Options{})
	drawn, notices = map[string]string{}, map[string]string{}
	for _, def := range defs {
		text, err := JSON(def)
		if err != nil {
			d.t.Fatal(err)
		}
		parsed, err := model.Parse(text)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, p := range def.Dashboard.Panels {
			if p.Panel == nil {
				continue
			}
			name := def.Title + ": " + *p.Panel.Title
			got := render.Panel(d.t.Context(), run, parsed, int(*p.Panel.Id), over.request(), viewerannotation.Marks{})
			if got.Error != "" || got.View == nil {
				drawn[name] = "error: " + got.Error
				continue
			}
			notices[name] = strings.Join(got.View.Notices, " ")
			plain := *got.View
			plain.Notices = nil
			drawn[name] = marshalled(d.t, plain)
		}
	}
	return drawn, notices
}

func marshalled(t testing.TB, v view.View) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Each table gets rows in which one column has a value that can't be used, beside its good rows. Such a row is left
// out, unless the column is a figure: then the row stays without that value.
type spoiled struct {
	table, panel string // panel is the title of a panel that must report the row
	columns      []string
}

// spoiledTables lists, for each table, the columns of a good row, each with the kinds of values that can't be used in
// it. $1 is a time a minute before the end of the range.
func spoiledTables() []spoiled {
	return []spoiled{
		{"portfolio_state", "Portfolio Performance: Current Leverage", []string{`"timestamp" time $1::timestamptz`, "strategy_id name 'FX_9'", "instrument name 'USDBRL'", "weight number 0.5", "total_equity number 101"}},
		{"strategy_signals", "Signal Overview: Signal Heatmap", []string{"strategy_id name 'FX_9'", "instrument name 'USDBRL'", "direction - 'LONG'", "confidence share 0.5", "generated_at time $1::timestamptz"}},
		{"pipeline_runs", "Pipeline Health: Error Log", []string{"run_id - 'bad'", "step_name name 'fred'", "status - 'FAILED'", "started_at time $1::timestamptz - interval '1 minute'", "finished_at maybe $1::timestamptz"}},
		{"risk_metrics_daily", "Risk Dashboard: VaR 99% (1D)", []string{"computed_at time $1::timestamptz", "var_95_pct - 1", "var_99_pct - 2", "cvar_95_pct - 1.5", "max_drawdown - 1", "max_drawdown_252d_pct - 2"}},
		{"stress_test_results", "Risk Dashboard: Stress Test Results", []string{"run_date time $1::timestamptz", "scenario_name name 'Another'", "portfolio_pnl_pct number -1"}},
		{"risk_limits_status", "Risk Dashboard: Limit Utilization", []string{"checked_at time $1::timestamptz", "limit_name name 'Another'", "limit_value - 3", "current_value - 1", "utilization_pct finite 33"}},
		{"instruments", "Risk Dashboard: Risk Computed For", []string{"instrument name 'USDBRL'", "kind - 'price'", "quoted_in - 'BRL'", "asset_class - NULL"}},
	}
}

func badOf(kind string) []string {
	switch kind {
	case "name":
		return []string{"NULL", "''"}
	case "time":
		return []string{"NULL", "'infinity'", "'-infinity'", "'0300-01-01'", "'4000-01-01 BC'"}
	case "maybe":
		return []string{"'infinity'", "'-infinity'", "'0300-01-01'"}
	case "share":
		return []string{"NULL", "'NaN'", "'Infinity'", "-0.5", "1e400", "75"}
	case "number":
		return []string{"NULL", "'NaN'", "'Infinity'", "'-Infinity'", "1e400", "-1e400"}
	case "finite":
		return []string{"'NaN'", "'Infinity'", "'-Infinity'", "1e400"}
	}
	return nil
}

func TestEveryPanelShowsAllOtherRowsAndSaysWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	end := local(t, "2024-03-05 20:00:00")
	over := span{end.AddDate(0, 0, -7), end}
	for _, s := range spoiledTables() {
		t.Run(s.table, func(t *testing.T) {
			t.Parallel()
			d := goodDatabase(t, end)
			want, before := d.shownEverywhere(over)
			for name, text := range before {
				if strings.Contains(text, "cannot be used") {
					t.Fatalf("%s says %s", name, text)
				}
			}
			for n := range s.columns {
				var names, values []string
				var column, kind string
				for m, text := range s.columns {
					parts := strings.SplitN(text, " ", 3)
					names, values = append(names, parts[0]), append(values, parts[2])
					if m == n {
						column, kind = strings.Trim(parts[0], `"`), parts[1]
					}
				}
				for _, bad := range badOf(kind) {
					label := fmt.Sprintf("%s.%s = %s", s.table, column, bad)
					values[n] = bad
					d.exec("CREATE TABLE kept AS SELECT * FROM " + s.table)
					d.exec(fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM (SELECT $1::timestamptz) given", s.table, strings.Join(names, ", "), strings.Join(values, ", ")), end.Add(-time.Minute))
					got, notices := d.shownEverywhere(over)
					for name, text := range want {
						if name != "Pipeline Health: Rows Left Out" && got[name] != text {
							t.Errorf("%s: %s draws\n%s\nwant\n%s", label, name, got[name], text)
						}
					}
					if list := got["Pipeline Health: Rows Left Out"]; !strings.Contains(list, s.table) || !strings.Contains(list, `"`+column+`"`) {
						t.Errorf("%s is not listed: %s", label, list)
					}
					if text := notices[s.panel]; !strings.Contains(text, s.table+" has 1 value that cannot be used. ") || !strings.Contains(text, ": "+column+" is ") {
						t.Errorf("%s: %s says %q", label, s.panel, text)
					}
					d.exec("TRUNCATE " + s.table)
					d.exec("INSERT INTO " + s.table + " SELECT * FROM kept")
					d.exec("DROP TABLE kept")
				}
			}
		})
	}
}

// goodDatabase has the rows of a small desk in adopted tables. Its newest rows are an hour old at end.
func goodDatabase(t *testing.T, end time.Time) riskDatabase {
	t.Helper()
	d := newRiskDatabase(t, "UTC")
	at := end.Add(-time.Hour)
	d.fill(riskRows{computations: []desk.RiskComputation{{
		Metric: desk.RiskMetric{ComputedAt: at, VaR95Pct: 1, VaR99Pct: 2, CVaR95Pct: 1.5, MaxDrawdownPct: 1, MaxDrawdown252dPct: 2},
		Stress: []desk.StressResult{{RunDate: at, Scenario: "Gains", PortfolioPnLPct: 2}, {RunDate: at, Scenario: "Loses", PortfolioPnLPct: -3}},
		Limits: []desk.LimitStatus{{CheckedAt: at, Limit: "VaR 99%", LimitValue: 3, CurrentValue: 2, UtilizationPct: 66.7}, {CheckedAt: at, Limit: "Stress loss", LimitValue: 2, CurrentValue: 3, UtilizationPct: 150}},
	}}})
	var states []desk.PortfolioState
	var signals []desk.Signal
	nav := 100.0
	for n := range 80 {
		when := at.AddDate(0, 0, n-79)
		nav *= 1 + 0.01*float64(n%3-1)
		for i, h := range holdings()[:6] {
			states = append(states, desk.PortfolioState{Timestamp: when, Strategy: h.strategy, Instrument: h.instrument, Weight: 0.1 * float64(i+1), TotalEquity: nav})
			signals = append(signals, desk.Signal{Strategy: h.strategy, Instrument: h.instrument, Direction: []desk.Direction{desk.Long, desk.Short}[n/2%2], Confidence: 0.5, GeneratedAt: when})
		}
	}
	if _, err := d.store.PortfolioStateUpsert(t.Context(), states...); err != nil {
		t.Fatal(err)
	}
	if _, err := d.store.SignalImport(t.Context(), desk.RowsOf(signals...)); err != nil {
		t.Fatal(err)
	}
	for _, c := range desk.BuiltInRules().Connectors() {
		d.record(run{c.Name, "SUCCESS", at.Add(-time.Hour), at, 0, ""}, run{c.Name, "FAILED", at.Add(-30 * time.Hour), at.Add(-29 * time.Hour), 0, "no answer"})
	}
	d.adoptAll()
	return d
}

// A figure that can't be used counts as not known. The other figures of its row stay, and so does the run.
func TestAFigureThatCannotBeUsedCountsAsNotKnown(t *testing.T) {
	t.Parallel()
	end := local(t, "2024-03-05 20:00:00")
	over := span{end.AddDate(0, 0, -7), end}
	for _, c := range []struct{ spoil, panel, says, has string }{
		{"UPDATE pipeline_runs SET duration_seconds = 'NaN' WHERE status = 'FAILED'", "Pipeline Health: Pipeline Timeline", "pipeline_runs has 6 values", "3600"},
		{"UPDATE pipeline_runs SET duration_seconds = 1e400 WHERE status = 'FAILED'", "Pipeline Health: Pipeline Timeline by Step", "duration_seconds is 1", "FAILED"},
		{"UPDATE pipeline_runs SET duration_seconds = -7 WHERE status = 'FAILED'", "Pipeline Health: Error Log", "duration_seconds is -7", "no answer"},
		{"UPDATE risk_metrics_daily SET var_99_pct = 'Infinity'", "Risk Dashboard: VaR 95% (1D)", "var_99_pct is Infinity", "1.00"},
		{"UPDATE risk_metrics_daily SET max_drawdown = 1e400", "Risk Dashboard: VaR 95% (1D)", "max_drawdown is 1", "1.00"},
		{"UPDATE risk_metrics_daily SET cvar_95_pct = 'NaN'", "Risk Dashboard: VaR History", "cvar_95_pct is NaN", "VaR 95%"},
	} {
		t.Run(c.spoil, func(t *testing.T) {
			t.Parallel()
			d := goodDatabase(t, end)
			d.exec(c.spoil)
			drawn, notices := d.shownEverywhere(over)
			for name, text := range drawn {
				if strings.HasPrefix(text, "error") {
					t.Errorf("%s: %s", name, text)
				}
			}
			if !strings.Contains(notices[c.panel], c.says) || !strings.Contains(drawn[c.panel], c.has) {
				t.Errorf("%s says %q and draws %s", c.panel, notices[c.panel], drawn[c.panel])
			}
		})
	}
}

// Tables that macrowatch has made let no such row in, so the query looks at none of their rows.
func TestWhatIsLeftOutIsNotLookedForInOwnTables(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, "UTC")
	end := seedBook(d, 50)
	for _, setting := range []string{"parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size", "min_parallel_index_scan_size"} {
		d.exec("SET " + setting + " = 0") // as if the tables were large: the planner likes to read them with several processes
	}
	over := span{end.AddDate(0, 0, -7), end}
	for _, uid := range []string{signalUID, portfolioUID} {
		for _, p := range definitionOf(t, uid).Dashboard.Panels {
			if p.Panel == nil {
				continue
			}
			i := slices.IndexFunc(p.Panel.Targets, func(target variants.Dataquery) bool { return target.(Query).RefID == leftOutRef })
			if i < 0 {
				t.Errorf("%s does not say what it leaves out", *p.Panel.Title)
				continue
			}
			sql := panelOf{p.Panel.Targets[i].(Query), 1000, time.Minute}.sql(t, over)
			text := collect(d, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+sql, pgx.RowTo[json.RawMessage])[0]
			var plans []struct{ Plan planNode }
			if err := json.Unmarshal(text, &plans); err != nil {
				t.Fatal(err)
			}
			for _, table := range []string{"portfolio_state", "strategy_signals", "instruments"} {
				if rows, _ := plans[0].Plan.read(table); rows > 0 {
					t.Errorf("%s reads %.0f rows of %s to say what it leaves out", *p.Panel.Title, rows, table)
				}
			}
			if plans[0].Plan.turns("Gather")+plans[0].Plan.turns("Gather Merge") > 0 {
				t.Errorf("%s has the server start processes that have nothing to do", *p.Panel.Title)
			}
		}
	}
}

// A panel is asked for rows that can't be used unless its tables have all constraints that keep such values out.
func TestRowsMayBeLeftOutOnceATableLacksAConstraint(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, "UTC")
	may := func(q pgx.Tx, table string) (yes bool) {
		t.Helper()
		if err := q.QueryRow(t.Context(), "SELECT "+desk.MayLeaveOut(table)).Scan(&yes); err != nil {
			t.Fatal(err)
		}
		return yes
	}
	for _, table := range desk.UsableTables() {
		changes := []string{""}
		for _, c := range table.Columns {
			if c.Constraint != "" {
				changes = append(changes, "DROP CONSTRAINT "+c.Constraint)
			} else if !slices.Contains(table.Key, c.Name) { // a column of the primary key can't be null
				changes = append(changes, "ALTER "+c.Name+" DROP NOT NULL")
			}
		}
		for _, change := range changes {
			tx, err := d.pool.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if change != "" {
				if _, err := tx.Exec(t.Context(), "ALTER TABLE "+table.Name+" "+change); err != nil {
					t.Fatalf("%s: %v", change, err)
				}
			}
			if got := may(tx, table.Name); got != (change != "") {
				t.Errorf("%s after %q: %v", table.Name, change, got)
			}
			if err := tx.Rollback(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Another tool's table is read for what can't be used, but texts are made only of the rows that have such a value. They cost far
// more than to look at a row.
func TestTextsAreMadeOnlyOfRowsThatAreLeftOut(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, "UTC")
	end := seedBook(d, 50)
	d.adoptAll()
	d.exec(`UPDATE portfolio_state SET weight = 'NaN' WHERE ctid IN (SELECT ctid FROM portfolio_state ORDER BY "timestamp" DESC LIMIT 2)`)
	d.exec(`UPDATE strategy_signals SET confidence = 2 WHERE ctid IN (SELECT ctid FROM strategy_signals ORDER BY generated_at DESC LIMIT 3)`)
	b, err := builder{rules: desk.BuiltInRules()}.withQueries()
	if err != nil {
		t.Fatal(err)
	}
	for table, bad := range map[string]float64{"portfolio_state": 2, "strategy_signals": 3, "instruments": 0} {
		found, err := b.leftOutFound(table)
		if err != nil {
			t.Fatal(err)
		}
		plan := explain(d, panelOf{NewQuery(Table, found), 1000, time.Minute}.sql(t, span{end.AddDate(-10, 0, 0), end}))
		if read, _ := plan.read(table); table != "instruments" && read < 1000 {
			t.Errorf("%.0f rows of %s were read: too few to tell", read, table)
		}
		if looked := plan.turns("Values Scan"); looked != bad {
			t.Errorf("texts were made of %.0f rows of %s, want %.0f", looked, table, bad)
		}
	}
}

// turns is how often the steps of a kind were run.
func (n planNode) turns(kind string) float64 {
	var turns float64
	if n.Kind == kind {
		turns = n.Loops
	}
	for _, p := range n.Plans {
		turns += p.turns(kind)
	}
	return turns
}
