package intake

import (
	"encoding/csv"
	"strings"
)

// KindAbout says what the files of a kind have.
type KindAbout struct {
	Table   string
	Columns []ColumnAbout
	Example string // a file in macrowatch's own format
}

// ColumnAbout says what a column holds.
type ColumnAbout struct {
	Name, Alias string
	Required    bool
	Unit, About string
}

// tables are the tables into which the kinds are written.
var tables = map[string]string{
	"pipeline-runs": "pipeline_runs", "signals": "strategy_signals", portfolioStates: "portfolio_state", "instruments": "instruments",
	prices: "instrument_prices", "risk-metrics": "risk_metrics_daily", "stress-results": "stress_test_results", "limit-statuses": "risk_limits_status",
}

// About returns what the files of a kind have. Its error is an ErrUsage.
func About(name string) (KindAbout, error) {
	k, err := kindNamed(name)
	if err != nil {
		return KindAbout{}, err
	}
	about := KindAbout{Table: tables[name]}
	var header, row []string
	for _, c := range k.fields() {
		f := factsOf(c.name)
		about.Columns = append(about.Columns, ColumnAbout{c.name, c.alias, c.required, f.unit, f.about})
		header, row = append(header, c.name), append(row, exampleOf(name, c.name, f.example))
	}
	var text strings.Builder
	w := csv.NewWriter(&text)
	_ = w.WriteAll([][]string{header, row}) // a strings.Builder takes everything
	about.Example = text.String()
	return about, nil
}

// exampleOf returns the example of a column in a kind. A yield with a maturity has no tenor.
func exampleOf(kind, column, example string) string {
	if kind != "instruments" {
		return example
	}
	switch column {
	case "instrument":
		return "NTNB28"
	case "tenor_years":
		return ""
	}
	return example
}
