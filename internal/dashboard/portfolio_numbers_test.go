package dashboard

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// near reports whether two numbers differ by less than a billionth of them. "No number" is near to "no number".
func near(got, want float64) bool {
	if math.IsNaN(got) || math.IsNaN(want) {
		return math.IsNaN(got) && math.IsNaN(want)
	}
	return math.Abs(got-want) <= 1e-9*max(math.Abs(got), math.Abs(want), 1e-6)
}

func orNone(v *float64) float64 {
	if v == nil {
		return none()
	}
	return *v
}

// agreePortfolio compares every panel of Portfolio Performance with figures computed from the rows.
func agreePortfolio(d *database, r rows, over span) {
	d.t.Helper()
	all := r.shots(over.to)
	wrong := func(panel, format string, args ...any) {
		d.t.Helper()
		d.t.Errorf("%s, %s: %s", panel, over, fmt.Sprintf(format, args...))
	}
	for panel, want := range map[string]float64{
		"Total Return": totalReturn(all), "Sharpe Ratio": sharpe(all), "Current Leverage": leverage(all), "Active Positions": positions(all),
	} {
		var got []*float64
		for _, row := range askMaps(d, portfolioUID, panel, over) {
			for name, value := range row {
				if x, is := value.(float64); is || name != "basis" && value == nil {
					got = append(got, map[bool]*float64{true: &x, false: nil}[is])
				}
			}
		}
		if len(got) != 1 || !near(orNone(got[0]), want) {
			wrong(panel, "got %v, want %v", got, want)
		}
	}

	for panel, field := range map[string]string{"NAV": "nav", "Day": "day_pct", "Month to Date": "month_pct", "Year to Date": "year_pct", "Current Drawdown": "drawdown_pct"} {
		want := resultOf(all)[field]
		got := askMaps(d, portfolioUID, panel, over)
		if len(got) != 1 {
			wrong(panel, "%d rows, want one", len(got))
			continue
		}
		value := none()
		if x, is := got[0][field].(float64); is {
			value = x
		}
		if !near(value, want) {
			wrong(panel, "got %v, want %v", got[0][field], want)
		}
	}

	shares := ask[struct {
		Name  string
		Value float64
	}](d, portfolioUID, "Strategy Attribution", over)
	if !slices.EqualFunc(shares, attribution(all), func(g struct {
		Name  string
		Value float64
	}, w part) bool {
		return near(g.Value, w.value) && g.Name == w.name
	}) {
		wrong("Strategy Attribution", "got %v, want %v", shares, attribution(all))
	}

	agreeCurves(d, all, over, wrong)
	agreeMonths(d, all, over, wrong)
	agreeAllocation(d, r, all, over, wrong)
}

// resultOf returns what the tiles about the book's result are to show, by the columns of their queries.
func resultOf(all []shot) map[string]float64 {
	out := map[string]float64{"nav": none(), "day_pct": none(), "month_pct": none(), "year_pct": none(), "drawdown_pct": none()}
	if len(all) == 0 {
		return out
	}
	latest, days := all[len(all)-1], dailies(all)
	year, month, _ := latest.day.Date()
	returns := monthReturns(all)[year]
	out["nav"], out["month_pct"], out["year_pct"], out["drawdown_pct"] = latest.nav, returns[int(month)], returns[13], drawdown(latest, days)
	if n := len(days); n > 1 && days[n-2].nav > 0 {
		out["day_pct"] = (latest.nav/days[n-2].nav - 1) * 100
	}
	return out
}

type value struct {
	Time  time.Time
	Value *float64
}

func agreeCurves(d *database, all []shot, over span, wrong func(string, string, ...any)) {
	d.t.Helper()
	width := cell(over, findPanel(d.t, portfolioUID, "Equity Curve").interval(over), maxPoints, math.Round)
	days, looked := dailies(all), standardWalk()
	if width%time.Hour == 0 { // summaries, and what is read in their place, leave no snapshot out
		looked = cellWalk{each: math.MaxInt, parts: 1}
	}
	// Of snapshots without a drawdown the one with the highest NAV counts.
	by := func(sign float64) func(shot) float64 {
		return func(s shot) float64 {
			if fall := drawdown(s, days); fall != 0 {
				return fall
			}
			return sign * s.nav * 1e-12
		}
	}
	nav := []func(shot) float64{func(s shot) float64 { return s.nav }}
	lows := map[string][]func(shot) float64{"Equity Curve": nav, "Drawdown": {by(-1)}}
	highs := map[string][]func(shot) float64{"Equity Curve": nav, "Drawdown": {by(1)}}
	for panel, want := range map[string]func(shot) float64{
		"Equity Curve": func(s shot) float64 { return s.nav },
		"Drawdown":     func(s shot) float64 { return drawdown(s, days) },
	} {
		got, points := ask[value](d, portfolioUID, panel, over), drawnBetween(all, over, width, looked, lows[panel], highs[panel])
		if len(got) != len(points) {
			wrong(panel, "%d points, want %d", len(got), len(points))
			continue
		}
		for i, p := range points {
			if !got[i].Time.Equal(p.at) || !near(orNone(got[i].Value), want(p)) {
				wrong(panel, "point %d is %v %v, want %v %v", i, got[i].Time, orNone(got[i].Value), p.at, want(p))
				break
			}
			if panel == "Drawdown" && orNone(got[i].Value) > 0 {
				wrong(panel, "%v is above its peak", got[i].Time)
			}
		}
	}
}

// agreeMonths compares the heatmap and the table, and chains the months to the total return.
func agreeMonths(d *database, all []shot, over span, wrong func(string, string, ...any)) {
	d.t.Helper()
	want := monthReturns(all)
	table := askMaps(d, portfolioUID, "Monthly Returns", over)
	if len(table) != len(want) {
		wrong("Monthly Returns", "%d years, want %d", len(table), len(want))
	}
	chained := 1.0
	for _, line := range table {
		var year int
		if _, err := fmt.Sscan(line["Year"].(string), &year); err != nil {
			wrong("Monthly Returns", "the year %v: %v", line["Year"], err)
		}
		for i, name := range append(monthNames(), "Full year") {
			w, there := want[year][i+1]
			got, some := line[name].(float64)
			if there && !math.IsNaN(w) != some || !there && some || some && !near(got, w) {
				wrong("Monthly Returns", "%d %s is %v, want %v", year, name, line[name], w)
			}
			if some && i < 12 {
				chained *= 1 + got/100
			}
		}
	}
	if total := totalReturn(all); len(all) > 0 && all[len(all)-1].nav > 0 && !slices.ContainsFunc(all, func(s shot) bool { return s.nav <= 0 }) &&
		!near((chained-1)*100, total) {
		wrong("Monthly Returns", "the months chained give %v, the total return is %v", (chained-1)*100, total)
	}
	if !slices.IsSortedFunc(table, func(a, b map[string]any) int {
		return -compareText(a["Year"].(string), b["Year"].(string))
	}) {
		wrong("Monthly Returns", "the latest year is not first")
	}

	cells := askMaps(d, portfolioUID, "Monthly Returns Heatmap", over)
	years := 0
	for _, column := range cells {
		year := column["time"].(time.Time).In(desk.BuiltInRules().Location()).Year()
		if len(want[year]) > 0 {
			years++
		}
		for i, name := range append(monthNames(), "Year") {
			w, there := want[year][i+1]
			if !there {
				w = none()
			}
			if got := column[name].(float64); !near(got, w) {
				wrong("Monthly Returns Heatmap", "%d %s is %v, want %v", year, name, got, w)
			}
		}
	}
	if years != len(want) {
		wrong("Monthly Returns Heatmap", "%d years, want %d", years, len(want))
	}
	if len(want) > 0 && len(cells) < 2 {
		wrong("Monthly Returns Heatmap", "one year alone has no width in Grafana")
	}
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func monthNames() []string {
	return []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
}

func agreeAllocation(d *database, r rows, all []shot, over span, wrong func(string, string, ...any)) {
	d.t.Helper()
	const panel = "Asset Class Allocation Over Time"
	width := allocationCell(over, findPanel(d.t, portfolioUID, panel).interval(over))
	got := map[time.Time]map[string]float64{}
	var order []string
	for _, p := range ask[point](d, portfolioUID, panel, over) {
		at := p.Time.UTC()
		if got[at] == nil {
			got[at] = map[string]float64{}
		}
		got[at][p.Metric] = *p.Value
		if !slices.Contains(order, p.Metric) {
			order = append(order, p.Metric)
		}
	}
	allocated, held := map[time.Time]map[string]float64{}, map[string]bool{}
	values := []func(shot) float64{func(s shot) float64 {
		total := 0.0
		for _, v := range allocated[s.at] {
			total += v
		}
		return total
	}}
	for _, s := range all {
		if s.at.Before(over.from) || s.at.After(over.to) {
			continue
		}
		allocated[s.at] = r.allocationUnits(s)
		for class := range allocated[s.at] {
			held[class] = true
		}
	}
	for class := range held {
		values = append(values, func(s shot) float64 { return allocated[s.at][class] })
	}
	points, seen := drawn(all, over, width, allocationWalk(), values...), map[string]bool{}
	want := map[time.Time]map[string]float64{}
	for _, s := range points {
		want[s.at] = r.allocation(s)
		for class, v := range want[s.at] {
			seen[class] = seen[class] || v > 0
		}
	}
	if len(order) == 0 && !slices.Contains(slicesValues(seen), true) {
		return // nothing is held in the range
	}
	if len(got) != len(want) {
		wrong(panel, "%d times, want %d", len(got), len(want))
	}
	for at, classes := range want {
		for class, some := range seen {
			v, there := got[at.UTC()][class]
			if there != some || some && !near(v, classes[class]) {
				wrong(panel, "%s at %v is %v, want %v", class, at, v, classes[class])
			}
		}
	}
	if !slices.IsSortedFunc(order, func(a, b string) int { return classPlace(a) - classPlace(b) }) {
		wrong(panel, "the classes stand in the order %v", order)
	}
}

// The lowest and the highest value of a range are always drawn, even if a cell has several snapshots a day.
func TestLongRangesKeepTheExtremes(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "Asia/Tokyo")
	db.exec("SET session_replication_role = replica") // one statement, past the triggers
	// Five years of three snapshots a weekday, and an hour of every minute: one dip and one peak each.
	db.exec(`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity)
		SELECT t, 'FX_CARRY', 'USDBRL', CASE t WHEN '2023-05-10 18:00Z' THEN 7.5 WHEN '2022-02-02 15:00Z' THEN 0.01 ELSE 1 END,
			CASE t WHEN '2022-09-14 15:00Z' THEN 80 WHEN '2024-01-17 18:00Z' THEN 150 WHEN '2021-11-03 15:31Z' THEN 60 ELSE 100 END
		FROM (
			SELECT d + h * interval '3 hours' AS t FROM generate_series(timestamptz '2020-01-01 12:00Z', '2024-12-31', '1 day') d, generate_series(0, 2) h
			UNION SELECT generate_series(timestamptz '2021-11-03 15:00Z', '2021-11-03 16:00Z', '1 minute')
		) times`)
	db.exec("ANALYZE portfolio_state")
	to := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, over := range []span{{to.AddDate(-5, 0, 0), to}, {to.AddDate(-10, 0, 0), to}, {to.AddDate(-4, 0, 0), to.AddDate(0, -1, 0)}, {to.AddDate(-3, 0, 0), to}} {
		low, high := math.Inf(1), math.Inf(-1)
		for _, v := range ask[value](db, portfolioUID, "Equity Curve", over) {
			low, high = min(low, *v.Value), max(high, *v.Value)
		}
		deepest := 0.0
		for _, v := range ask[value](db, portfolioUID, "Drawdown", over) {
			deepest = min(deepest, *v.Value)
		}
		lowest, deep := 60.0, -40.0
		if over.from.Year() > 2021 {
			lowest, deep = 80, (100.0/150-1)*100 // the minute of 60 lies before
		}
		if low != lowest || high != 150 || !near(deepest, deep) {
			t.Errorf("%v: the NAV lies between %v and %v, the drawdown bottoms at %v; want %v, 150 and %v", over, low, high, deepest, lowest, deep)
		}
		if over.to.Sub(over.from) > 6*365*24*time.Hour {
			continue // with three snapshots a day a cell of the areas then holds more than are looked at
		}
		low, high = math.Inf(1), 0
		for _, p := range ask[point](db, portfolioUID, "Asset Class Allocation Over Time", over) {
			low, high = min(low, *p.Value), max(high, *p.Value)
		}
		if low != 0.01 || high != 7.5 {
			t.Errorf("%v: the allocation lies between %v and %v, want 0.01 and 7.5", over, low, high)
		}
	}
}

func slicesValues(m map[string]bool) []bool {
	var out []bool
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

func TestPortfolioPanelsAgreeWithTheRows(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time { return local(t, s) }
	flat := func(when string, nav float64) desk.PortfolioState {
		return desk.PortfolioState{Timestamp: at(when), Strategy: "CASH", Instrument: "BRL", TotalEquity: nav}
	}
	wiped := madeUp(t, 3, "2023-11-01", 200)
	for i := range wiped.states {
		if !wiped.states[i].Timestamp.Before(at("2024-03-01")) {
			wiped.states[i].TotalEquity = 0
		}
	}
	steady := rows{}
	for n := range 150 {
		steady.states = append(steady.states, flat(at("2024-01-01 18:00:00").AddDate(0, 0, n).In(desk.BuiltInRules().Location()).Format("2006-01-02 15:04:05"), 100))
	}
	long := madeUp(t, 1, "2021-06-17", 1100)
	cases := []struct {
		name string
		rows rows
		ends []time.Time
	}{
		{"three years of a busy book", long, []time.Time{
			at("2024-06-20 18:00:00"), at("2024-03-02 23:59:00") /* Saturday */, at("2023-01-01 12:00:00"), /* Sunday, New Year */
			at("2022-10-01 10:00:00") /* a Saturday that begins a month */, at("2021-06-17 18:00:00"), at("2021-06-17 17:59:59"), at("2024-02-29 22:00:00"),
		}},
		{"no rows", rows{}, []time.Time{at("2024-06-20 18:00:00")}},
		{"a single snapshot", rows{states: []desk.PortfolioState{flat("2024-03-05 18:00:00", 100)}}, []time.Time{at("2024-03-05 18:00:00"), at("2024-03-12 18:00:00"), at("2024-12-12 18:00:00")}},
		{"a first snapshot on the Saturday that begins a year", rows{states: []desk.PortfolioState{
			flat("2022-01-01 12:00:00", 100), flat("2022-01-03 12:00:00", 101), flat("2022-01-31 18:00:00", 103), flat("2022-02-01 18:00:00", 102),
		}}, []time.Time{at("2022-01-01 12:00:00"), at("2022-01-02 12:00:00"), at("2022-01-03 12:00:00"), at("2022-03-01 12:00:00")}},
		{"a NAV that falls to zero", wiped, []time.Time{at("2024-02-29 23:00:00"), at("2024-03-01 18:00:00"), at("2024-03-04 23:00:00"), at("2024-05-15 18:00:00")}},
		{"weights that cancel but for rounding", rows{states: []desk.PortfolioState{
			{Timestamp: at("2024-03-05 18:00:00"), Strategy: "FX_A", Instrument: "USDBRL", Weight: 0.1, TotalEquity: 100},
			{Timestamp: at("2024-03-05 18:00:00"), Strategy: "FX_B", Instrument: "USDBRL", Weight: 0.2, TotalEquity: 100},
			{Timestamp: at("2024-03-05 18:00:00"), Strategy: "FX_C", Instrument: "USDBRL", Weight: -0.3, TotalEquity: 100},
		}}, []time.Time{at("2024-03-08 18:00:00")}},
		{"a first NAV of zero", rows{states: []desk.PortfolioState{flat("2024-03-04 18:00:00", 0), flat("2024-03-05 18:00:00", 100)}}, []time.Time{at("2024-03-08 18:00:00")}},
		{"fewer than sixty returns", madeUp(t, 4, "2024-01-02", 60), []time.Time{at("2024-03-01 23:00:00")}},
		{"a NAV that does not move", steady, []time.Time{at("2024-05-30 23:00:00")}},
		{"daylight saving time that begins at midnight", madeUp(t, 5, "2017-09-01", 500), []time.Time{at("2018-11-04 01:00:00"), at("2018-02-18 12:00:00"), at("2018-12-31 22:30:00")}},
	}
	inZones(t, func(t *testing.T, db *database) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				db := db.in(t)
				db.fill(c.rows)
				for _, end := range c.ends {
					for _, days := range []int{7, 30, 400, 1500} {
						agreePortfolio(db, c.rows, span{end.AddDate(0, 0, -days), end})
					}
				}
			})
		}
	})
}

// With 60 returns there is a ratio, and with 59 there is none.
func TestSharpeRatioNeedsSixtyReturns(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	var r rows
	for n, day := 0, local(t, "2024-01-01 18:00:00"); len(r.states) < 61; n++ {
		if date := day.AddDate(0, 0, n); date.Weekday() != time.Saturday && date.Weekday() != time.Sunday {
			r.states = append(r.states, desk.PortfolioState{Timestamp: date, Strategy: "CASH", Instrument: "BRL", TotalEquity: 100 + float64(n%7)})
		}
	}
	db.fill(r)
	last := r.states[60].Timestamp
	over := span{last.AddDate(0, 0, -7), last}
	if got := sharpeTile(db, over); got.Value == nil || !near(*got.Value, sharpe(r.shots(last))) || got.Basis != "60 daily returns" {
		t.Errorf("after 60 returns it is %v, %s, want %v", got.Value, got.Basis, sharpe(r.shots(last)))
	}
	over.to = last.Add(-time.Second)
	if got := sharpeTile(db, over); got.Value != nil || got.Basis != "59 of 60 returns" {
		t.Errorf("after 59 returns it is %v, %s", got.Value, got.Basis)
	}
}
