package dashboard

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"

	"macrowatch/internal/desk"
)

// Bounds of lists. If a list leaves rows out, the panel tells that to the reader.
const (
	listedMost    = 20     // how many failures or flips a table lists
	markedMost    = 200    // how many failures are marked one by one
	signalsMost   = 100    // how many signals a table lists
	positionsMost = 100    // how many positions of a scenario are listed one by one
	worstListed   = 7      // how many of the worst scenarios are listed beside the limits
	countedMost   = 10_000 // how far rows are counted for "latest 20 of 908"
)

// maxPoints is how many points in time the curves have: one every two pixels on a screen of 1440 pixels. Each of them asks for
// this number, so that Grafana and the viewer compute the same $__interval on every screen.
const maxPoints = 720

// About how many cells of time the charts of runs have. On a screen of 1440 pixels a cell is then five to fifteen pixels wide, so that
// a bar or a state can be seen and pointed at. Where a cell is an hour or longer, the charts are drawn from summaries, and there are
// fewer cells: then nearly every cell has runs of each step, and each of them costs something.
const (
	runPoints  = 200 // in short ranges
	longBars   = 150
	longStates = 100
)

// cellsMost is about how many cells the lines of a chart of runs have together at most, whatever the range and the number of
// steps: all cells of twenty steps.
const cellsMost = 20 * runPoints

//go:embed sql/*.sql
var sqlFiles embed.FS

// subject is what one query is about, such as a step, a limit or some asset classes. Most queries are about
// none of them.
type subject struct {
	step  string // the step_name that a query is about
	unit  string // the unit that a number gets where its snapshot looks torn
	limit dialLimit
	// condition is the state of a step, or the zone of a backtest, that a query is about; column is a column of a VaR, and
	// sourcesDown how many connectors are in trouble when they are told of by one alert.
	condition, column string
	sourcesDown       int
	groups            []string // the groups of the alerts that a query is about; without them it is about those of the steps
	// classes are the asset classes whose strategies a query is about.
	classes []string
	points  int   // how many points in time to draw at most; 0 means about maxPoints
	widths  []int // how wide a cell may be, in seconds, from half of the first of them on; without them it may have any width
	// longCells is about how many cells a line of a chart of runs has where a cell is an hour or longer. In shorter ranges such a chart
	// has about runPoints cells. 0 means that the chart is not one of runs.
	longCells int
	walk      cellWalk // how many of a cell's rows are read; the zero value means standardWalk
}

// sqlValues are the values that the templates in sql/ may name. The templates may call the functions of queryFunctions.
type sqlValues struct {
	Step         string
	Steps        []desk.Step
	StepNames    string   // the names of the steps, as literals with commas between them
	Groups       []string // the groups of the steps
	Connectors   string   // the steps of the connectors, as literals with commas between them
	ErrorLog     string   // the address of the Error Log alone, with its first parameter
	TornUnit     string   // unit of the subject
	Limit        dialLimit
	Classes      string // literals with commas between them
	NoLimits     string // what a panel says where the limits were never checked
	BreachChecks int    // how many earlier checks are read to find the beginning of a breach
	BreachRows   int    // how many rows of a range are read to find the breaches in it
	// BreachesListed is how many breaches a table lists.
	BreachesListed int
	RunsListed     int // how many runs of a step a table lists
	AlertsListed   int // how many alerts a table lists
	LimitsDrawn    int // how many limits a chart draws
	Condition      string
	VaRColumn      string
	SourcesDown    int
	AlertGroups    string // the groups of the alerts to mark, as literals with commas between them
	MaxPoints      int
	CellWidths     string // the widths that a cell may have, in seconds with commas between them
	CellsMost      int    // cellsMost
	LongCells      int    // longCells of the subject
	Rounding       string // how a cell becomes a whole number of $__interval: round or ceil
	ListedMost     int    // listedMost
	SignalsMost    int    // signalsMost
	PositionsMost  int    // positionsMost
	WorstScenario  string // the choice of the worst scenario
	MarkedMost     int    // markedMost
	MarkedOver     int    // markedMost and one more, which shows that there are too many
	CountedMost    int    // countedMost
	CountedOver    int    // countedMost and one more
	WalkEach       int    // walk.each
	WalkParts      int    // walk.parts
	CellRows       int    // cellRowsMost
	SharpeReturns  int    // how many daily returns the Sharpe ratio takes at most
	SharpeLeast    int    // and at least
	DrawdownDays   int    // over how many daily NAVs the worst drawdown looks back
	ReturnsLeast   int    // how many daily returns a VaR takes at least
	BacktestDays   int    // how many days Basel's traffic light needs
	NotComputed    string // what a panel says of a number that was never computed
	Grey           string // the colour of what is not known
	Yellow         string // the colour of what a reader should look at
	DialLimits     string // the names of the limits from which the dials take their marks, quoted
	// LimitFilling and LimitNearlyFull are the percentages of a limit from which its bar is yellow and red.
	LimitFilling    int
	LimitNearlyFull int
	StressLimit     string // the name of the limit on stress losses
	WorstScenarios  int    // how many scenarios the short list has
	NotKnown        string // the series of the changes to or from a direction that is not known
}

// sql renders the template sql/<name>. The comments in those files are comments of the template, which leave
// nothing in the query. Comments of SQL would be no good: Grafana before 13.1 cuts a query at two hyphens.
func (b builder) sql(name string, about subject) (string, error) {
	points, rounding := about.points, "ceil"
	switch {
	case about.longCells > 0:
		points, rounding = runPoints, "round"
	case points == 0:
		points, rounding = maxPoints, "round"
	}
	if about.walk == (cellWalk{}) {
		about.walk = standardWalk()
	}
	var text strings.Builder
	err := b.queries.ExecuteTemplate(&text, name, sqlValues{
		Step:            about.step,
		Steps:           b.rules.Steps,
		StepNames:       literals(b.stepNames()),
		Groups:          b.rules.Groups(),
		Connectors:      literals(b.connectorSteps()),
		ErrorLog:        fmt.Sprintf("%s?viewPanel=%d", relative(pathOf(Home, Home)), pipelineErrorsID),
		TornUnit:        about.unit,
		Limit:           about.limit,
		Classes:         literals(about.classes),
		NoLimits:        noLimits,
		BreachChecks:    breachChecks,
		BreachRows:      breachRows,
		BreachesListed:  breachesListed,
		RunsListed:      runsListed,
		AlertsListed:    alertsListed,
		LimitsDrawn:     limitsDrawn,
		Condition:       about.condition,
		VaRColumn:       about.column,
		SourcesDown:     about.sourcesDown,
		AlertGroups:     literals(about.groups),
		MaxPoints:       points,
		CellWidths:      numbers(about.widths),
		CellsMost:       cellsMost,
		LongCells:       about.longCells,
		Rounding:        rounding,
		ListedMost:      listedMost,
		SignalsMost:     signalsMost,
		PositionsMost:   positionsMost,
		WorstScenario:   worstScenario,
		MarkedMost:      markedMost,
		MarkedOver:      markedMost + 1,
		CountedMost:     countedMost,
		CountedOver:     countedMost + 1,
		WalkEach:        about.walk.each,
		WalkParts:       about.walk.parts,
		CellRows:        cellRowsMost,
		SharpeReturns:   sharpeReturns,
		SharpeLeast:     sharpeLeast,
		DrawdownDays:    drawdownDays,
		ReturnsLeast:    returnsLeast,
		BacktestDays:    backtestDays,
		NotComputed:     notComputed,
		Grey:            colourUnknown,
		Yellow:          colourWatch,
		DialLimits:      literals(dialLimitNames()),
		LimitFilling:    limitFilling,
		LimitNearlyFull: limitNearlyFull,
		StressLimit:     stressLimit,
		WorstScenarios:  worstListed,
		NotKnown:        directionNotKnown,
	})
	if err != nil {
		return "", fmt.Errorf("write query %s: %w", name, err)
	}
	return strings.TrimSpace(text.String()), nil
}

// earlierDay is a walk back over the daily NAVs: the table that is walked, and how many days it goes back at most, 0 for all.
type earlierDay struct {
	Walked string
	Most   int
}

// bookStretch is SQL for when the hour or the day begins and ends in which an instant lies, as the summaries of the book have them.
func (b builder) bookStretch(width, at string) between {
	seconds := map[string]int{"hour": desk.HourOfBook, "day": desk.DayOfBook}[width]
	begins, ends := desk.BookStretch(seconds, at, literal(b.rules.Zone))
	return between{begins, ends}
}

// queryFunctions are the functions that the templates of the queries call. The desk's rules come to a query
// through these functions only.
func (b builder) queryFunctions() template.FuncMap {
	return template.FuncMap{
		"zone":            func() string { return literal(b.rules.Zone) },
		"closingTime":     func() string { return literal(fmt.Sprintf("%02d:00", b.rules.ClosingHour)) },
		"staleSeconds":    func() int64 { return int64(b.rules.StaleAfter / time.Second) },
		"statuses":        func() string { return literals(desk.StatusWord.Meanings()) },
		"directions":      func() string { return literals(desk.DirectionWord.Meanings()) },
		"statusRank":      statusRank,
		"oneStep":         func() bool { return b.oneStep },
		"askedStep":       func() string { return askedStep },
		"failedRank":      failedRank,
		"ranksUpwards":    ranksUpwards,
		"ranksDownwards":  ranksDownwards,
		"daysBack":        b.rules.Calendar.DaysBackSQL,
		"daysAhead":       b.rules.Calendar.DaysAheadSQL,
		"weekWorked":      b.weekWorked,
		"weekSeconds":     func() int { return b.rules.Calendar.WorkdaysInAWeek() * secondsInADay },
		"bookDayNumber":   b.bookDayNumber,
		"navSpacings":     b.navSpacings,
		"between":         func(from, to string) between { return between{from, to} },
		"strategyClass":   func(column string) string { return desk.ClassSQL(b.rules.StrategyClasses, column) },
		"instrumentClass": func(column string) string { return desk.ClassSQL(b.rules.InstrumentClasses, column) },
		"classRank":       func(column string) string { return classRank(b.rules.AssetClasses, column) },
		"crossAssetClass": func() string { return literal(b.rules.CrossAssetClass) },
		"connectorGroup":  func() string { return literal(desk.ConnectorGroup) },
		"otherClass":      func() string { return literal(desk.OtherClass) },
		"identifier":      func(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` },
		"rows":            desk.UsableRows,
		"runsSummed":      desk.RunSummariesKept,
		"literal":         literal,
		"months":          months,
		"downwards":       monthsDescending,
		"place":           func(index int) int { return index + 1 }, // as SQL counts
		"rowsOfCells":     rowsOfCells,
		"unless":          unless,
		"earlierDay":      func(walked string, most int) earlierDay { return earlierDay{walked, most} },
		"bookStretch":     b.bookStretch,
		"navsSummed":      desk.NAVSummariesKept,
		"flipsKept":       desk.FlipsKept,
		"allocationRules": func() string { return literal(b.rules.AllocationRules()) },
		"grossUnits":      desk.GrossUnits,
		"namedClasses":    desk.NamedClasses,
		"namedClassesMap": desk.NamedClassesMap,
		"signalProbe":     func(from, direction, at string) signalProbe { return signalProbe{from, direction, at} },
		"constraintsKept": desk.ConstraintsKept,
		"chosenStrategy":  func(column string) string { return b.chosen(strategyVariable, column) },
		"chosenScenario":  chosenScenario,
		"chosenStep":      func(column string) string { return b.chosen(stepVariable, column) },
		"chosen":          func(where string) string { return where + " AND " + b.chosen(stepVariable, "step_name::text") },
		"failedInRange":   b.failedInRange,
		"picked":          func(where string, most int) rowSelection { return rowSelection{where, most, true} },
		"counted":         func(where string, most int) rowSelection { return rowSelection{where, most, false} },
	}
}

// rowSelection says which rows a part of a query reads, how many of them at most, and whether with their messages.
type rowSelection struct {
	Where    string
	Most     int
	Messages bool
}

// month is a month of the year as the dashboards name it.
type month struct {
	Number int
	Name   string
}

// months are the months of a year from January to December.
func months() []month {
	var all []month
	for m := time.January; m <= time.December; m++ {
		all = append(all, month{int(m), m.String()[:3]})
	}
	return all
}

// monthsDescending are the months of a year from December to January.
func monthsDescending() []month {
	all := months()
	slices.Reverse(all)
	return all
}

// literal writes a text as a literal of SQL.
func literal(s string) string { return desk.TextSQL(s) }

// literals quotes texts for a list in SQL, with commas between them.
func literals(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = literal(t)
	}
	return strings.Join(quoted, ", ")
}

// numbers writes numbers for a list in SQL, with commas between them.
func numbers(all []int) string {
	texts := make([]string, len(all))
	for i, n := range all {
		texts[i] = fmt.Sprint(n)
	}
	return strings.Join(texts, ", ")
}
