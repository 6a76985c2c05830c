package dashboard

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// riskRows is what risk computations have written. The figures of the panels are computed from it twice: by the SQL, and
// by the methods of riskRows, which read every row and share nothing with the SQL.
type riskRows struct {
	computations []desk.RiskComputation
	tested       []desk.BacktestDay
}

// storedAfter is how long after its book time a computation of a test was stored.
const storedAfter = 3 * time.Minute

// riskDatabase is a migrated database, its store and a connection in a session zone.
type riskDatabase struct {
	*database
	pool  *pgxpool.Pool
	store *store.Store
	// byTitle has the panels that the method panels has looked up.
	byTitle map[string]panelOf
}

func newRiskDatabase(t testing.TB, zone string) riskDatabase {
	t.Helper()
	pool := pgtest.Migrated(t)
	return riskDatabase{on(t, pool, zone), pool, store.New(pool, nil), map[string]panelOf{}}
}

func on(t testing.TB, pool *pgxpool.Pool, zone string) *database {
	t.Helper()
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Release)
	d := &database{t: t, conn: conn}
	d.exec("SELECT set_config('TimeZone', $1, false)", zone)
	d.exec("SET jit = off") // as the viewer has it
	return d
}

// in returns the same database for a subtest, so that a failure counts as the subtest's.
func (d riskDatabase) in(t testing.TB) riskDatabase {
	d.database = d.database.in(t)
	return d
}

// fill writes rows into the empty tables.
func (d riskDatabase) fill(r riskRows) {
	d.t.Helper()
	d.exec(`TRUNCATE risk_metrics_daily, stress_test_results, risk_limits_status, risk_measures, risk_contributions,
		stress_test_contributions, stress_test_positions, risk_backtest, risk_backtest_summary, risk_notes, risk_inputs`)
	if err := d.store.RiskReplace(d.t.Context(), r.computations, r.tested, nil); err != nil {
		d.t.Fatal(err)
	}
	d.exec("UPDATE risk_measures SET stored_at = computed_at + $1::interval", storedAfter)
	d.exec("ANALYZE")
}

// panels returns the panels of the Risk Dashboard by title. They are looked up once, since that builds all dashboards.
func (d riskDatabase) panels() map[string]panelOf {
	d.t.Helper()
	if len(d.byTitle) == 0 {
		for _, title := range titles(d.t, riskUID) {
			d.byTitle[title] = findPanel(d.t, riskUID, title)
		}
	}
	return d.byTitle
}

// rows returns the rows of a panel over a range, column by column.
func (d riskDatabase) rows(p panelOf, over span) [][]any {
	d.t.Helper()
	return collect(d.database, p.sql(d.t, over), func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
}

// table is rows of the panel of a title.
func (d riskDatabase) table(title string, over span) [][]any {
	d.t.Helper()
	p, there := d.panels()[title]
	if !there {
		d.t.Fatalf("there is no panel %q", title)
	}
	return d.rows(p, over)
}

// madeUpRisk makes up the computations of some days. A day has several or none, weekends too. Some computations have no
// stress test or no limits; there are values below zero, ties and breaches. Their times are in the evening or the
// morning, some of them at 01:00 UTC, which is still the day before in São Paulo.
func madeUpRisk(t testing.TB, seed uint64, first string, days int) riskRows {
	t.Helper()
	chance := rand.New(rand.NewPCG(seed, 11))
	day, err := time.ParseInLocation(time.DateOnly, first, desk.BuiltInRules().Location())
	if err != nil {
		t.Fatal(err)
	}
	var r riskRows
	for n := range days {
		date := day.AddDate(0, 0, n)
		times := []time.Duration{19*time.Hour + time.Minute}
		switch weekend := date.Weekday() == time.Saturday || date.Weekday() == time.Sunday; {
		case n == 0:
		case weekend && chance.IntN(4) > 0, chance.IntN(10) == 0:
			times = nil
		case chance.IntN(6) == 0:
			times = []time.Duration{9 * time.Hour, 13*time.Hour + 123*time.Millisecond, 22 * time.Hour}
		}
		for _, after := range times {
			r.compute(chance, date.Add(after).UTC())
		}
		if n > 0 && date.Weekday() != time.Saturday && date.Weekday() != time.Sunday && chance.IntN(12) > 0 {
			r.test(chance, time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, time.UTC))
		}
	}
	return r
}

// compute adds a computation.
func (r *riskRows) compute(chance *rand.Rand, at time.Time) {
	loss := func() float64 { return 4*chance.Float64() - 0.5 }
	var95 := loss()
	c := desk.RiskComputation{Metric: desk.RiskMetric{
		ComputedAt: at, VaR95Pct: var95, VaR99Pct: var95 + loss() + 1, CVaR95Pct: var95 + loss() + 1,
		MaxDrawdownPct: 15 * chance.Float64(), MaxDrawdown252dPct: 20 * chance.Float64(),
	}}
	if chance.IntN(8) > 0 {
		r.detail(chance, &c)
	}
	if chance.IntN(6) > 0 {
		stress(chance, &c)
	}
	if chance.IntN(6) > 0 {
		limits(chance, &c)
	}
	r.computations = append(r.computations, c)
}

// detail adds the figures that explain the dials.
func (r *riskRows) detail(chance *rand.Rand, c *desk.RiskComputation) {
	at := c.Metric.ComputedAt
	day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	for _, method := range []desk.Method{desk.Modified, desk.Historical, desk.Parametric} {
		for _, confidence := range []float64{99, 95} {
			valueAtRisk := chance.NormFloat64()
			c.Measures = append(c.Measures, desk.RiskMeasure{
				ComputedAt: at, Method: method, ConfidencePct: confidence, VaRPct: valueAtRisk, CVaRPct: valueAtRisk + chance.Float64(),
				Observations: 60 + chance.IntN(441), WindowFrom: day.AddDate(-2, 0, 0), WindowTo: day.AddDate(0, 0, -1),
			})
		}
	}
	for grouping, names := range map[desk.Grouping][]string{
		desk.ByStrategy: {"FX_CARRY", "RATES_SLOPE", "fx_carry"}, desk.ByInstrument: {"USDBRL", "DI1F29", "GOLD", "WTI"}, desk.ByAssetClass: {"FX", "Rates", "Other"},
	} {
		for i, name := range names {
			part := chance.NormFloat64()
			if i == 1 && chance.IntN(3) == 0 { // as large as the weight before, but with the other sign
				part = -c.Contributions[len(c.Contributions)-1].CVaR95Pct
			}
			net := chance.NormFloat64()
			c.Contributions = append(c.Contributions, desk.RiskContribution{
				ComputedAt: at, Grouping: grouping, Name: name, NetWeight: net, GrossWeight: math.Abs(net) + chance.Float64(),
				CVaR95Pct: part, CVaR99Pct: part, VaR95Pct: part, VaR99Pct: chance.NormFloat64(), IncrementalVaR99Pct: chance.NormFloat64(),
			})
		}
	}
	for n := range chance.IntN(4) {
		c.Notes = append(c.Notes, desk.RiskNote{ComputedAt: at, No: 2*n + 1, Kind: "jump", Text: fmt.Sprintf("Note %d of %s.", n, at)})
	}
	some := desk.BacktestSummary{ComputedAt: at, ConfidencePct: 99, Days: 250, Exceptions: chance.IntN(14), Zone: desk.Yellow,
		Kupiec: &desk.LikelihoodRatio{LR: 1, P: chance.Float64()}, Christoffersen: &desk.LikelihoodRatio{LR: 1, P: chance.Float64()}}
	none := desk.BacktestSummary{ComputedAt: at, ConfidencePct: 95}
	c.Backtest = []desk.BacktestSummary{none, some}
}

// stress adds a run of scenarios, two of which are equal, with its parts, or without.
func stress(chance *rand.Rand, c *desk.RiskComputation) {
	at, parts := c.Metric.ComputedAt, chance.IntN(4) > 0
	tie := 10 * chance.NormFloat64()
	for _, name := range []string{"October 2008", "b: a tie", "B: a tie", "Rates up", "March 2020"}[chance.IntN(2):] {
		pnl := 10 * chance.NormFloat64()
		if name == "b: a tie" || name == "B: a tie" {
			pnl = tie
		}
		c.Stress = append(c.Stress, desk.StressResult{RunDate: at, Scenario: name, PortfolioPnLPct: pnl})
		rest, some := pnl, false
		for _, class := range []string{"Other", "FX", "Commodities", "Cupom"} {
			if parts && chance.IntN(5) > 0 {
				part := chance.NormFloat64()
				rest, some = rest-part, true
				c.StressParts = append(c.StressParts, desk.StressContribution{RunDate: at, Scenario: name, AssetClass: class, PnLPct: part})
			}
		}
		if chance.IntN(5) > 0 {
			scenarioPositions(chance, c, c.Stress[len(c.Stress)-1])
		}
		if some { // the last part is the rest, so that the parts add up
			c.StressParts[len(c.StressParts)-1].PnLPct += rest
		}
	}
}

// scenarioPositions adds the positions of a scenario: some equal, some that can't be priced, and in one of three books more than are
// listed one by one.
func scenarioPositions(chance *rand.Rand, c *desk.RiskComputation, s desk.StressResult) {
	count := []int{3, 12, positionsMost + 9}[chance.IntN(3)]
	rest := s.PortfolioPnLPct
	for n := range count {
		p := desk.StressPosition{RunDate: s.RunDate, Scenario: s.Scenario, Strategy: fmt.Sprint("Fx_", n%7), Instrument: fmt.Sprint("USD", n),
			AssetClass: "FX", Weight: chance.NormFloat64(), PnLPct: math.Round(4*chance.NormFloat64()) / 4}
		switch {
		case n == count-1:
			p.PnLPct = rest
		case chance.IntN(9) == 0:
			p.PnLPct, p.Unpriced = 0, true
		}
		rest -= p.PnLPct
		c.StressPositions = append(c.StressPositions, p)
	}
}

// limits adds a check: a breach, a limit that is just reached, a tie and a value below zero.
func limits(chance *rand.Rand, c *desk.RiskComputation) {
	at := c.Metric.ComputedAt
	for _, l := range []struct {
		name         string
		value, limit float64
	}{
		{"Stress loss", 20.015625 + 20*chance.Float64(), 20}, {"Gross leverage", 8, 8}, {"Net FX", 1, 2.5}, {"Net Rates", 2, 5},
		{"VaR 95%", -chance.Float64(), 5}, {"Net Cupom", 1.7, 2.125},
	} {
		value := math.Round(l.value*100) / 100
		c.Limits = append(c.Limits, desk.LimitStatus{CheckedAt: at, Limit: l.name, LimitValue: l.limit, CurrentValue: value, UtilizationPct: 100 * value / l.limit})
	}
}

// test adds a tested day: every fifth or so beyond a VaR, some exactly at it, some without a NAV.
func (r *riskRows) test(chance *rand.Rand, day time.Time) {
	v95 := chance.Float64() + 0.5
	b := desk.BacktestDay{Day: day, VaRComputedAt: day.Add(-3 * time.Hour), VaR95Pct: v95, VaR99Pct: v95 + chance.Float64(), HypotheticalPnLPct: chance.NormFloat64()}
	if chance.IntN(7) == 0 {
		b.HypotheticalPnLPct = -b.VaR99Pct
	}
	if chance.IntN(4) > 0 {
		actual := chance.NormFloat64()
		b.ActualReturnPct = &actual
	}
	r.tested = append(r.tested, b)
}

// sameTables reports where rows differ. Numbers differ if they are further apart than a billionth of them.
func sameTables(d *database, panel string, over span, got, want [][]any) {
	d.t.Helper()
	if len(got) != len(want) {
		d.t.Errorf("%s, %s: %d rows, want %d:\n%v\n%v", panel, over, len(got), len(want), got, want)
		return
	}
	for i := range want {
		if len(got[i]) != len(want[i]) {
			d.t.Errorf("%s, %s: %d columns, want %d", panel, over, len(got[i]), len(want[i]))
			return
		}
		for j, w := range want[i] {
			ok := got[i][j] == w
			switch w := w.(type) {
			case float64:
				g, is := got[i][j].(float64)
				ok = is && near(g, w)
			case time.Time:
				g, is := got[i][j].(time.Time)
				ok = is && g.Equal(w)
			}
			if !ok {
				d.t.Errorf("%s, %s: row %d, column %d is %v, want %v", panel, over, i, j, got[i][j], w)
				return
			}
		}
	}
}
