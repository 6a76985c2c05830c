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

// Bounds of lists, which say what they leave out.
const (
	listedMost  = 20     // failures and flips in a table
	markedMost  = 200    // failures that are marked one by one
	countedMost = 10_000 // rows that are counted for "latest 20 of 908"
)

// maxPoints is how many places in time the charts of runs have: at 1440 pixels one every two
// pixels. Both charts fix it, so that Grafana and the viewer compute the same $__interval
// whatever the screen.
const maxPoints = 720

// cellsMost is how many cells the lines of a chart of runs have together, whatever the range and the
// number of steps. Twenty steps have cells of two pixels; of fifty, whose lines are eight pixels high,
// each cell is six pixels wide.
const cellsMost = 20 * maxPoints

//go:embed sql/*.sql
var sqlFiles embed.FS

// subject is what one query asks about: a step, a limit, some asset classes. Most queries need none of it.
type subject struct {
	step  string // step_name, for a query about one step
	unit  string // of a number, for a query about its setting
	limit dialLimit
	// classes are the asset classes whose strategies a query is about.
	classes []string
	points  int      // how many places in time to draw at most; 0 stands for about maxPoints
	walk    cellWalk // how many of a cell's rows are looked at; the zero value stands for standardWalk
}

// sqlValues are what the templates in sql/ may name, beside the functions zone, literal, months,
// downwards, rows and picked.
type sqlValues struct {
	Step          string
	TornUnit      string // the unit of a number whose snapshot looks torn
	Limit         dialLimit
	Classes       string // literals with commas between them
	NoLimits      string // what stands for limits that were never checked
	BreachChecks  int    // how many checks a breach is followed back
	StaleSeconds  int64  // StaleAfter of the desk's rules
	MaxPoints     int
	CellsMost     int    // cellsMost
	Rounding      string // of $__interval to a cell: round or ceil
	ListedMost    int    // listedMost
	MarkedMost    int    // markedMost
	MarkedOver    int    // one more
	CountedMost   int    // countedMost
	CountedOver   int    // one more
	WalkEach      int    // walk.each
	WalkParts     int    // walk.parts
	SharpeReturns int    // how many daily returns the Sharpe ratio takes at most
	SharpeLeast   int    // and at least
	DrawdownDays  int    // how many daily NAVs the worst drawdown looks back over
	ReturnsLeast  int    // how many daily returns a VaR takes at least
	BacktestDays  int    // how many days Basel's traffic light is made for
	NotComputed   string // what a number says that was never computed
	Grey          string // the colour of what is not known
	Yellow        string // the colour of what a reader should look at
	DialLimits    string // the names of the limits that the dials go by, quoted
	// LimitNearlyFull is how much of a limit is nearly all, in percent.
	LimitNearlyFull int
	NotKnown        string // the series of changes to or from a direction that is not known
}

// sql renders sql/<name>. Comments in those files are template comments, which leave nothing
// behind: Grafana before 13.1 cuts a query at two hyphens.
func (b builder) sql(name string, about subject) (string, error) {
	t, err := template.New(name).
		Funcs(b.queryFunctions()).
		Option("missingkey=error").
		ParseFS(sqlFiles, "sql/"+name, "sql/shared*.sql")
	if err != nil {
		return "", fmt.Errorf("read query %s: %w", name, err)
	}
	points, rounding := about.points, "ceil"
	if points == 0 {
		points, rounding = maxPoints, "round"
	}
	if about.walk == (cellWalk{}) {
		about.walk = standardWalk()
	}
	var text strings.Builder
	err = t.Execute(&text, sqlValues{
		Step:            about.step,
		TornUnit:        about.unit,
		Limit:           about.limit,
		Classes:         literals(about.classes),
		NoLimits:        noLimits,
		BreachChecks:    breachChecks,
		StaleSeconds:    int64(b.rules.StaleAfter / time.Second),
		MaxPoints:       points,
		CellsMost:       cellsMost,
		Rounding:        rounding,
		ListedMost:      listedMost,
		MarkedMost:      markedMost,
		MarkedOver:      markedMost + 1,
		CountedMost:     countedMost,
		CountedOver:     countedMost + 1,
		WalkEach:        about.walk.each,
		WalkParts:       about.walk.parts,
		SharpeReturns:   sharpeReturns,
		SharpeLeast:     sharpeLeast,
		DrawdownDays:    drawdownDays,
		ReturnsLeast:    returnsLeast,
		BacktestDays:    backtestDays,
		NotComputed:     notComputed,
		Grey:            colourUnknown,
		Yellow:          colourWatch,
		DialLimits:      literals(dialLimitNames()),
		LimitNearlyFull: limitNearlyFull,
		NotKnown:        directionNotKnown,
	})
	if err != nil {
		return "", fmt.Errorf("write query %s: %w", name, err)
	}
	return strings.TrimSpace(text.String()), nil
}

// queryFunctions are the functions that the templates of the queries call. The desk's rules come to a query
// through these functions only.
func (b builder) queryFunctions() template.FuncMap {
	return template.FuncMap{
		"zone":            func() string { return literal(b.rules.Zone) },
		"closingTime":     func() string { return literal(fmt.Sprintf("%02d:00", b.rules.ClosingHour)) },
		"statuses":        func() string { return literals(desk.StatusWord.Meanings()) },
		"directions":      func() string { return literals(desk.DirectionWord.Meanings()) },
		"statusRank":      statusRank,
		"strategyClass":   func(column string) string { return classByPrefix(b.rules.StrategyClasses, column) },
		"instrumentClass": func(column string) string { return classByPrefix(b.rules.InstrumentClasses, column) },
		"classRank":       func(column string) string { return classRank(b.rules.AssetClasses, column) },
		"crossAssetClass": func() string { return literal(b.rules.CrossAssetClass) },
		"otherClass":      func() string { return literal(desk.OtherClass) },
		"rows":            desk.UsableRows,
		"literal":         literal,
		"months":          months,
		"downwards":       monthsDescending,
		"rowsOfCells":     rowsOfCells,
		"picked":          func(where string, most int) rowSelection { return rowSelection{where, most} },
	}
}

// rowSelection says which rows a part of a query is about, and how many of them at most.
type rowSelection struct {
	Where string
	Most  int
}

// month is a month as the dashboards name it.
type month struct {
	Number int
	Name   string
}

// months are the months of a year, from January on.
func months() []month {
	var all []month
	for m := time.January; m <= time.December; m++ {
		all = append(all, month{int(m), m.String()[:3]})
	}
	return all
}

// monthsDescending are the months of a year, from December back.
func monthsDescending() []month {
	all := months()
	slices.Reverse(all)
	return all
}

// literal quotes a text for SQL, with standard_conforming_strings as PostgreSQL has it.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// literals quotes texts for a list in SQL, with commas between them.
func literals(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = literal(t)
	}
	return strings.Join(quoted, ", ")
}
