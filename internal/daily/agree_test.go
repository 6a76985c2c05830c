package daily

import (
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/dashboard"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/risk/riskfile"
	"macrowatch/internal/risk/riskrun"
	"macrowatch/internal/sample/sampledesk"
	"macrowatch/internal/sample/samplerecord"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/headline"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/query"
)

// sampleUntil is the moment up to which the tests' sample desk has run: the morning after a trading day.
func sampleUntil() time.Time { return morning(20, 7, 30) }

// bench is a database with the sample desk's record of two years and its risk.
type bench struct {
	*testing.T
	pool  *pgxpool.Pool
	store *store.Store
	risk  *riskrun.Runner
}

func newBench(t *testing.T) bench {
	t.Helper()
	pool := pgtest.Migrated(t)
	s := store.New(pool, slog.New(slog.DiscardHandler))
	if _, err := samplerecord.New(s, sampledesk.Desk{Seed: 3}, slog.New(slog.DiscardHandler)).Write(t.Context(), sampleUntil().AddDate(-2, 0, 0).Truncate(24*time.Hour), sampleUntil()); err != nil {
		t.Fatal(err)
	}
	file, err := riskfile.Default()
	if err != nil {
		t.Fatal(err)
	}
	b := bench{t, pool, s, riskrun.New(s, riskrun.SettingsOf(file, false), riskrun.Options{})}
	if _, err := b.risk.Backfill(t.Context(), sampleUntil().AddDate(-1, -1, 0).Truncate(24*time.Hour), sampleUntil().Truncate(24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	return b
}

// exec runs statements of a test.
func (b bench) exec(sql string, args ...any) {
	b.Helper()
	if _, err := b.pool.Exec(b.Context(), sql, args...); err != nil {
		b.Fatal(err)
	}
}

// configOf asks for the day of a database at a moment.
func configOf(pool *pgxpool.Pool, at time.Time) Config {
	return Config{
		Querier: query.NewRunner(pool, query.Options{}), Store: store.New(pool, slog.New(slog.DiscardHandler)),
		Rules: desk.BuiltInRules(), At: at, Version: "1.2.3",
	}
}

func (b bench) read(at time.Time) Day {
	b.Helper()
	d, err := Read(b.Context(), configOf(b.pool, at))
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range d.failed {
		b.Errorf("a query failed: %s", p.Text)
	}
	return d
}

// headlines are what the status command prints at a moment.
func (b bench) headlines(at time.Time) []headline.Headline {
	b.Helper()
	defs, err := dashboard.All(desk.BuiltInRules())
	if err != nil {
		b.Fatal(err)
	}
	var all []headline.Headline
	for _, def := range defs {
		text, err := dashboard.JSON(def)
		if err != nil {
			b.Fatal(err)
		}
		parsed, err := model.Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		some, err := headline.Read(b.Context(), query.NewRunner(b.pool, query.Options{}), parsed, headline.Options{Now: at, Location: desk.BuiltInRules().Location()})
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, some...)
	}
	return all
}

// near fails if a figure is not the wanted one.
func (b bench) near(name string, got number, want float64) {
	b.Helper()
	if !got.Known || math.Abs(got.Value-want) > 1e-9*max(1, math.Abs(want)) {
		b.Errorf("%s is %+v, want %v", name, got, want)
	}
}

// TestTheFiguresAreThoseOfTheDashboardsAndOfRisk reads several days of the sample desk, with the dashboards' headline numbers and
// with what the risk command prints.
func TestTheFiguresAreThoseOfTheDashboardsAndOfRisk(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	// With the expected runs of the desk, no step is stale between two weekends.
	if _, err := b.store.ApplyPlan(t.Context(), desk.BuiltInRules(), sampleUntil()); err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{sampleUntil(), morning(16, 7, 30), morning(14, 12, 0), time.Date(2026, 3, 2, 23, 59, 0, 0, time.UTC)} {
		t.Run(at.Format(time.DateTime), func(t *testing.T) {
			b := bench{t, b.pool, b.store, b.risk}
			d := b.read(at)
			agreeRisk(b, d)
			agreeHeadlines(b, d)
			agreeReturns(b, d)
		})
	}
}

func agreeRisk(b bench, d Day) {
	b.Helper()
	c, err := b.risk.AsOf(b.Context(), d.At)
	if err != nil {
		b.Fatal(err)
	}
	f := d.Risk
	b.near("VaR 95%", f.VaR95, c.Metric.VaR95Pct)
	b.near("VaR 99%", f.VaR99, c.Metric.VaR99Pct)
	b.near("the drawdown", f.Drawdown, c.Metric.MaxDrawdownPct)
	b.near("the worst drawdown", f.WorstDrawdown, c.Metric.MaxDrawdown252dPct)
	if len(f.Methods)*2 != len(c.Measures) || len(f.Stress) != len(c.Stress) || len(f.Limits) != len(c.Limits) || len(f.Backtest) != len(c.Backtest) || len(f.Notes) != len(c.Notes) {
		b.Fatalf("%d methods, %d scenarios, %d limits, %d backtests, %d notes; risk has %d, %d, %d, %d, %d", len(f.Methods), len(f.Stress), len(f.Limits), len(f.Backtest), len(f.Notes),
			len(c.Measures), len(c.Stress), len(c.Limits), len(c.Backtest), len(c.Notes))
	}
	for n, m := range f.Methods {
		for _, x := range []struct {
			got  number
			want float64
		}{{m.VaR95, c.Measures[2*n].VaRPct}, {m.CVaR95, c.Measures[2*n].CVaRPct}, {m.VaR99, c.Measures[2*n+1].VaRPct}, {m.CVaR99, c.Measures[2*n+1].CVaRPct}} {
			b.near(m.Name, x.got, x.want)
		}
	}
	for _, l := range c.Limits {
		at := slices.IndexFunc(f.Limits, func(x limit) bool { return x.Name == l.Limit })
		if at < 0 {
			b.Fatalf("the limit %s is missing", l.Limit)
		}
		b.near(l.Limit, f.Limits[at].Used, l.UtilizationPct)
		b.near(l.Limit, f.Limits[at].Current, l.CurrentValue)
		b.near(l.Limit, f.Limits[at].Limit, l.LimitValue)
	}
	for _, r := range c.Stress {
		at := slices.IndexFunc(f.Stress, func(x named) bool { return x.Name == r.Scenario })
		if at < 0 {
			b.Fatalf("the scenario %s is missing", r.Scenario)
		}
		b.near(r.Scenario, number{f.Stress[at].Value, true}, r.PortfolioPnLPct)
	}
	for _, s := range c.Backtest {
		at := slices.IndexFunc(f.Backtest, func(x backtest) bool { return x.Name == fmt.Sprintf("VaR %.0f%%", s.ConfidencePct) })
		if at < 0 || f.Backtest[at].Days != s.Days || f.Backtest[at].Exceptions != s.Exceptions {
			b.Errorf("the backtest %v is %+v", s, f.Backtest)
		}
	}
}

// agreeHeadlines compares with the page's own texts, and looks for a sentence for each line of status that is no OK.
func agreeHeadlines(b bench, d Day) {
	b.Helper()
	said := ""
	for _, p := range d.Problems {
		said += p.Text + "\n"
	}
	texts := map[string]string{
		"VaR 95% (1D)": d.Risk.VaR95.percent(), "VaR 99% (1D)": d.Risk.VaR99.percent(), "CVaR 95%": d.Risk.CVaR95.percent(), "Max Drawdown": d.Risk.Drawdown.percent(),
		"Max Drawdown 1Y": d.Risk.WorstDrawdown.percent(), "Total Return": d.Book.TotalReturn.percent(), "Sharpe Ratio": fixed(d.Book.Sharpe.Value, 2),
		"Current Leverage": fixed(d.Book.Leverage.Value, 2) + " x", "Active Positions": fixed(d.Book.Positions.Value, 0),
		"Today": d.Standing.Word,
	}
	seen := 0
	for _, h := range b.headlines(d.At) {
		if want, has := texts[h.Panel]; has {
			seen++
			if got := strings.Replace(strings.ReplaceAll(h.Values[0], " ", ""), "-", "−", 1); got != strings.ReplaceAll(want, " ", "") {
				b.Errorf("%s: the page shows %q and the report %q", h.Panel, got, want)
			}
		}
		// A run that goes on has a colour and is as it should be. Worst Limit repeats a bar.
		if h.Severity <= headline.OK || h.Values[0] == "RUNNING" || h.Panel == "Worst Limit" {
			continue
		}
		if !slices.ContainsFunc(namesOf(h), func(name string) bool { return strings.Contains(said, name) }) {
			b.Errorf("no sentence about %s: %v. There are:\n%s", h.Panel, h, said)
		}
	}
	if seen != len(texts) {
		b.Errorf("%d of %d headline numbers are compared", seen, len(texts))
	}
}

// namesOf are the texts one of which a sentence about a headline has.
func namesOf(h headline.Headline) []string {
	switch h.Panel {
	case "Limit Utilization":
		name, _, _ := strings.Cut(h.Name, ":")
		return []string{name}
	case "Max Drawdown":
		return []string{"below its peak", "Max drawdown"}
	case "Risk Computed For":
		return []string{"risk figures", "risk was computed", "VaR is computed"}
	}
	return []string{h.Panel}
}

// agreeReturns computes the returns of the day, month and year from the snapshots, and adds the parts of the P&L up.
func agreeReturns(b bench, d Day) {
	b.Helper()
	navs, err := b.store.DailyNAVs(b.Context(), time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), d.Rules.BookDay(d.At))
	if err != nil {
		b.Fatal(err)
	}
	navs = slices.DeleteFunc(navs, func(n desk.DailyNAV) bool { return n.At.After(d.At) })
	last := navs[len(navs)-1]
	before := func(begins func(t time.Time) bool) float64 {
		for n := len(navs) - 1; n >= 0; n-- {
			if begins(navs[n].Day) {
				return navs[n].NAV
			}
		}
		return navs[0].NAV
	}
	b.near("the NAV", d.Book.NAV, last.NAV)
	b.near("the day's return", d.Book.DayReturn, 100*(last.NAV/navs[len(navs)-2].NAV-1))
	b.near("the month's return", d.Book.MonthReturn, 100*(last.NAV/before(func(t time.Time) bool { return t.Month() != last.Day.Month() || t.Year() != last.Day.Year() })-1))
	b.near("the year's return", d.Book.YearToDay, 100*(last.NAV/before(func(t time.Time) bool { return t.Year() != last.Day.Year() })-1))
	sum := 0.0
	for _, p := range d.PnL.Parts {
		sum += p.PnLPct
	}
	tested := d.Risk.Tested[len(d.Risk.Tested)-1]
	b.near("the P&L by instrument", number{sum, d.PnL.Known}, tested.PnL.Value)
}
