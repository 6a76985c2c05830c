package dashboard

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"macrowatch/internal/desk"
)

// The figures of the portfolio panels, computed from a desk's rows in the simplest way: every row is read, and the code
// shares nothing with the SQL.

// shot is a snapshot.
type shot struct {
	at     time.Time
	day    time.Time // see weekday
	nav    float64
	states []desk.PortfolioState
}

// shots are the snapshots up to an instant in their order.
func (r rows) shots(to time.Time) []shot {
	at, zone := map[time.Time]shot{}, desk.BuiltInRules().Location()
	for _, s := range r.states {
		if !s.Timestamp.After(to) {
			one := at[s.Timestamp]
			one.at, one.nav, one.states = s.Timestamp, s.TotalEquity, append(one.states, s)
			if len(one.states) == 1 {
				one.day = weekday(s.Timestamp, zone)
			}
			at[s.Timestamp] = one
		}
	}
	return slices.SortedFunc(maps.Values(at), func(a, b shot) int { return a.at.Compare(b.at) })
}

// weekday returns the book day of an instant, at midnight UTC. Saturday and Sunday belong to Friday.
func weekday(at time.Time, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	date := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	for date.Weekday() == time.Saturday || date.Weekday() == time.Sunday {
		date = date.AddDate(0, 0, -1)
	}
	return date
}

// dailies are the last snapshots of the weekdays.
func dailies(all []shot) []shot {
	var out []shot
	for _, s := range all {
		if n := len(out); n > 0 && out[n-1].day.Equal(s.day) {
			out[n-1] = s
			continue
		}
		out = append(out, s)
	}
	return out
}

// none is the number that means "no number". In SQL it is null.
func none() float64 { return math.NaN() }

func totalReturn(all []shot) float64 {
	if len(all) == 0 || all[0].nav <= 0 {
		return none()
	}
	return (all[len(all)-1].nav/all[0].nav - 1) * 100
}

func sharpe(all []shot) float64 {
	days := dailies(all)
	days = days[max(0, len(days)-253):]
	var returns []float64
	for i, d := range days {
		if d.nav <= 0 {
			return none()
		}
		if i > 0 {
			returns = append(returns, d.nav/days[i-1].nav-1)
		}
	}
	if len(returns) < 60 {
		return none()
	}
	n, sum, squares := float64(len(returns)), 0.0, 0.0
	for _, r := range returns {
		sum += r
	}
	mean := sum / n
	for _, r := range returns {
		squares += (r - mean) * (r - mean)
	}
	deviation := math.Sqrt(squares / (n - 1))
	if deviation <= 1e-12 {
		return none()
	}
	periods := perYear(days)
	if periods == 0 {
		return none()
	}
	return mean / deviation * math.Sqrt(periods)
}

// perYear returns how many of the periods between daily NAVs make a year, 0 if the periods differ in length.
func perYear(days []shot) float64 {
	counts := map[float64]int{}
	for i := 1; i < len(days); i++ {
		gap := 0
		for d := naive(days[i-1].at); d.Format(time.DateOnly) < naive(days[i].at).Format(time.DateOnly); d = d.AddDate(0, 0, 1) {
			if next := d.AddDate(0, 0, 1).Weekday(); next != time.Saturday && next != time.Sunday {
				gap++
			}
		}
		for year, span := range map[float64][2]int{252: {1, 1}, 52: {4, 6}, 12: {17, 26}, 4: {58, 72}} {
			if span[0] <= gap && gap <= span[1] {
				counts[year]++
			}
		}
	}
	for year, n := range counts {
		if 5*n >= 4*(len(days)-1) {
			return year
		}
	}
	return 0
}

func leverage(all []shot) float64 {
	if len(all) == 0 {
		return none()
	}
	sum := 0.0
	for _, s := range all[len(all)-1].states {
		sum += math.Abs(s.Weight)
	}
	return sum
}

func positions(all []shot) float64 {
	if len(all) == 0 {
		return none()
	}
	net := map[string]float64{}
	for _, s := range all[len(all)-1].states {
		net[s.Instrument] += s.Weight
	}
	count := 0.0
	for _, w := range net {
		if math.Abs(w) > 1e-12 {
			count++
		}
	}
	return count
}

// part is a named share of a whole.
type part struct {
	name  string
	value float64
}

// attribution is the gross weight of each strategy that holds something, the greatest first.
func attribution(all []shot) []part {
	if len(all) == 0 {
		return nil
	}
	gross := map[string]float64{}
	for _, s := range all[len(all)-1].states {
		gross[s.Strategy] += math.Abs(s.Weight)
	}
	var out []part
	for name, v := range gross {
		if v > 0 {
			out = append(out, part{name, v})
		}
	}
	slices.SortFunc(out, func(a, b part) int { return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.name, b.name)) })
	return out
}

// cell returns the width of the cells in which a range is drawn. rounded makes it a whole
// number of intervals.
func cell(over span, interval time.Duration, points int, rounded func(float64) float64) time.Duration {
	times := rounded(float64(over.to.Sub(over.from)) / float64(interval) / float64(points))
	return interval * time.Duration(max(1, times))
}

// cellOf returns the number of an instant's cell. Cells are counted from the desk's midnight before Monday 1 January 2024.
func cellOf(at time.Time, width time.Duration) int64 {
	since := at.Sub(time.Date(2024, 1, 1, 3, 0, 0, 0, time.UTC))
	n := int64(since / width)
	if since%width < 0 {
		n--
	}
	return n
}

// drawn returns the snapshots of a range that are drawn. From each cell these are the first and the last snapshot
// and, for each of the values, the earliest snapshot with the lowest and the earliest with the highest value.
func drawn(all []shot, over span, width time.Duration, looked cellWalk, values ...func(shot) float64) []shot {
	return drawnBetween(all, over, width, looked, values, values)
}

// drawnBetween does so where the lowest snapshots go by other values than the highest ones.
func drawnBetween(all []shot, over span, width time.Duration, looked cellWalk, lows, highs []func(shot) float64) []shot {
	var out []shot
	for i := 0; i < len(all); {
		if all[i].at.Before(over.from) || all[i].at.After(over.to) {
			i++
			continue
		}
		next := i
		for next < len(all) && !all[next].at.After(over.to) && cellOf(all[next].at, width) == cellOf(all[i].at, width) {
			next++
		}
		inCell := lookedAt(all[i:next], width, looked)
		kept := map[int]bool{0: true, len(inCell) - 1: true}
		for _, value := range lows {
			keepHighest(kept, inCell, func(s shot) float64 { return -value(s) })
		}
		for _, value := range highs {
			keepHighest(kept, inCell, value)
		}
		for k, s := range inCell {
			if kept[k] {
				out = append(out, s)
			}
		}
		i = next
	}
	return out
}

// keepHighest keeps the earliest snapshot with the highest value, if any has a value.
func keepHighest(kept map[int]bool, inCell []shot, value func(shot) float64) {
	highest := -1
	for k, s := range inCell {
		if v := value(s); !math.IsNaN(v) && (highest < 0 || v > value(inCell[highest])) {
			highest = k
		}
	}
	if highest >= 0 {
		kept[highest] = true
	}
}

// lookedAt returns the snapshots of a cell that the query reads: the latest ones, then, among the older ones, the
// latest in each part of the cell, and the first snapshot of the cell.
func lookedAt(inCell []shot, width time.Duration, looked cellWalk) []shot {
	last := len(inCell) - 1
	out := []shot{inCell[last]}
	for k := last - 1; k >= 0; k-- {
		part := width / time.Duration(looked.parts)
		if len(out) < looked.each || k == 0 || cellOf(inCell[k].at, part) < cellOf(out[len(out)-1].at, part) {
			out = append(out, inCell[k])
		}
	}
	slices.Reverse(out)
	return out
}

// drawdown returns how far a snapshot is below its peak. The peak is the highest of the snapshot's own NAV and
// the daily NAVs before it.
func drawdown(s shot, days []shot) float64 {
	peak := s.nav
	for _, d := range days {
		if d.day.Before(s.day) {
			peak = max(peak, d.nav)
		}
	}
	if peak <= 0 {
		return none()
	}
	return (s.nav/peak - 1) * 100
}

// monthReturns returns the returns by year and month. Month 13 is the year.
func monthReturns(all []shot) map[int]map[int]float64 {
	out := map[int]map[int]float64{}
	if len(all) == 0 {
		return out
	}
	change := func(nav, before float64) float64 {
		if before <= 0 {
			return none()
		}
		return (nav/before - 1) * 100
	}
	lastMonth, lastYear := all[0].nav, all[0].nav
	for i, s := range all {
		day := s.day
		year, month := day.Year(), int(day.Month())
		if out[year] == nil {
			out[year] = map[int]float64{}
		}
		out[year][month] = change(s.nav, lastMonth)
		out[year][13] = change(s.nav, lastYear)
		if i+1 == len(all) {
			break
		}
		next := all[i+1].day
		if next.Month() != day.Month() || next.Year() != day.Year() {
			lastMonth = s.nav
		}
		if next.Year() != day.Year() {
			lastYear = s.nav
		}
	}
	return out
}

// classOfStrategy and classOf write the prefix rules of the built-in desk down a second time, to compare with.
func classOfStrategy(id string) string {
	for _, p := range [][2]string{{"FX", "FX"}, {"RATES", "Rates"}, {"INF", "Inflation"}, {"CUPOM", "Cupom"}, {"SOV", "Sovereign"}, {"CROSS", "Cross-Asset"}} {
		if strings.HasPrefix(id, p[0]) {
			return p[1]
		}
	}
	return "Other"
}

func (r rows) classOf(instrument string) string {
	for _, i := range r.instruments {
		if class := strings.TrimSpace(i.AssetClass); i.Name == instrument && class != "" {
			return class
		}
	}
	for _, p := range [][2]string{{"DDI", "Cupom"}, {"DI", "Rates"}, {"USD", "FX"}, {"NDF", "FX"}, {"NTN", "Inflation"}, {"CDS", "Sovereign"}} {
		if strings.HasPrefix(instrument, p[0]) {
			return p[1]
		}
	}
	return "Other"
}

// classPlace is where a class stands among the others.
func classPlace(class string) int {
	known := []string{"FX", "Rates", "Inflation", "Cupom", "Sovereign", "Cross-Asset"}
	if i := slices.Index(known, class); i >= 0 {
		return i
	}
	if class == "Other" {
		return len(known) + 1
	}
	return len(known)
}

// allocation is the gross weight of a snapshot by the instruments' classes.
func (r rows) allocation(s shot) map[string]float64 {
	out := r.allocationUnits(s)
	for class, units := range out {
		out[class] = units / 1e12
	}
	return out
}

// allocationUnits is the same in trillionths, in which the query adds.
func (r rows) allocationUnits(s shot) map[string]float64 {
	out := map[string]float64{}
	for _, p := range s.states {
		out[r.classOf(p.Instrument)] += math.RoundToEven(math.Abs(p.Weight) * 1e12)
	}
	return out
}

// allocationCell is how wide a cell of the allocation is: as wide as a stretch of the summaries, if it is wider than an hour.
func allocationCell(over span, interval time.Duration) time.Duration {
	least := over.to.Sub(over.from) / allocationPoints
	if least <= time.Hour {
		return cell(over, interval, allocationPoints, math.Ceil)
	}
	var width time.Duration
	for _, seconds := range desk.AllocationWidths() {
		if width = time.Duration(seconds) * time.Second; width >= least {
			return width
		}
	}
	return width * ((least + width - 1) / width)
}
