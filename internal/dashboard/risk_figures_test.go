package dashboard

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// latest returns the last computation up to an instant for which the function `has` returns true, or nil if
// there is none.
func (r riskRows) latest(to time.Time, has func(desk.RiskComputation) bool) *desk.RiskComputation {
	var last *desk.RiskComputation
	for i, c := range r.computations {
		if at := c.Metric.ComputedAt; !at.After(to) && has(c) && (last == nil || at.After(last.Metric.ComputedAt)) {
			last = &r.computations[i]
		}
	}
	return last
}

func always(desk.RiskComputation) bool       { return true }
func stressed(c desk.RiskComputation) bool   { return len(c.Stress) > 0 }
func withLimits(c desk.RiskComputation) bool { return len(c.Limits) > 0 }

// panels are the rows that every panel should have over a range, by title.
func (r riskRows) panels(over span, interval, limitInterval time.Duration) map[string][][]any {
	all := map[string][][]any{
		"Risk Computed For": r.computedFor(over.to),
		"VaR History":       r.history(over, interval),
		"VaR Backtest":      r.backtest(over),
		"Limit Breaches":    r.breaches(over),

		"Utilization over Time": r.limitHistory(over, limitInterval),
	}
	dials := [][]any{{math.NaN(), math.NaN(), math.NaN(), nil, nil}}
	if c := r.latest(over.to, always); c != nil {
		m := c.Metric
		dials = [][]any{{m.VaR95Pct, m.VaR99Pct, m.CVaR95Pct, m.MaxDrawdownPct, m.MaxDrawdown252dPct}}
		if m.NoVaR {
			dials[0][0], dials[0][1], dials[0][2] = math.NaN(), math.NaN(), math.NaN()
		}
		all["VaR by Method"], all["Backtest Summary"], all["Notes on the Computation"] = methods(*c), summary(*c), notes(*c)
		all["What drives the VaR: Asset Classes"] = drivers(*c, desk.ByAssetClass)
		all["What drives the VaR: Strategies"] = drivers(*c, desk.ByStrategy)
		all["What drives the VaR: Instruments"] = drivers(*c, desk.ByInstrument)
	}
	for _, title := range []string{"VaR 95% (1D)", "VaR 99% (1D)", "CVaR 95%", "Max Drawdown", "Max Drawdown 1Y"} {
		all[title] = dials
	}
	if c := r.latest(over.to, stressed); c != nil {
		all["Stress Test Results"], all["Stress by Asset Class"] = scenarios(*c), scenarioParts(*c)
		all["Worst Scenarios"] = r.worstScenarios(*c, over.to)
		if r.keepsPositions(*c) {
			all["Positions of a Scenario"] = positionsIn(*c, worstFirst(*c)[0])
		}
	}
	all["Worst Limit"] = [][]any{{"No limits checked yet", nil}}
	if c := r.latest(over.to, withLimits); c != nil {
		all["Worst Limit"] = r.worstLimit(*c)
		all["Limit Utilization"] = utilization(*c)
	}
	return all
}

// computedFor returns the row that says for which book time the figures are, and whether that is recent.
func (r riskRows) computedFor(to time.Time) [][]any {
	var at, oldest time.Time
	var old, fresh []string
	for _, part := range []struct {
		name string
		has  func(desk.RiskComputation) bool
	}{{"VaR", always}, {"stress", stressed}, {"limits", withLimits}} {
		c := r.latest(to, part.has)
		if c == nil {
			continue
		}
		if part.name == "VaR" {
			at = c.Metric.ComputedAt
		}
		if weekdayHours(c.Metric.ComputedAt, to) > 36*time.Hour {
			old = append(old, part.name)
			if oldest.IsZero() || c.Metric.ComputedAt.Before(oldest) {
				oldest = c.Metric.ComputedAt
			}
		} else {
			fresh = append(fresh, part.name)
		}
	}
	switch {
	case at.IsZero():
		return [][]any{{"NO VAR", nil}}
	case len(fresh) == 0:
		return [][]any{{"STALE", at.In(desk.BuiltInRules().Location()).Format("2006-01-02 15:04 UTC-07")}}
	case len(old) > 0:
		return [][]any{{"STALE", strings.Join(old, ", ") + ": " + naive(oldest).Format(time.DateOnly)}}
	}
	return [][]any{{"CURRENT", at.In(desk.BuiltInRules().Location()).Format("2006-01-02 15:04 UTC-07")}}
}

// weekdayHours is how much of the desk's weekdays lies between two instants, day by day.
func weekdayHours(from, to time.Time) time.Duration {
	var sum time.Duration
	for wall := naive(from); wall.Before(naive(to)); {
		y, m, d := wall.Date()
		next := time.Date(y, m, d+1, 0, 0, 0, 0, time.UTC)
		if next.After(naive(to)) {
			next = naive(to)
		}
		if wall.Weekday() != time.Saturday && wall.Weekday() != time.Sunday {
			sum += next.Sub(wall)
		}
		wall = next
	}
	return sum
}

// naive is what the desk's clock shows, as if it were UTC.
func naive(t time.Time) time.Time {
	l := t.In(desk.BuiltInRules().Location())
	return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), l.Second(), l.Nanosecond(), time.UTC)
}

func scenarios(c desk.RiskComputation) (out [][]any) {
	for _, s := range worstFirst(c) {
		out = append(out, []any{s.Scenario, s.PortfolioPnLPct})
	}
	return out
}

// worstScenarios are the worst scenarios of a run, and how much of the limit on stress losses each takes.
func (r riskRows) worstScenarios(c desk.RiskComputation, to time.Time) (out [][]any) {
	most := 0.0
	if checked := r.latest(to, withLimits); checked != nil {
		for _, l := range checked.Limits {
			if l.Limit == "Stress loss" {
				most = l.LimitValue
			}
		}
	}
	for n, s := range worstFirst(c) {
		var use any
		if s.PortfolioPnLPct < 0 && most > 0 {
			use = -s.PortfolioPnLPct / most * 100
		}
		if n < worstListed {
			out = append(out, []any{s.Scenario, s.PortfolioPnLPct, use})
		}
	}
	return out
}

func worstFirst(c desk.RiskComputation) []desk.StressResult {
	return slices.SortedFunc(slices.Values(c.Stress), func(a, b desk.StressResult) int {
		return cmp.Or(cmp.Compare(a.PortfolioPnLPct, b.PortfolioPnLPct), cmp.Compare(a.Scenario, b.Scenario))
	})
}

// scenarioParts has every class of the run in every scenario.
func scenarioParts(c desk.RiskComputation) (out [][]any) {
	classes, parts := map[string]bool{}, map[[2]string]float64{}
	for _, p := range c.StressParts {
		classes[p.AssetClass], parts[[2]string{p.Scenario, p.AssetClass}] = true, p.PnLPct
	}
	inOrder := slices.SortedFunc(maps.Keys(classes), func(a, b string) int {
		return cmp.Or(classPlace(a)-classPlace(b), cmp.Compare(a, b))
	})
	for _, s := range worstFirst(c) {
		for _, class := range inOrder {
			var pnl any
			if part, there := parts[[2]string{s.Scenario, class}]; there {
				pnl = part
			}
			out = append(out, []any{s.Scenario, class, pnl})
		}
	}
	return out
}

// keepsPositions tells whether the store keeps the positions of a computation: those of the newest that have any.
func (r riskRows) keepsPositions(c desk.RiskComputation) bool {
	newer := 0
	for _, other := range r.computations {
		if len(other.StressPositions) > 0 && other.Metric.ComputedAt.After(c.Metric.ComputedAt) {
			newer++
		}
	}
	return newer < store.StressPositionsKept
}

// positionsIn are the positions of a scenario, the largest loss first. The smallest of more than positionsMost are one row.
func positionsIn(c desk.RiskComputation, s desk.StressResult) (out [][]any) {
	var all []desk.StressPosition
	for _, p := range c.StressPositions {
		if p.Scenario == s.Scenario {
			all = append(all, p)
		}
	}
	byName := func(a, b desk.StressPosition) int {
		return cmp.Or(cmp.Compare(a.Strategy, b.Strategy), cmp.Compare(a.Instrument, b.Instrument))
	}
	size := func(p desk.StressPosition) float64 {
		if p.Unpriced {
			return math.Inf(1)
		}
		return math.Abs(p.PnLPct)
	}
	slices.SortFunc(all, func(a, b desk.StressPosition) int { return cmp.Or(cmp.Compare(size(b), size(a)), byName(a, b)) })
	listed, smaller := all[:min(len(all), positionsMost)], all[min(len(all), positionsMost):]
	slices.SortFunc(listed, func(a, b desk.StressPosition) int {
		if a.Unpriced != b.Unpriced {
			return map[bool]int{true: 1, false: -1}[a.Unpriced]
		}
		return cmp.Or(cmp.Compare(a.PnLPct, b.PnLPct), byName(a, b))
	})
	share := func(pnl float64) any {
		if math.Abs(s.PortfolioPnLPct) < 0.005 {
			return nil
		}
		return 100 * pnl / s.PortfolioPnLPct
	}
	for _, p := range listed {
		row := []any{s.Scenario, p.Strategy, p.Instrument, p.AssetClass, p.Weight, p.PnLPct, share(p.PnLPct)}
		if p.Unpriced {
			row[5], row[6] = nil, nil
		}
		out = append(out, row)
	}
	if len(smaller) > 0 {
		weight, pnl := 0.0, 0.0
		for _, p := range smaller {
			weight, pnl = weight+p.Weight, pnl+p.PnLPct
		}
		out = append(out, []any{s.Scenario, fmt.Sprint(len(smaller), " smaller positions"), nil, nil, weight, pnl, share(pnl)})
	}
	return out
}

// utilizationOrder are the limits of a check, the fullest first.
func utilizationOrder(c desk.RiskComputation) []desk.LimitStatus {
	return slices.SortedFunc(slices.Values(c.Limits), func(a, b desk.LimitStatus) int {
		return cmp.Or(cmp.Compare(b.UtilizationPct, a.UtilizationPct), cmp.Compare(a.Limit, b.Limit))
	})
}

func utilization(c desk.RiskComputation) (out [][]any) {
	for _, l := range utilizationOrder(c) {
		name := fmt.Sprintf("%s: %.2f of %s", l.Limit, l.CurrentValue, strconv.FormatFloat(math.Round(l.LimitValue*100+1e-9)/100, 'f', -1, 64))
		if l.UtilizationPct > 100 {
			name += ", BREACH"
		}
		out = append(out, []any{name, l.UtilizationPct})
	}
	return out
}

// worstLimit is the limit of a check that is used most, and since which check it has been in breach.
func (r riskRows) worstLimit(c desk.RiskComputation) [][]any {
	worst := utilizationOrder(c)[0]
	breaches := 0
	for _, l := range c.Limits {
		if l.UtilizationPct > 100 {
			breaches++
		}
	}
	since := "within its limit"
	if worst.UtilizationPct >= 60 {
		since = "filling up"
	}
	if worst.UtilizationPct >= 80 {
		since = "nearly used up"
	}
	if worst.UtilizationPct > 100 {
		began := worst.CheckedAt
		for _, earlier := range slices.Backward(r.computations) {
			if !earlier.Metric.ComputedAt.Before(worst.CheckedAt) || len(earlier.Limits) == 0 {
				continue
			}
			at := slices.IndexFunc(earlier.Limits, func(l desk.LimitStatus) bool { return l.Limit == worst.Limit && l.UtilizationPct > 100 })
			if at < 0 {
				break
			}
			began = earlier.Metric.ComputedAt
		}
		format := "2 Jan"
		if naive(began).Year() != naive(worst.CheckedAt).Year() {
			format = "2 Jan 2006"
		}
		since = "in breach since " + naive(began).Format(format)
	}
	name := fmt.Sprintf("%s %.1f%%", worst.Limit, math.Floor(worst.UtilizationPct*10+0.5)/10)
	if breaches > 1 {
		name += fmt.Sprintf(" and %d more", breaches-1)
	}
	return [][]any{{name, since}}
}

// history is the last computation of each cell of the range.
func (r riskRows) history(over span, interval time.Duration) (out [][]any) {
	metrics := map[time.Time]desk.RiskMetric{}
	var all []shot
	for _, c := range r.computations {
		if _, again := metrics[c.Metric.ComputedAt]; !again {
			all = append(all, shot{at: c.Metric.ComputedAt})
		}
		metrics[c.Metric.ComputedAt] = c.Metric
	}
	slices.SortFunc(all, func(a, b shot) int { return a.at.Compare(b.at) })
	for _, s := range drawn(all, over, cell(over, interval, historyPoints, math.Ceil), standardWalk(),
		func(s shot) float64 { return metrics[s.at].VaR95Pct }, func(s shot) float64 { return metrics[s.at].VaR99Pct }) {
		out = append(out, []any{s.at, metrics[s.at].VaR95Pct, metrics[s.at].VaR99Pct})
	}
	return out
}

func methods(c desk.RiskComputation) (out [][]any) {
	for _, method := range []struct {
		method desk.Method
		name   string
	}{{desk.Historical, "Historical simulation"}, {desk.Parametric, "Parametric (normal)"}, {desk.Modified, "Modified (Cornish-Fisher)"}} {
		line := []any{method.name, nil, nil, nil, nil, 0.0, nil, nil, c.Metric.ComputedAt.Add(storedAfter)}
		for _, m := range c.Measures {
			if m.Method != method.method {
				continue
			}
			at := 1
			if m.ConfidencePct == 99 {
				at = 2
			}
			line[at], line[at+2] = m.VaRPct, m.CVaRPct
			line[5] = max(line[5].(float64), float64(m.Observations))
			line[6], line[7] = m.WindowFrom.Format(time.DateOnly), m.WindowTo.Format(time.DateOnly)
		}
		if line[1] != nil {
			out = append(out, line)
		}
	}
	return out
}

func drivers(c desk.RiskComputation, by desk.Grouping) (out [][]any) {
	for _, d := range slices.SortedFunc(slices.Values(c.Contributions), func(a, b desk.RiskContribution) int {
		return cmp.Or(cmp.Compare(math.Abs(b.CVaR95Pct), math.Abs(a.CVaR95Pct)), cmp.Compare(a.Name, b.Name))
	}) {
		if d.Grouping == by {
			out = append(out, []any{d.Name, d.NetWeight, d.CVaR95Pct, d.VaR99Pct, d.IncrementalVaR99Pct})
		}
	}
	return out
}

// backtest are the days whose prices became known within the range.
func (r riskRows) backtest(over span) (out [][]any) {
	for _, b := range r.tested {
		known := time.Date(b.Day.Year(), b.Day.Month(), b.Day.Day(), 19, 0, 0, 0, desk.BuiltInRules().Location())
		if known.Before(over.from) || known.After(over.to) {
			continue
		}
		line := []any{known, b.HypotheticalPnLPct, nil, -b.VaR95Pct, -b.VaR99Pct, nil, nil, localMidnight(b.Day.AddDate(0, 0, -6)), localMidnight(b.Day.AddDate(0, 0, 1)) - 1}
		if b.ActualReturnPct != nil {
			line[2] = *b.ActualReturnPct
		}
		if -b.HypotheticalPnLPct > b.VaR95Pct {
			line[5] = b.HypotheticalPnLPct
		}
		if -b.HypotheticalPnLPct > b.VaR99Pct {
			line[6] = b.HypotheticalPnLPct
		}
		out = append(out, line)
	}
	return out
}

// localMidnight is the beginning of a day of the desk, in milliseconds.
func localMidnight(day time.Time) float64 {
	return float64(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, desk.BuiltInRules().Location()).UnixMilli())
}

func summary(c desk.RiskComputation) (out [][]any) {
	p := func(test *desk.LikelihoodRatio) any {
		if test == nil {
			return nil
		}
		return test.P
	}
	for _, b := range slices.Backward(c.Backtest) { // 99 % first
		var zone any
		if b.Zone != "" {
			zone = string(b.Zone)
		}
		if b.ConfidencePct == 99 && b.Days < 250 {
			zone = fmt.Sprintf("%d of 250 days", b.Days)
		}
		out = append(out, []any{fmt.Sprintf("VaR %v%%", b.ConfidencePct), float64(b.Days), float64(b.Exceptions),
			float64(b.Days) * (100 - b.ConfidencePct) / 100, p(b.Kupiec), p(b.Christoffersen), zone})
	}
	return out
}

func notes(c desk.RiskComputation) (out [][]any) {
	for _, n := range c.Notes {
		out = append(out, []any{n.Kind, n.Text})
	}
	return out
}
