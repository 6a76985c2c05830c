package sampledesk

import (
	"slices"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/calendar"
)

// pipelineHour is the local hour at which the connectors begin.
const pipelineHour = 6

// How much the duration of the steps after the connectors varies, and how often these steps fail.
const deskSpread, deskFailRate = 0.25, 0.004

// step is what the desk runs once a day.
type step struct {
	name string
	hour int // local hour at which a step without after starts
	// after lists the steps that must have ended before this one starts, whether they succeeded or not.
	after []string
	// requires lists the steps that must have succeeded. Otherwise this one does not start at all.
	requires []string
	// reads lists the connectors whose data of the day this one needs. Without them it fails.
	reads    []string
	median   float64 // seconds that a run takes on an ordinary day
	spread   float64 // standard deviation of the duration's logarithm
	failRate float64 // chance that the first attempt of a day fails for no other step's fault
}

// The plan of a day lists every step after the steps that it waits for.

// tradingPlan is the pipeline of a day on which the desk trades. In the morning the strategies compute signals from
// the closes of the days before. In the evening the book, its risk and the report follow.
func tradingPlan() []step {
	plan := connectorPlan()
	var connectors []string
	for _, s := range plan {
		connectors = append(connectors, s.name)
	}
	deskStep := func(name string, median float64, after ...string) step {
		return step{name: name, after: after, median: median, spread: deskSpread, failRate: deskFailRate}
	}
	strategies := func(class string, median float64, reads ...string) step {
		s := deskStep("signals_"+class, median, "normalise_data")
		s.requires, s.reads = []string{"normalise_data"}, reads
		return s
	}
	plan = append(plan,
		normalise(connectors),
		strategies("fx", 32, "bcb_ptax", "yahoo"),
		strategies("rates", 55, "b3_market_data", "treasury_gov"),
		strategies("inflation", 41, "bcb_sgs"),
		strategies("cupom", 27, "b3_market_data", "bcb_ptax"),
		strategies("sovereign", 36, "fred"),
	)
	crossAsset := deskStep("signals_cross_asset", 48,
		"signals_fx", "signals_rates", "signals_inflation", "signals_cupom", "signals_sovereign")
	crossAsset.requires = []string{"normalise_data"}
	// The book is marked and traded at the day's close, long after its signals were computed.
	closing := deskStep("closing_prices", 34)
	closing.hour = desk.BuiltInRules().ClosingHour
	// A strategy that failed keeps its last signals, so the portfolio is built without it.
	portfolio := deskStep("portfolio", 22, "signals_cross_asset", "closing_prices")
	portfolio.requires = []string{"normalise_data", "closing_prices"}
	risk := deskStep("risk", 75, "portfolio")
	risk.requires = []string{"portfolio"}
	report := deskStep("report", 16, "risk")
	report.requires = []string{"portfolio"}
	return append(plan, crossAsset, closing, portfolio, risk, report)
}

// weekendPlan is the housekeeping of a Saturday or a Sunday.
func weekendPlan() []step {
	return []step{
		{name: "backfill_check", hour: 6, median: 240, spread: 0.3, failRate: 0.02},
		dataQuality(),
	}
}

// dataQuality is the check of a day that leaves the machines free for it.
func dataQuality() step {
	return step{name: "data_quality", hour: 18, median: 150, spread: 0.3, failRate: 0.03}
}

// holidayPlan is the pipeline of a weekday on which B3 is closed. The connectors run, since some of the sources publish
// and each connector reads its last days again. Nothing is decided, marked or traded.
func holidayPlan() []step {
	plan := connectorPlan()
	var connectors []string
	for _, s := range plan {
		connectors = append(connectors, s.name)
	}
	return append(plan, normalise(connectors), dataQuality())
}

// normalise brings what the connectors fetched into one shape.
func normalise(connectors []string) step {
	return step{name: "normalise_data", after: connectors, median: 70, spread: deskSpread, failRate: deskFailRate}
}

// timetable has what the desk's days have in common. It is made once for all of them, because a history has thousands.
type timetable struct {
	zone                      *time.Location
	days                      *calendar.Calendar
	trading, holiday, weekend []step // the plans
	connectors                []string
	causes                    map[string][]failure // the ways in which each step may fail
}

func newTimetable() *timetable {
	rules := desk.BuiltInRules()
	t := &timetable{
		zone: rules.Location(), days: calendar.New(),
		trading: tradingPlan(), holiday: holidayPlan(), weekend: weekendPlan(),
		causes: map[string][]failure{},
	}
	for _, c := range rules.Connectors() {
		t.connectors = append(t.connectors, c.Name)
	}
	for _, s := range slices.Concat(t.trading, t.holiday, t.weekend) {
		t.causes[s.name] = failuresOf(s.name)
	}
	return t
}

// planFor returns the plan of a date.
func (t *timetable) planFor(date time.Time) []step {
	switch {
	case calendar.IsWeekend(date):
		return t.weekend
	case !t.days.Trades(calendar.B3, date):
		return t.holiday
	}
	return t.trading
}

// Steps returns the names of all steps that the desk runs, each once.
func Steps() []string {
	names := []string{HealthCheck}
	for _, s := range append(tradingPlan(), weekendPlan()...) {
		names = append(names, s.name)
	}
	return names
}
