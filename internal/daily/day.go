package daily

import (
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/riskrun"
)

// Day is a desk's day as it is at one moment.
type Day struct {
	At time.Time
	// Since is the same hour of the working day before. What is said of runs and signals is about the time from then on.
	Since      time.Time
	Rules      desk.Rules
	workdays   *desk.Workdays
	Version    string
	SampleData bool

	// Problems are what is not as it should be, the most serious first.
	Problems []Problem
	// Checked says what was looked at, for a reader who finds no problem.
	Checked string

	// Standing says how the desk's day stands, as the header of the viewer's pages does.
	Standing  standing
	Steps     []step
	Expected  []desk.StepState // how the steps with a schedule stand
	NeverRun  []desk.Step      // connectors without a run in the last 30 days
	Book      book
	PnL       pnl
	Risk      figures
	Signals   signals
	Unusable  []unusable // values that no figure can use
	Unread    []string   // sentences about words that are not known
	failed    []Problem  // queries that could not be answered
	keptRuns  string
	heldPrice []heldPrice
}

// standing is the verdict on the desk's day. It is empty if no step has a schedule.
type standing struct{ Word, Text string }

// step is the latest run of a step, and what to compare it with.
type step struct {
	Name, Title, Status, Error string
	StartedAt                  time.Time
	SuccessAt                  time.Time // zero if there is none
	Workdays                   int       // on how many days of the two weeks before it ran, weekends aside
	FailingSince               time.Time
	Failures, RecentFailures   int
	Seconds, Median, Longest   number
	IsConnector, IsStale       bool
}

// book is the portfolio.
type book struct {
	At, PeakAt             time.Time
	NAV, DayReturn         number
	Day, PreviousDay       time.Time // book days at midnight UTC
	MonthReturn, YearToDay number
	TotalReturn, Sharpe    number
	Leverage, Positions    number
	Curve, Fall            curve
}

// curve is a line over time.
type curve struct {
	At     []time.Time
	Values []float64
}

// pnl is what the book made by instrument on the last tested day.
type pnl struct {
	riskrun.DayPnL
	Known bool
}

// figures are the risk figures.
type figures struct {
	Status, StatusText      string
	VaR95, VaR99, CVaR95    number
	Drawdown, WorstDrawdown number
	Methods                 []method
	Stress                  []named
	Limits                  []limit
	Drivers                 []named
	Backtest                []backtest
	Tested                  []testedDay
	Notes                   []note
	Dials                   []dial
}

type method struct {
	Name                         string
	VaR95, VaR99, CVaR95, CVaR99 number
	Returns                      int
	From, To                     string
}

type named struct {
	Name  string
	Value float64
}

type note struct{ About, Text string }

// limit is a limit of the latest check.
type limit struct {
	Name                 string
	Used, Current, Limit number
	Since                time.Time // of the breach; zero if there is none
	Longer               bool      // the breach began before Since
}

// dial is a dial of the Risk Dashboard: its figure, and the marks from which it is yellow and red.
type dial struct {
	Title, Limit      string
	Value, Watch, Red number
}

type backtest struct {
	Name                   string
	Days, Exceptions       int
	Expected               number
	Kupiec, Christoffersen number
	Zone                   string
}

// testedDay is a day of the backtest. The VaRs are losses, and so below zero.
type testedDay struct {
	At                 time.Time
	PnL, Actual        number
	LossAt95, LossAt99 number
}

// signals are the strategies' signals.
type signals struct {
	Newest               time.Time
	Long, Short, Neutral int
	Unknown              int
	Strongest            []signal
	Flips                []flip
	MoreFlips            bool
}

type signal struct {
	Strategy, Instrument, Direction string
	Confidence                      number
}

type flip struct {
	At                             time.Time
	Strategy, Instrument, From, To string
}

// unusable is a value that another tool stored and that no figure can use.
type unusable struct{ Table, Row, Column, Found, Problem string }

// heldPrice is the day of the last price of an instrument that is held.
type heldPrice struct {
	Instrument string
	Weight     number
	Day        time.Time // zero if there is no price
}
