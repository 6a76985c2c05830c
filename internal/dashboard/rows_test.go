package dashboard

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/viewer/macro"
)

// rows is what a desk has written. The numbers of the panels are computed from it twice: by the SQL, and by the methods
// in figures_test.go, which share nothing with the SQL.
type rows struct {
	signals     []desk.Signal
	states      []desk.PortfolioState
	instruments []desk.Instrument
}

// fill empties the tables and writes the rows. No trigger runs, since it would slow so many rows down.
func (d *database) fill(r rows) {
	d.t.Helper()
	d.exec("TRUNCATE strategy_signals, portfolio_state, instrument_prices, instruments")
	d.exec("SET session_replication_role = replica")
	copyRows(d, "strategy_signals", []string{"strategy_id", "instrument", "direction", "strength", "confidence", "generated_at"}, r.signals,
		func(s desk.Signal) []any {
			return []any{s.Strategy, s.Instrument, string(s.Direction), s.Strength, s.Confidence, s.GeneratedAt}
		})
	copyRows(d, "portfolio_state", []string{"timestamp", "strategy_id", "instrument", "weight", "total_equity"}, r.states,
		func(s desk.PortfolioState) []any {
			return []any{s.Timestamp, s.Strategy, s.Instrument, s.Weight, s.TotalEquity}
		})
	copyRows(d, "instruments", []string{"instrument", "kind", "quoted_in", "asset_class"}, r.instruments,
		func(i desk.Instrument) []any {
			return []any{i.Name, string(i.Kind), i.QuotedIn, nullIfEmpty(i.AssetClass)}
		})
	d.exec("SET session_replication_role = DEFAULT")
	d.exec("ANALYZE strategy_signals, portfolio_state, instruments")
}

func nullIfEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func copyRows[T any](d *database, table string, columns []string, all []T, row func(T) []any) {
	d.t.Helper()
	_, err := d.conn.Conn().CopyFrom(context.Background(), pgx.Identifier{table}, columns,
		pgx.CopyFromSlice(len(all), func(i int) ([]any, error) { return row(all[i]), nil }))
	if err != nil {
		d.t.Fatal(err)
	}
}

// panelOf is a panel of a dashboard by its title.
type panelOf struct {
	query  Query
	points int
	least  time.Duration
}

func findPanel(t testing.TB, uid, title string) panelOf {
	t.Helper()
	for _, p := range definitionOf(t, uid).Dashboard.Panels {
		if p.Panel != nil && *p.Panel.Title == title {
			return targetsOf(t, p.Panel)[0]
		}
	}
	t.Fatalf("%s has no panel %q", uid, title)
	return panelOf{}
}

// targetsOf returns the queries of a panel.
func targetsOf(t testing.TB, panel *sdk.Panel) []panelOf {
	t.Helper()
	points, least := 1000, time.Minute // Grafana's defaults, if the panel names neither
	if panel.MaxDataPoints != nil {
		points = int(*panel.MaxDataPoints)
	}
	if panel.Interval != nil {
		var err error
		if least, err = macro.ParseMinimum(*panel.Interval); err != nil {
			t.Fatal(err)
		}
	}
	var all []panelOf
	for _, target := range panel.Targets {
		all = append(all, panelOf{target.(Query), points, least})
	}
	return all
}

// interval is the panel's $__interval over a range.
func (p panelOf) interval(over span) time.Duration {
	return macro.Interval(over.timeRange(), p.points, p.least)
}

// sql is the panel's query over a range, filled in as Grafana would.
func (p panelOf) sql(t testing.TB, over span) string {
	t.Helper()
	return p.sqlWith(t, over, chosenAll())
}

// sqlWith is the panel's query over a range, for values of the variables.
func (p panelOf) sqlWith(t testing.TB, over span, variables map[string]macro.Variable) string {
	t.Helper()
	text, _, err := macro.Expand(p.query.RawSQL, macro.Context{Range: over.timeRange(), Now: over.to, Interval: p.interval(over), Variables: variables})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// ask runs the query of a panel over a range.
func ask[T any](d *database, uid, title string, over span) []T {
	d.t.Helper()
	return collect(d, findPanel(d.t, uid, title).sql(d.t, over), pgx.RowToStructByPos[T])
}

// askMaps does the same as ask, and returns the columns by their names.
func askMaps(d *database, uid, title string, over span) []map[string]any {
	d.t.Helper()
	return collect(d, findPanel(d.t, uid, title).sql(d.t, over), pgx.RowToMap)
}

func collect[T any](d *database, sql string, each pgx.RowToFunc[T]) []T {
	d.t.Helper()
	got, err := pgx.CollectRows(must(d.conn.Query(context.Background(), sql))(d.t), each)
	if err != nil {
		d.t.Fatal(err)
	}
	return got
}

// holding is a strategy's place in the made-up book.
type holding struct{ strategy, instrument string }

// holdings are chosen so that weights of several strategies cancel out, and so that every class rule is used.
func holdings() []holding {
	return []holding{
		{"FX_CARRY", "USDBRL"}, {"FX_CARRY", "NDF_EUR"}, {"FX_TREND", "USDBRL"},
		{"RATES_SLOPE", "DI1F29"}, {"RATES_SLOPE", "DI1F31"}, {"INF_BREAKEVEN", "NTNB30"},
		{"CUPOM_BASIS", "DDI27"}, {"SOV_PAIRS", "CDS5Y"}, {"CROSS_TREND", "DI1F29"},
		{"CROSS_TREND", "USDBRL"}, {"CROSS_TREND", "GOLD"}, {"CROSS_MOMENTUM", "WTI"}, {"CROSS_MOMENTUM", "SPX"},
		{"MACRO", "DI1F29"},
	}
}

// madeUp makes up a book over some days. There are several snapshots on a day, days without any, weekends, and an evening
// snapshot at 01:00 UTC, which is still the day before in São Paulo. The same seed always gives the same book.
func madeUp(t testing.TB, seed uint64, first string, days int) rows {
	t.Helper()
	chance := rand.New(rand.NewPCG(seed, 7))
	day, err := time.ParseInLocation("2006-01-02", first, desk.BuiltInRules().Location())
	if err != nil {
		t.Fatal(err)
	}
	r := rows{instruments: []desk.Instrument{
		{Name: "GOLD", Kind: desk.KindPrice, QuotedIn: "USD"},
		{Name: "WTI", Kind: desk.KindPrice, QuotedIn: "USD", AssetClass: "Commodities"},
		{Name: "DI1F31", Kind: desk.KindYield, QuotedIn: desk.InPercent, AssetClass: " "},
		{Name: "NTNB30", Kind: desk.KindYield, QuotedIn: desk.InPercent, AssetClass: "Rates"},
	}}
	nav := 100.0
	for n := range days {
		date := day.AddDate(0, 0, n)
		var times []time.Duration
		switch {
		case n == 0:
			times = []time.Duration{18 * time.Hour}
		case date.Weekday() == time.Saturday || date.Weekday() == time.Sunday:
			if chance.IntN(3) == 0 {
				times = []time.Duration{11 * time.Hour}
			}
		case chance.IntN(12) == 0: // a day without any
		case chance.IntN(3) == 0:
			times = []time.Duration{10 * time.Hour, 13*time.Hour + 17*time.Minute, 18 * time.Hour}
		case chance.IntN(4) == 0:
			times = []time.Duration{18 * time.Hour, 22 * time.Hour} // 01:00 UTC of the next day
		default:
			times = []time.Duration{18 * time.Hour}
		}
		for _, at := range times {
			nav *= 1 + 0.008*chance.NormFloat64() + 0.0002
			r.snapshot(chance, date.Add(at).UTC(), nav)
		}
		if date.Weekday() != time.Saturday && date.Weekday() != time.Sunday && chance.IntN(15) > 0 {
			r.emit(chance, date.Add(9*time.Hour).UTC())
			if chance.IntN(5) == 0 {
				r.emit(chance, date.Add(15*time.Hour).UTC())
			}
		}
	}
	return r
}

// snapshot adds the book of a time; now and then it is flat.
func (r *rows) snapshot(chance *rand.Rand, at time.Time, nav float64) {
	if chance.IntN(40) == 0 {
		r.states = append(r.states, desk.PortfolioState{Timestamp: at, Strategy: "CASH", Instrument: "BRL", TotalEquity: nav})
		return
	}
	for i, h := range holdings() {
		weight := 0.2 * chance.NormFloat64()
		switch {
		case h.strategy == "MACRO":
			weight = -weightOf(r.states, at, "DI1F29") // nets the instrument to nothing
		case i%5 == 4 && chance.IntN(3) == 0:
			continue
		}
		r.states = append(r.states, desk.PortfolioState{Timestamp: at, Strategy: h.strategy, Instrument: h.instrument, Weight: weight, TotalEquity: nav})
	}
}

// weightOf returns the weight of an instrument in the rows of a snapshot so far.
func weightOf(states []desk.PortfolioState, at time.Time, instrument string) float64 {
	sum := 0.0
	for i := len(states) - 1; i >= 0 && states[i].Timestamp.Equal(at); i-- {
		if states[i].Instrument == instrument {
			sum += states[i].Weight
		}
	}
	return sum
}

// emit adds the signals of a time; some pairs keep silent.
func (r *rows) emit(chance *rand.Rand, at time.Time) {
	directions := []desk.Direction{desk.Long, desk.Short, desk.Neutral}
	for _, h := range holdings() {
		if chance.IntN(6) == 0 {
			continue
		}
		r.signals = append(r.signals, desk.Signal{
			Strategy: h.strategy, Instrument: h.instrument, Direction: directions[chance.IntN(3)],
			Confidence: chance.Float64(), GeneratedAt: at,
		})
	}
}

// local reads a moment, or the beginning of a day, in the desk's zone.
func local(t testing.TB, s string) time.Time {
	t.Helper()
	if len(s) == len(time.DateOnly) {
		s += " 00:00:00"
	}
	at, err := time.ParseInLocation(time.DateTime, s, desk.BuiltInRules().Location())
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func (s span) String() string {
	return fmt.Sprintf("%s to %s", s.from.Format(time.RFC3339), s.to.Format(time.RFC3339))
}
