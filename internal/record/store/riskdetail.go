package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

var measureTable = table[desk.RiskMeasure]{
	relation: relation{
		name: "risk_measures",
		columns: []column{
			{name: "computed_at", family: instant}, {name: "method", family: textual},
			{name: "confidence_pct", family: number}, {name: "var_pct", family: number},
			{name: "cvar_pct", family: number}, {name: "observations", family: number},
			{name: "window_from", family: day}, {name: "window_to", family: day},
		},
		keys:    3,
		stamped: true,
	},
	encode: func(c *copyRows, m desk.RiskMeasure) {
		c.time(m.ComputedAt)
		c.text(string(m.Method))
		c.number(m.ConfidencePct)
		c.number(m.VaRPct)
		c.number(m.CVaRPct)
		c.count(m.Observations)
		c.dateOrNull(m.WindowFrom)
		c.dateOrNull(m.WindowTo)
	},
}

var contributionTable = table[desk.RiskContribution]{
	relation: relation{
		name: "risk_contributions",
		columns: []column{
			{name: "computed_at", family: instant}, {name: "grouping", family: textual},
			{name: "name", family: textual}, {name: "net_weight", family: number},
			{name: "gross_weight", family: number}, {name: "var_95_pct", family: number},
			{name: "var_99_pct", family: number}, {name: "cvar_95_pct", family: number},
			{name: "cvar_99_pct", family: number}, {name: "incremental_var_95_pct", family: number},
			{name: "incremental_var_99_pct", family: number},
		},
		keys:    3,
		stamped: true,
	},
	encode: func(c *copyRows, r desk.RiskContribution) {
		c.time(r.ComputedAt)
		c.text(string(r.Grouping))
		c.text(r.Name)
		for _, x := range []float64{r.NetWeight, r.GrossWeight, r.VaR95Pct, r.VaR99Pct, r.CVaR95Pct, r.CVaR99Pct,
			r.IncrementalVaR95Pct, r.IncrementalVaR99Pct} {
			c.number(x)
		}
	},
}

var stressPartTable = table[desk.StressContribution]{
	relation: relation{
		name: "stress_test_contributions",
		columns: []column{
			{name: "run_date", family: instant}, {name: "scenario_name", family: textual},
			{name: "asset_class", family: textual}, {name: "pnl_pct", family: number},
		},
		keys:    3,
		stamped: true,
	},
	encode: func(c *copyRows, r desk.StressContribution) {
		c.time(r.RunDate)
		c.text(r.Scenario)
		c.text(r.AssetClass)
		c.number(r.PnLPct)
	},
}

var stressPositionTable = table[desk.StressPosition]{
	relation: relation{
		name: "stress_test_positions",
		columns: []column{
			{name: "run_date", family: instant}, {name: "scenario_name", family: textual},
			{name: "strategy_id", family: textual}, {name: "instrument", family: textual},
			{name: "asset_class", family: textual}, {name: "weight", family: number}, {name: "pnl_pct", family: number},
		},
		keys:    4,
		stamped: true,
	},
	encode: func(c *copyRows, p desk.StressPosition) {
		c.time(p.RunDate)
		c.text(p.Scenario)
		c.text(p.Strategy)
		c.text(p.Instrument)
		c.text(p.AssetClass)
		c.number(p.Weight)
		if p.Unpriced {
			c.null()
			return
		}
		c.number(p.PnLPct)
	},
}

var backtestTable = table[desk.BacktestDay]{
	relation: relation{
		name: "risk_backtest",
		columns: []column{
			{name: "day", family: day}, {name: "var_computed_at", family: instant},
			{name: "var_95_pct", family: number}, {name: "var_99_pct", family: number},
			{name: "hypothetical_pnl_pct", family: number}, {name: "actual_return_pct", family: number},
		},
		keys:    1,
		stamped: true,
	},
	encode: func(c *copyRows, b desk.BacktestDay) {
		c.dateOrNull(b.Day)
		c.time(b.VaRComputedAt)
		c.number(b.VaR95Pct)
		c.number(b.VaR99Pct)
		c.number(b.HypotheticalPnLPct)
		c.numberOrNull(b.ActualReturnPct)
	},
}

var backtestSummaryTable = table[desk.BacktestSummary]{
	relation: relation{
		name: "risk_backtest_summary",
		columns: []column{
			{name: "computed_at", family: instant}, {name: "confidence_pct", family: number},
			{name: "days", family: number}, {name: "exceptions", family: number},
			{name: "kupiec_lr", family: number}, {name: "kupiec_p", family: number},
			{name: "christoffersen_lr", family: number}, {name: "christoffersen_p", family: number},
			{name: "zone", family: textual},
		},
		keys:    2,
		stamped: true,
	},
	encode: func(c *copyRows, b desk.BacktestSummary) {
		c.time(b.ComputedAt)
		c.number(b.ConfidencePct)
		c.count(b.Days)
		c.count(b.Exceptions)
		for _, test := range []*desk.LikelihoodRatio{b.Kupiec, b.Christoffersen} {
			if test == nil {
				c.null()
				c.null()
				continue
			}
			c.number(test.LR)
			c.number(test.P)
		}
		c.textOrNull(string(b.Zone))
	},
}

var noteTable = table[desk.RiskNote]{
	relation: relation{
		name: "risk_notes",
		columns: []column{
			{name: "computed_at", family: instant}, {name: "note_no", family: number},
			{name: "kind", family: textual}, {name: "note", family: prose},
		},
		keys:    2,
		stamped: true,
	},
	encode: func(c *copyRows, n desk.RiskNote) {
		c.time(n.ComputedAt)
		c.count(n.No)
		c.text(n.Kind)
		c.text(n.Text)
	},
}

var inputsTable = table[desk.RiskInputs]{
	relation: relation{
		name: "risk_inputs",
		columns: []column{
			{name: "computed_at", family: instant}, {name: "digest", family: textual},
			{name: "rows_digest", family: textual}, {name: "prices_from", family: document},
			{name: "prices_to", family: day}, {name: "returns", family: number},
		},
		keys:    1,
		stamped: true,
	},
	encode: func(c *copyRows, i desk.RiskInputs) {
		c.time(i.ComputedAt)
		c.text(i.Digest)
		c.text(i.RowsDigest)
		c.document(daysByName(i.PricesFrom))
		c.dateOrNull(i.PricesTo)
		c.count(i.Returns)
	},
}

// daysByName returns days by name as a JSON object. The zero time becomes null.
func daysByName(days map[string]time.Time) string {
	all := make(map[string]*string, len(days))
	for name, day := range days {
		all[name] = nil
		if !day.IsZero() {
			text := day.Format(time.DateOnly)
			all[name] = &text
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err) // a map of strings can always be encoded
	}
	return string(text)
}

// replaceRows deletes the rows of some times or days, by the table's first column, and copies rows in. It is
// for tables that only macrowatch makes.
func replaceRows[T any](ctx context.Context, tx pgx.Tx, t table[T], whose []time.Time, rows []T) error {
	first := t.columns[0]
	sql := fmt.Sprintf(`DELETE FROM %s WHERE %s = ANY ($1::%s[])`, t.name, first.quoted(), first.family.types().own)
	if _, err := tx.Exec(ctx, sql, whose); err != nil {
		return err
	}
	into := fmt.Sprintf(`COPY %s (%s) FROM STDIN (FORMAT binary)`, t.name, strings.Join(quotedNames(t.columns), ", "))
	for chunk := range slices.Chunk(rows, chunkRows) {
		copied := copyRows{binary: true}
		for _, r := range chunk {
			t.format(true).append(&copied, r)
		}
		if err := copyInto(ctx, tx, into, copied); err != nil {
			return err
		}
	}
	return nil
}
