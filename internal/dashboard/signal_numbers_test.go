package dashboard

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// matrixCell is a row of the matrix's query.
type matrixCell struct {
	Class    string
	Strategy string
	Value    *float64
	Notice   *string
}

// agreeSignals compares every panel of Signal Overview with figures computed from the rows.
func agreeSignals(d *database, r rows, over span) {
	d.t.Helper()
	wrong := func(panel, format string, args ...any) {
		d.t.Helper()
		d.t.Errorf("%s, %s: %s", panel, over, fmt.Sprintf(format, args...))
	}
	latest, stale := r.latestOf(over.to)
	agreeMatrix(d, r, latest, stale, over, wrong)
	agreeStance(d, r, latest, stale, over, wrong)

	says := ""
	if !stale.IsZero() {
		says = " (" + staleText(stale) + ")"
	}
	want := means(latest, func(s desk.Signal) string { return classOfStrategy(s.Strategy) + says }, func(s desk.Signal) float64 { return s.Confidence })
	bars := ask[struct {
		Class string
		Value float64
	}](d, signalUID, "Signal Strength Distribution", over)
	if len(bars) != len(want) {
		wrong("Signal Strength Distribution", "%d bars, want %d", len(bars), len(want))
	}
	last := -1
	for _, b := range bars {
		if v, ok := want[b.Class]; !ok || !near(b.Value, v) {
			wrong("Signal Strength Distribution", "%s is %v, want %v", b.Class, b.Value, v)
		}
		if place := classPlace(strings.TrimSuffix(b.Class, says)); place < last {
			wrong("Signal Strength Distribution", "%s stands too late", b.Class)
		} else {
			last = place
		}
	}
	agreeFlips(d, r, over, wrong)
}

func comparePairs(a, b pair) int {
	return cmp.Or(strings.Compare(a.strategy, b.strategy), strings.Compare(a.instrument, b.instrument))
}

// agreeStance compares the lines of the asset classes with the signals.
func agreeStance(d *database, r rows, latest map[pair]desk.Signal, stale time.Time, over span, wrong func(string, string, ...any)) {
	d.t.Helper()
	const panel = "Stance by Asset Class"
	end := over.to
	if !stale.IsZero() {
		end = stale
	}
	before := map[pair]desk.Signal{}
	for _, s := range r.signals {
		key := pair{s.Strategy, s.Instrument}
		if !s.GeneratedAt.After(end.Add(-24*time.Hour)) && !s.GeneratedAt.Before(before[key].GeneratedAt) {
			before[key] = s
		}
	}
	net := means(latest, r.rowOf, signed)
	lines := ask[struct {
		Class                string
		Net                  *float64
		Long, Short, Neutral *int64
		Strongest, Changed   *string
		Notice               *string
	}](d, signalUID, panel, over)
	classes := 0
	for i, line := range lines {
		if strings.HasPrefix(line.Class, "STALE") {
			if i > 0 || stale.IsZero() || line.Class != staleText(stale) || line.Net != nil {
				wrong(panel, "line %d is %+v", i, line)
			}
			continue
		}
		classes++
		counts, strongest, changes, first := map[desk.Direction]int64{}, desk.Signal{}, 0, desk.Signal{}
		for _, key := range slices.SortedFunc(maps.Keys(latest), comparePairs) { // of equal confidences the first counts
			s := latest[key]
			if r.rowOf(s) != line.Class {
				continue
			}
			counts[s.Direction]++
			if s.Direction != desk.Neutral && s.Confidence > strongest.Confidence {
				strongest = s
			}
			if was, known := before[key]; known && was.Direction != s.Direction {
				if changes++; changes == 1 || s.Confidence > first.Confidence {
					first = s
				}
			}
		}
		if w, known := net[line.Class]; !known || line.Net == nil || !near(*line.Net, w) {
			wrong(panel, "%s is %v, want %v", line.Class, orNone(line.Net), w)
		}
		if got := []int64{*line.Long, *line.Short, *line.Neutral}; !slices.Equal(got, []int64{counts[desk.Long], counts[desk.Short], counts[desk.Neutral]}) {
			wrong(panel, "%s has %v, want %v", line.Class, got, counts)
		}
		said := deref(line.Strongest)
		if want := fmt.Sprintf("%s %s %s", strongest.Strategy, strongest.Instrument, strongest.Direction); strongest.Confidence > 0 && !strings.HasPrefix(said, want) || strongest.Confidence == 0 && said != "" {
			wrong(panel, "%s: the strongest is %q, want %q", line.Class, said, want)
		}
		want := "nothing"
		if changes > 0 {
			want = fmt.Sprintf("%s %s to %s", first.Strategy, first.Instrument, first.Direction)
		}
		if changes > 1 {
			want += fmt.Sprintf(", %d more", changes-1)
		}
		if deref(line.Changed) != want {
			wrong(panel, "%s: changed is %q, want %q", line.Class, deref(line.Changed), want)
		}
	}
	if classes != len(net) {
		wrong(panel, "%d classes, want %d", classes, len(net))
	}
}

func staleText(at time.Time) string {
	return "STALE " + at.In(desk.BuiltInRules().Location()).Format("2006-01-02 15:04 UTC-07")
}

// agreeMatrix compares each panel of the matrix with the values expected for its asset classes, and checks that no
// expected cell is missing from all panels.
func agreeMatrix(d *database, r rows, latest map[pair]desk.Signal, stale time.Time, over span, wrong func(string, string, ...any)) {
	d.t.Helper()
	all := means(latest, func(s desk.Signal) pair { return pair{r.rowOf(s), s.Strategy} }, signed)
	filled := 0
	for _, g := range (builder{rules: desk.BuiltInRules()}).matrixGroups() {
		want := map[pair]float64{}
		for cell, v := range all {
			if slices.Contains(g.classes, classOfStrategy(cell.instrument)) {
				want[cell] = v
			}
		}
		filled += len(want)
		agreeGroup(d, g.title, want, stale, over, wrong)
	}
	if filled != len(all) {
		wrong("Signal Heatmap", "the panels are to have %d cells, together the matrix has %d", filled, len(all))
	}
}

func agreeGroup(d *database, panel string, want map[pair]float64, stale time.Time, over span, wrong func(string, string, ...any)) {
	d.t.Helper()
	got := ask[matrixCell](d, signalUID, panel, over)
	var lines, columns []string
	filled := 0
	for _, c := range got {
		if !slices.Contains(lines, c.Class) {
			lines = append(lines, c.Class)
		}
		if !slices.Contains(columns, c.Strategy) {
			columns = append(columns, c.Strategy)
		}
		v, there := want[pair{c.Class, c.Strategy}]
		if there != (c.Value != nil) || there && !near(*c.Value, v) {
			wrong(panel, "%s %s is %v, want %v (%v)", c.Class, c.Strategy, orNone(c.Value), v, there)
		}
		if there {
			filled++
		}
	}
	if filled != len(want) || len(got) != len(lines)*len(columns) {
		wrong(panel, "%d cells of %d lines and %d columns, %d with a value, want %d", len(got), len(lines), len(columns), filled, len(want))
	}
	if !stale.IsZero() && len(want) > 0 {
		if len(lines) == 0 || lines[0] != staleText(stale) {
			wrong(panel, "the first line is %v, want %s", lines, staleText(stale))
		} else {
			lines = lines[1:]
		}
	}
	if strings.Contains(strings.Join(lines, " "), "STALE") || !slices.IsSortedFunc(lines, func(a, b string) int { return classPlace(a) - classPlace(b) }) {
		wrong(panel, "the lines are %v", lines)
	}
	if !slices.IsSortedFunc(columns, func(a, b string) int {
		if x, y := classPlace(classOfStrategy(a)), classPlace(classOfStrategy(b)); x != y {
			return x - y
		}
		return strings.Compare(a, b)
	}) {
		wrong(panel, "the columns are %v", columns)
	}
}

func agreeFlips(d *database, r rows, over span, wrong func(string, string, ...any)) {
	d.t.Helper()
	want := r.flips(over)
	listed := ask[struct {
		Time                           time.Time
		Strategy, Instrument, From, To string
		Cut, Notice                    *string
	}](d, signalUID, "Latest Flips", over)
	for _, g := range listed {
		if cut := "latest 20, there are more"; (deref(g.Cut) == cut) != (len(want) > 20) {
			wrong("Latest Flips", "of %d flips it says %q", len(want), deref(g.Cut))
			break
		}
	}
	if len(listed) != min(20, len(want)) {
		wrong("Latest Flips", "%d flips, want %d", len(listed), min(20, len(want)))
	} else {
		for i, g := range listed {
			if w := want[i]; !g.Time.Equal(w.at) || g.Strategy != w.pair.strategy || g.Instrument != w.pair.instrument || g.From != string(w.from) || g.To != string(w.to) {
				wrong("Latest Flips", "line %d is %v, want %v", i, g, w)
			}
		}
	}

	const panel = "Signal Flip Timeline"
	width := findPanel(d.t, signalUID, panel).interval(over)
	counts := map[string]float64{}
	middle := func(at time.Time) time.Time {
		begins := time.Date(2024, 1, 1, 3, 0, 0, 0, time.UTC).Add(time.Duration(cellOf(at, width)) * width)
		m := begins.Add(width / 2)
		if m.Before(over.from) {
			m = over.from
		}
		if m.After(over.to) {
			m = over.to
		}
		return m
	}
	key := func(at time.Time, class string) string { return at.UTC().Format(time.RFC3339Nano) + " " + class }
	for _, f := range want {
		counts[key(middle(f.at), classOfStrategy(f.pair.strategy))]++
	}
	bars, narrow := 0, 0
	for _, p := range ask[point](d, signalUID, panel, over) {
		if p.Value == nil {
			narrow++
			continue
		}
		bars++
		if k := key(p.Time, p.Metric); *p.Value != counts[k] {
			wrong(panel, "%s is %v, want %v", k, *p.Value, counts[k])
		}
	}
	if bars != len(counts) || narrow != min(1, bars) {
		wrong(panel, "%d bars and %d empty ones, want %d and %d", bars, narrow, len(counts), min(1, len(counts)))
	}
}

func TestSignalPanelsAgreeWithTheRows(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time { return local(t, s) }
	one := func(strategy, instrument string, d desk.Direction, confidence float64, when string) desk.Signal {
		return desk.Signal{Strategy: strategy, Instrument: instrument, Direction: d, Confidence: confidence, GeneratedAt: at(when)}
	}
	busy := madeUp(t, 2, "2023-01-02", 500)
	cases := []struct {
		name string
		rows rows
		ends []time.Time
	}{
		{"a busy desk", busy, []time.Time{
			busy.signals[len(busy.signals)-1].GeneratedAt, busy.signals[len(busy.signals)-1].GeneratedAt.Add(24 * time.Hour),
			busy.signals[len(busy.signals)-1].GeneratedAt.Add(24*time.Hour - time.Microsecond),
			at("2024-03-02 08:00:00"), at("2024-03-03 22:00:00"), at("2024-03-04 08:59:00"), at("2023-01-02 09:00:00"), at("2023-01-02 08:59:59"), at("2025-01-01"),
		}},
		{"no signals", rows{}, []time.Time{at("2024-03-04 12:00:00")}},
		{"only NEUTRAL ones", rows{signals: []desk.Signal{
			one("FX_A", "USDBRL", desk.Neutral, 0.9, "2024-03-04 09:00:00"), one("FX_A", "USDMXN", desk.Neutral, 0.7, "2024-03-04 09:00:00"),
		}}, []time.Time{at("2024-03-04 12:00:00"), at("2024-03-09 12:00:00")}},
		{"a CROSS strategy whose class no other has", rows{
			signals: []desk.Signal{
				one("CROSS_A", "NTNB30", desk.Long, 0.4, "2024-03-04 09:00:00"), one("CROSS_A", "SPX", desk.Short, 0.6, "2024-03-04 09:00:00"),
				one("CROSS_A", "GOLD", desk.Short, 1, "2024-03-04 09:00:00"), one("RATES_B", "SPX", desk.Long, 0.2, "2024-03-04 09:00:00"),
				one("ZZZ", "USDBRL", desk.Long, 0.2, "2024-03-04 09:00:00"), one("fx_lower", "USDBRL", desk.Short, 0.1, "2024-03-04 09:00:00"),
			},
			instruments: []desk.Instrument{{Name: "GOLD", Kind: desk.KindPrice, QuotedIn: "USD", AssetClass: "Metals"}},
		}, []time.Time{at("2024-03-04 12:00:00"), at("2024-03-06 12:00:00")}},
		{"flips that share a time", rows{signals: []desk.Signal{
			one("FX_A", "USDBRL", desk.Long, 0.4, "2024-02-01 09:00:00"), one("FX_B", "USDBRL", desk.Short, 0.4, "2024-02-01 09:00:00"),
			one("FX_A", "USDMXN", desk.Long, 0.4, "2024-03-01 09:00:00"),
			one("FX_A", "USDBRL", desk.Short, 0.4, "2024-03-04 09:00:00"), one("FX_B", "USDBRL", desk.Neutral, 0.4, "2024-03-04 09:00:00"),
			one("FX_A", "USDMXN", desk.Long, 0.4, "2024-03-04 09:00:00"), one("FX_C", "USDMXN", desk.Long, 0.4, "2024-03-04 09:00:00"),
		}}, []time.Time{at("2024-03-04 09:00:00"), at("2024-03-05 12:00:00"), at("2024-03-11 09:00:00"), at("2024-03-11 09:00:01")}},
	}
	inZones(t, func(t *testing.T, db *database) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				db := db.in(t)
				db.fill(c.rows)
				for _, end := range c.ends {
					for _, days := range []int{1, 7, 90, 1500} {
						agreeSignals(db, c.rows, span{end.AddDate(0, 0, -days), end})
					}
				}
			})
		}
	})
}

// "This week" ends in the future: signals of an hour ago are not stale by Sunday's clock.
func TestSignalsAreNotStaleByAnEndInTheFuture(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	now := time.Now()
	db.fill(rows{signals: []desk.Signal{{Strategy: "FX_A", Instrument: "USDBRL", Direction: desk.Long, Confidence: 1, GeneratedAt: now.Add(-time.Hour)}}})
	got := ask[matrixCell](db, signalUID, "Signal Heatmap", span{now.Add(-24 * time.Hour), now.Add(72 * time.Hour)})
	if len(got) != 1 || got[0].Class != "FX" || got[0].Value == nil || *got[0].Value != 1 {
		t.Errorf("got %v, want FX without STALE", got)
	}
}
