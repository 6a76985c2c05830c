package dashboard

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// checks are the computations that checked the limits, in the order of their times.
func (r riskRows) checks() (all []desk.RiskComputation) {
	for _, c := range r.computations {
		if withLimits(c) {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b desk.RiskComputation) int { return a.Metric.ComputedAt.Compare(b.Metric.ComputedAt) })
	return all
}

// use returns how much of a limit a check found used, and whether it knows.
func use(c desk.RiskComputation, limit string) (pct float64, known bool) {
	for _, l := range c.Limits {
		if l.Limit == limit && !l.Unknown {
			return l.UtilizationPct, true
		}
	}
	return 0, false
}

// limitHistory has of each cell the highest use of each limit, at the last check of the cell. The last check of all stands
// for itself.
func (r riskRows) limitHistory(over span, interval time.Duration) (out [][]any) {
	width := cell(over, interval, limitPoints, math.Ceil)
	at := map[time.Time]desk.RiskComputation{}
	cells := map[int64][]shot{}
	for _, c := range r.checks() {
		t := c.Metric.ComputedAt
		if !t.Before(over.from) && !t.After(over.to) {
			at[t] = c
			cells[cellOf(t, width)] = append(cells[cellOf(t, width)], shot{at: t})
		}
	}
	names := map[string]bool{}
	found := map[time.Time]map[string]float64{}
	look := func(seen []shot) {
		if len(seen) == 0 {
			return
		}
		highest := map[string]float64{}
		for _, s := range seen {
			for _, l := range at[s.at].Limits {
				names[l.Limit] = true
				if pct, known := use(at[s.at], l.Limit); known {
					if before, there := highest[l.Limit]; !there || pct > before {
						highest[l.Limit] = pct
					}
				}
			}
		}
		found[seen[len(seen)-1].at] = highest
	}
	newest := slices.MaxFunc(append(slices.Collect(maps.Keys(at)), time.Time{}), time.Time.Compare)
	for _, inCell := range cells {
		seen := lookedAt(inCell, width, limitWalk())
		if last := len(seen) - 1; seen[last].at.Equal(newest) {
			look(seen[last:])
			seen = seen[:last]
		}
		look(seen)
	}
	for _, shown := range slices.SortedFunc(maps.Keys(found), time.Time.Compare) {
		for _, name := range slices.Sorted(maps.Keys(names)) {
			row := []any{shown, name, nil, nil}
			if pct, known := found[shown][name]; known {
				row[2] = pct
			}
			out = append(out, row)
		}
	}
	return out
}

// breach is a time for which each check found a limit in breach.
type breach struct {
	limit       string
	from        time.Time
	to          *time.Time
	worst       float64
	checks      int
	end         time.Time // of the range, or of the breach
	inRangeFrom time.Time // the first check within the range that found it
}

// breaches follows each limit from check to check, over all checks up to the end of the range.
func (r riskRows) breaches(over span) (out [][]any) {
	var all []breach
	open := map[string]*breach{}
	shut := func(name string, at *time.Time) {
		b := open[name]
		delete(open, name)
		if b.inRangeFrom.IsZero() {
			return
		}
		b.to, b.end = at, over.to
		if at != nil {
			b.end = *at
		}
		all = append(all, *b)
	}
	for _, c := range r.checks() {
		at := c.Metric.ComputedAt
		if at.After(over.to) {
			break
		}
		for name := range open {
			if pct, known := use(c, name); !known || pct <= 100 {
				shut(name, &at)
			}
		}
		for _, l := range c.Limits {
			pct, known := use(c, l.Limit)
			if !known || pct <= 100 {
				continue
			}
			b := open[l.Limit]
			if b == nil {
				b = &breach{limit: l.Limit, from: at}
				open[l.Limit] = b
			}
			b.worst, b.checks = max(b.worst, pct), b.checks+1
			if b.inRangeFrom.IsZero() && !at.Before(over.from) {
				b.inRangeFrom = at
			}
		}
	}
	for name := range open {
		shut(name, nil)
	}
	slices.SortFunc(all, func(a, b breach) int {
		place := map[bool]int{true: 0, false: 1}
		return cmp.Or(cmp.Compare(place[a.to == nil], place[b.to == nil]), b.from.Compare(a.from), cmp.Compare(a.limit, b.limit))
	})
	for n, b := range all {
		row := []any{b.limit, b.from, nil, b.worst, b.end.Sub(b.from).Hours() / 24, float64(b.checks), nil, nil}
		if b.to != nil {
			row[2] = *b.to
		}
		if len(all) > breachesListed {
			row[6] = fmt.Sprintf("latest %d of %d", breachesListed, len(all))
		}
		if n < breachesListed {
			out = append(out, row)
		}
	}
	return out
}

// checkedLimits makes up checks of some limits. Each limit goes up and down, so that it is in breach for a while, and
// often touches 100 exactly. A check lacks a limit now and then, or does not know its use.
func checkedLimits(seed uint64, first time.Time, checks int, apart time.Duration, names ...string) riskRows {
	chance := rand.New(rand.NewPCG(seed, 5))
	used := map[string]float64{}
	var r riskRows
	for n := range checks {
		at := first.Add(time.Duration(n) * apart)
		c := desk.RiskComputation{Metric: desk.RiskMetric{ComputedAt: at}}
		for _, name := range names {
			used[name] += math.Round(60*chance.Float64()) - 30 + (90-used[name])/10
			pct := math.Round(used[name])
			l := desk.LimitStatus{CheckedAt: at, Limit: name, LimitValue: 5, CurrentValue: pct / 20, UtilizationPct: pct}
			switch chance.IntN(25) {
			case 0:
				continue
			case 1:
				l.Unknown, l.CurrentValue, l.UtilizationPct = true, 0, 0
			case 2:
				l.CurrentValue, l.UtilizationPct = 5, 100
			}
			c.Limits = append(c.Limits, l)
		}
		r.computations = append(r.computations, c)
	}
	return r
}

func TestTheBreachesAreThoseOfTheChecks(t *testing.T) {
	t.Parallel()
	first := local(t, "2024-01-02 19:00:00")
	names := []string{"VaR 95%", "VaR 99%", "Net FX", "gross", "Gross"}
	for name, r := range map[string]riskRows{
		"daily":           checkedLimits(1, first, 900, 24*time.Hour, names...),
		"twenty minutes":  checkedLimits(2, first, 600, 20*time.Minute, names...),
		"three hours":     checkedLimits(4, first, 2400, 3*time.Hour, names...), // all cells of the longest range have very many checks
		"one limit":       checkedLimits(3, first, 200, 12*time.Hour, "Stress loss"),
		"always breached": alwaysBreached(first, 300),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := newRiskDatabase(t, "UTC")
			db.fill(r)
			last := r.computations[len(r.computations)-1].Metric.ComputedAt
			open, shut, before := 0, 0, 0
			for _, end := range []time.Time{last, last.Add(-time.Microsecond), last.AddDate(0, 0, 40), first, first.Add(last.Sub(first) / 2), first.AddDate(0, 0, -1)} {
				for _, days := range []int{1, 7, 90, 3653} {
					over := span{end.AddDate(0, 0, -days), end}
					want := r.breaches(over)
					sameTables(db.database, "Limit Breaches", over, db.table("Limit Breaches", over), want)
					p := db.panels()["Utilization over Time"]
					sameTables(db.database, "Utilization over Time", over, db.rows(p, over), r.limitHistory(over, p.interval(over)))
					for _, row := range want {
						if row[2] == nil {
							open++
						} else {
							shut++
						}
						if row[1].(time.Time).Before(over.from) {
							before++
						}
					}
				}
			}
			if open == 0 || shut == 0 && name != "always breached" || before == 0 {
				t.Errorf("%d breaches are open, %d have ended, %d began before the range", open, shut, before)
			}
		})
	}
}

// alwaysBreached has a limit that every check finds in breach.
func alwaysBreached(first time.Time, days int) (r riskRows) {
	for n := range days {
		at := first.AddDate(0, 0, n)
		r.computations = append(r.computations, desk.RiskComputation{Metric: desk.RiskMetric{ComputedAt: at},
			Limits: []desk.LimitStatus{{CheckedAt: at, Limit: "Gross leverage", LimitValue: 8, CurrentValue: 8 + float64(n%7+1)/100, UtilizationPct: 100 + float64(n%7+1)/8}}})
	}
	return r
}

// Whoever reads a list that is not whole must be told so.
func TestTheBreachesSayWhatTheyLeaveOut(t *testing.T) {
	t.Parallel()
	first := local(t, "2010-01-04 19:00:00")
	db := newRiskDatabase(t, "UTC")
	db.exec(`INSERT INTO risk_limits_status SELECT $1::timestamptz + n * interval '1 day', 'Limit ' || l, 5, 6, 120
		FROM generate_series(0, 3999) n CROSS JOIN generate_series(1, 14) l WHERE l <> 2 OR n % 2 = 0`, first)
	db.exec("ANALYZE")
	last := first.AddDate(0, 0, 3999)
	rows := db.table("Limit Breaches", span{first, last})
	notice, _ := rows[0][7].(string)
	// A day has 13 or 14 rows in turn. The latest 50,001 rows go back to a part of day 296, so day 297 is the first whole one.
	// From there on 13 limits are in breach without an end, and Limit 2 is on every other day: on 1,851 days.
	if !strings.HasPrefix(notice, "Only the checks from 2010-10-28 19:00 UTC-02 on are looked at.") {
		t.Errorf("the notice is %q", notice)
	}
	if cut := rows[0][6]; cut != "latest 100 of 1864" {
		t.Errorf("the cut is %v", cut)
	}
	rows = db.table("Limit Breaches", span{last.AddDate(0, 0, -7), last})
	notice, _ = rows[0][7].(string)
	if want := "In breach since before the time that is given: Limit 1, Limit 10, "; !strings.HasPrefix(notice, want) || strings.Contains(notice, "Only") || strings.Contains(notice, "Limit 2,") {
		t.Errorf("the notice is %q", notice)
	}
	if from := rows[0][1].(time.Time); !from.Equal(last.AddDate(0, 0, -7-breachChecks)) {
		t.Errorf("the first breach is from %v", from)
	}
}

// A chart of very many lines could not be read, and would not be bounded.
func TestTheChartDrawsTheLimitsThatAreUsedMost(t *testing.T) {
	t.Parallel()
	at := local(t, "2024-01-02 19:00:00")
	db := newRiskDatabase(t, "UTC")
	db.exec(`INSERT INTO risk_limits_status SELECT $1::timestamptz + c * interval '1 day', 'Limit ' || n, 5, n / 20.0, n FROM generate_series(1, 57) n CROSS JOIN generate_series(0, 2) c`, at)
	rows := db.table("Utilization over Time", span{at.AddDate(0, 0, -7), at.AddDate(0, 0, 7)})
	drawn := map[string]bool{}
	for _, row := range rows {
		drawn[row[1].(string)] = true
	}
	if len(drawn) != limitsDrawn || !drawn["Limit 57"] || !drawn["Limit 28"] || drawn["Limit 27"] {
		t.Errorf("it draws %v", slices.Sorted(maps.Keys(drawn)))
	}
	if notice := rows[0][3]; notice != "Only the 30 limits that were used most are drawn, of 57." || rows[1][3] != nil {
		t.Errorf("the notices are %v and %v", notice, rows[1][3])
	}
}
