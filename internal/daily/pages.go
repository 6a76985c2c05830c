package daily

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"macrowatch/internal/risk/riskrun"
	"macrowatch/internal/suggest"
)

// How many lines each part of the pages has room for. What is left out is counted.
const (
	problemsShown  = 12
	classesShown   = 8
	positionsShown = 5
	scenariosShown = 6
	limitsShown    = 15
	driversShown   = 6
	notesShown     = 3
	stepsShown     = 22
	flipsShown     = 8
	strongestShown = 8
)

// manyProblems is how many sentences have room for three lines each. If there are more, each has two.
const manyProblems = 6

// pages is what the template of the pages shows.
type pages struct {
	Day
	Style, Policy, Tone   string
	Licences              template.HTML
	Date, AsOf, SinceText string
	PnLTotal              number
	DriversText           string
	SignalsText           string
	Shown                 []Problem
	More                  string
	Many                  bool
	Tiles                 []tile
	Charts                []*chart
	Classes               []bar
	Best, Worst           []riskrun.PartPnL
	Stress                []bar
	Limits                []limitLine
	MoreLimits, MoreSteps string
	Notes                 []string
	StepColumns           [][]stepLine
	Flips                 []flipLine
	MoreFlipsText         string
	Strongest             []signal
}

// tile is a main figure.
type tile struct{ Name, Value, Note, Tone string }

// IsLong reports whether the value has no room in large type.
func (t tile) IsLong() bool { return utf8.RuneCountInString(t.Value) > 8 }

// bar is a value with the length of its bar in percent of the room on its side.
type bar struct {
	Name   string
	Value  number
	Length float64
}

type limitLine struct {
	limit
	Tone, Word                           string
	UsedShort, ValueShort, HeadroomShort string
	Length                               float64
}

type stepLine struct{ Name, Status, Tone, Started, Took, Usual string }

type flipLine struct{ At, Strategy, Instrument, From, To string }

// pagesOf chooses what the two pages show.
func pagesOf(d Day) pages {
	zone := d.Rules.Location()
	local := d.At.In(zone)
	p := pages{
		Day: d, Date: local.Format("Monday, 2 January 2006"), AsOf: local.Format("2006-01-02 15:04:05"), SinceText: d.clock(d.Since),
		Tiles: tilesOf(d), Classes: classesOf(d.PnL.Parts),
		Best: bestOf(d.PnL.Parts, 1), Worst: bestOf(d.PnL.Parts, -1), Strongest: d.Signals.Strongest[:min(len(d.Signals.Strongest), strongestShown)],
	}
	p.Shown, p.More = chosen(d.Problems, problemsShown)
	for _, c := range []*chart{d.navChart(), d.drawdownChart(), d.testedChart()} {
		if c != nil {
			p.Charts = append(p.Charts, c)
		}
	}
	p.Many = len(d.Problems) > manyProblems
	p.Tone = "fine"
	if len(d.Problems) > 0 { // the most serious comes first
		p.Tone = map[Severity]string{Warning: "watch", Critical: "bad"}[d.Problems[0].Severity]
	}
	p.PnLTotal = number{d.PnL.HypotheticalPnLPct, d.PnL.Known}
	p.DriversText, p.SignalsText = driversText(d.Risk.Drivers), signalsText(d)
	p.Stress = barsOf(d.Risk.Stress[:min(len(d.Risk.Stress), scenariosShown)])
	for _, l := range d.Risk.Limits[:min(len(d.Risk.Limits), limitsShown)] {
		p.Limits = append(p.Limits, limitLineOf(l))
	}
	p.MoreLimits = moreText(len(d.Risk.Limits)-limitsShown, "limit", "limits")
	p.Notes = notesOf(d)
	p.StepColumns, p.MoreSteps = stepColumns(d)
	for _, f := range d.Signals.Flips[:min(len(d.Signals.Flips), flipsShown)] {
		p.Flips = append(p.Flips, flipLine{d.clock(f.At), f.Strategy, f.Instrument, f.From, f.To})
	}
	if p.MoreFlipsText = moreText(len(d.Signals.Flips)-flipsShown, "change", "changes"); d.Signals.MoreFlips {
		p.MoreFlipsText = "and more"
	}
	return p
}

// chosen picks as many problems as there is room for, in turn from each topic, so that forty failed steps do not hide a breach. It
// keeps their order, and says how many of which topic are left out.
func chosen(all []Problem, room int) (shown []Problem, more string) {
	if len(all) <= room {
		return all, ""
	}
	rank := make([]int, len(all)) // how many problems of the same severity and topic stand before
	seen := map[Problem]int{}
	for n, p := range all {
		kind := Problem{Severity: p.Severity, Topic: p.Topic}
		rank[n] = seen[kind]
		seen[kind]++
	}
	order := make([]int, len(all))
	for n := range order {
		order[n] = n
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(int(all[b].Severity-all[a].Severity), rank[a]-rank[b])
	})
	picked := slices.Sorted(slices.Values(order[:room]))
	left := map[string]int{}
	var topics []string
	for n, p := range all {
		if slices.Contains(picked, n) {
			shown = append(shown, p)
			continue
		}
		if left[p.Topic]++; left[p.Topic] == 1 {
			topics = append(topics, p.Topic)
		}
	}
	for n, topic := range topics {
		topics[n] = fmt.Sprintf("%s %d", topic, left[topic])
	}
	return shown, "and " + plural(len(all)-room, "thing", "things") + " more: " + suggest.Listed(topics, "and")
}

func moreText(n int, one, many string) string {
	if n <= 0 {
		return ""
	}
	return "and " + plural(n, one, many) + " more"
}

// tilesOf are the main figures of the book.
func tilesOf(d Day) []tile {
	b := d.Book
	if b.At.IsZero() {
		return nil
	}
	tones := func(n number) string {
		switch {
		case !n.Known || math.Abs(n.Value) < 0.005:
			return ""
		case n.Value < 0:
			return "bad"
		}
		return "good"
	}
	nav := "–"
	if b.NAV.Known {
		nav = amount(b.NAV.Value)
	}
	leverage := "–"
	if b.Leverage.Known {
		leverage = fixed(b.Leverage.Value, 2) + "×"
	}
	since := ""
	if !b.PeakAt.IsZero() {
		since = "peak " + d.date(d.Rules.BookDay(b.PeakAt))
	}
	days := "no NAV before"
	if !b.PreviousDay.IsZero() {
		days = "since " + d.date(b.PreviousDay)
	}
	sharpe := "worst of 252 days"
	if b.Sharpe.Known {
		sharpe = "Sharpe ratio " + fixed(b.Sharpe.Value, 2)
	}
	return []tile{
		{"NAV", nav, d.clock(b.At), ""},
		{"P&L of the day", b.DayReturn.signed(), days, tones(b.DayReturn)},
		{"Month to date", b.MonthReturn.signed(), b.Day.Format("January"), tones(b.MonthReturn)},
		{"Year to date", b.YearToDay.signed(), b.TotalReturn.signed() + " in all", tones(b.YearToDay)},
		{"Drawdown", d.Risk.Drawdown.percent(), since, d.dialTone("Drawdown")},
		{"Drawdown 1Y", d.Risk.WorstDrawdown.percent(), sharpe, ""},
		{"VaR 99% (1D)", d.Risk.VaR99.percent(), "VaR 95%: " + d.Risk.VaR95.percent(), d.dialTone("VaR 99%")},
		{"Leverage", leverage, plural(int(b.Positions.Value), "position", "positions"), ""},
	}
}

// dialTone is the tone of a dial's figure.
func (d Day) dialTone(title string) string {
	for _, g := range d.Risk.Dials {
		if !strings.Contains(g.Title, title) || !g.Value.Known {
			continue
		}
		switch {
		case g.Red.Known && g.Value.Value >= g.Red.Value:
			return "bad"
		case g.Watch.Known && g.Value.Value >= g.Watch.Value:
			return "watch"
		}
	}
	return ""
}

// classesOf adds the P&L of the instruments up by asset class, the largest gain first.
func classesOf(parts []riskrun.PartPnL) []bar {
	var all []named
	for _, part := range parts {
		at := slices.IndexFunc(all, func(n named) bool { return n.Name == part.Class })
		if at < 0 {
			at, all = len(all), append(all, named{Name: part.Class})
		}
		all[at].Value += part.PnLPct
	}
	slices.SortStableFunc(all, func(a, b named) int { return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Name, b.Name)) })
	if len(all) > classesShown {
		rest := named{Name: "other classes"}
		for _, n := range all[classesShown-1:] {
			rest.Value += n.Value
		}
		all = append(all[:classesShown-1:classesShown-1], rest)
	}
	return barsOf(all)
}

// barsOf gives each value a bar; the longest is 100 percent long.
func barsOf(all []named) []bar {
	longest := 0.0
	for _, n := range all {
		longest = max(longest, math.Abs(n.Value))
	}
	var out []bar
	for _, n := range all {
		length := 0.0
		if longest > 0 {
			length = 100 * math.Abs(n.Value) / longest
		}
		out = append(out, bar{n.Name, number{n.Value, true}, length})
	}
	return out
}

// smallest is the least P&L that is not written as 0.00 %.
const smallest = 0.005

// bestOf are the instruments that made most. With the sign −1 they are those that lost most.
func bestOf(parts []riskrun.PartPnL, sign float64) []riskrun.PartPnL {
	all := slices.DeleteFunc(slices.Clone(parts), func(p riskrun.PartPnL) bool { return sign*p.PnLPct < smallest })
	slices.SortStableFunc(all, func(a, b riskrun.PartPnL) int { return cmp.Compare(sign*b.PnLPct, sign*a.PnLPct) })
	return all[:min(len(all), positionsShown)]
}

// driversText names the instruments that contribute most to the CVaR at 95 %.
func driversText(all []named) string {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b named) int { return cmp.Compare(b.Value, a.Value) })
	var parts []string
	for _, n := range all[:min(len(all), driversShown)] {
		parts = append(parts, n.Name+" "+number{n.Value, true}.bare())
	}
	return cmp.Or(strings.Join(parts, ", "), "none")
}

// signalsText counts the signals by direction.
func signalsText(d Day) string {
	s := d.Signals
	if s.Newest.IsZero() {
		return "no signal is recorded"
	}
	text := fmt.Sprintf("%d long, %d short, %d neutral", s.Long, s.Short, s.Neutral)
	if s.Unknown > 0 {
		text += fmt.Sprintf(", %d not known", s.Unknown)
	}
	return text + "; the newest is of " + d.clock(s.Newest)
}

// testedText says how a VaR did in the backtest, in the words of the risk command.
func testedText(b backtest) string {
	if b.Days == 0 {
		return "no day is tested yet"
	}
	text := fmt.Sprintf("%s in %s, %s expected", plural(b.Exceptions, "exception", "exceptions"), plural(b.Days, "day", "days"), fixed(b.Expected.Value, 1))
	if b.Kupiec.Known {
		text += ", Kupiec p " + fixed(b.Kupiec.Value, 2)
	}
	if b.Christoffersen.Known {
		text += ", Christoffersen p " + fixed(b.Christoffersen.Value, 2)
	}
	if b.Zone != "" {
		text += ", Basel " + b.Zone
	}
	return text
}

func limitLineOf(l limit) limitLine {
	line := limitLine{limit: l, Tone: "good", UsedShort: "–", ValueShort: "–", HeadroomShort: "–", Length: min(max(l.Used.Value, 0), 100)}
	if l.Used.Known {
		line.UsedShort = fixed(l.Used.Value, 1) + " %"
	}
	if l.Current.Known {
		line.ValueShort = amount(l.Current.Value)
	}
	if l.Current.Known && l.Limit.Known {
		line.HeadroomShort = amount(l.Limit.Value - l.Current.Value)
	}
	switch {
	case !l.Used.Known:
		line.Tone, line.Word = "", "not known"
	case l.Used.Value > breach:
		line.Tone, line.Word = "bad", "BREACH"
	case l.Used.Value >= nearlyFull:
		line.Tone = "bad"
	case l.Used.Value >= filling:
		line.Tone = "watch"
	}
	return line
}

// notesOf are the notes on the risk figures. Those on scenarios are long and the same every day; the risk command
// leaves them out too.
func notesOf(d Day) []string {
	var all []string
	for _, n := range d.Risk.Notes {
		if n.About != "scenario" {
			all = append(all, n.Text)
		}
	}
	if len(all) > notesShown {
		return append(all[:notesShown:notesShown], moreText(len(all)-notesShown, "note", "notes")+" on the Risk Dashboard")
	}
	return all
}

// stepColumns are the steps in two columns: first what failed or is old, then the others in the order in which they started.
func stepColumns(d Day) (columns [][]stepLine, more string) {
	all := slices.Clone(d.Steps)
	slices.SortStableFunc(all, func(a, b step) int {
		return cmp.Or(stepRank(b)-stepRank(a), a.StartedAt.Compare(b.StartedAt))
	})
	if len(all) > stepsShown {
		more = moreText(len(all)-stepsShown, "step", "steps")
		all = all[:stepsShown]
	}
	var lines []stepLine
	for _, s := range all {
		line := stepLine{Name: s.Title, Status: s.Status, Started: d.shortClock(s.StartedAt), Took: "–", Usual: "–"}
		if s.Seconds.Known {
			line.Took = lasted(s.Seconds.Value)
		}
		if s.Median.Known {
			line.Usual = lasted(s.Median.Value)
		}
		line.Tone = map[string]string{"SUCCESS": "good", "FAILED": "bad", "RUNNING": "watch"}[s.Status]
		if s.IsStale && s.Status != "FAILED" && !notKnown(s.Status) {
			line.Status, line.Tone = "STALE", "watch"
		}
		lines = append(lines, line)
	}
	half := (len(lines) + 1) / 2
	for some := range slices.Chunk(lines, max(half, 1)) {
		columns = append(columns, some)
	}
	return columns, more
}

// stepRank orders the steps by how much a reader needs to see them.
func stepRank(s step) int {
	switch {
	case s.Status == "FAILED":
		return 4
	case notKnown(s.Status):
		return 3
	case s.IsStale:
		return 2
	case s.Status == "RUNNING":
		return 1
	}
	return 0
}
