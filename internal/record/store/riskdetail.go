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

// ownTable says how rows get into a table that is macrowatch's alone, whose rows of a time are
// replaced whole: they are deleted by their first column, then copied.
type ownTable[T any] struct {
	name    string
	columns []string // that of the deletion first; stored_at has its default
	encode  func(*copyText, T)
}

var measureTable = ownTable[desk.RiskMeasure]{
	name: "risk_measures",
	columns: []string{"computed_at", "method", "confidence_pct", "var_pct", "cvar_pct", "observations",
		"window_from", "window_to"},
	encode: func(c *copyText, m desk.RiskMeasure) {
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

var contributionTable = ownTable[desk.RiskContribution]{
	name: "risk_contributions",
	columns: []string{"computed_at", "grouping", "name", "net_weight", "gross_weight", "var_95_pct", "var_99_pct",
		"cvar_95_pct", "cvar_99_pct", "incremental_var_95_pct", "incremental_var_99_pct"},
	encode: func(c *copyText, r desk.RiskContribution) {
		c.time(r.ComputedAt)
		c.text(string(r.Grouping))
		c.text(r.Name)
		for _, x := range []float64{r.NetWeight, r.GrossWeight, r.VaR95Pct, r.VaR99Pct, r.CVaR95Pct, r.CVaR99Pct,
			r.IncrementalVaR95Pct, r.IncrementalVaR99Pct} {
			c.number(x)
		}
	},
}

var stressPartTable = ownTable[desk.StressContribution]{
	name:    "stress_test_contributions",
	columns: []string{"run_date", "scenario_name", "asset_class", "pnl_pct"},
	encode: func(c *copyText, r desk.StressContribution) {
		c.time(r.RunDate)
		c.text(r.Scenario)
		c.text(r.AssetClass)
		c.number(r.PnLPct)
	},
}

var backtestTable = ownTable[desk.BacktestDay]{
	name:    "risk_backtest",
	columns: []string{"day", "var_computed_at", "var_95_pct", "var_99_pct", "hypothetical_pnl_pct", "actual_return_pct"},
	encode: func(c *copyText, b desk.BacktestDay) {
		c.dateOrNull(b.Day)
		c.time(b.VaRComputedAt)
		c.number(b.VaR95Pct)
		c.number(b.VaR99Pct)
		c.number(b.HypotheticalPnLPct)
		c.numberOrNull(b.ActualReturnPct)
	},
}

var backtestSummaryTable = ownTable[desk.BacktestSummary]{
	name: "risk_backtest_summary",
	columns: []string{"computed_at", "confidence_pct", "days", "exceptions", "kupiec_lr", "kupiec_p",
		"christoffersen_lr", "christoffersen_p", "zone"},
	encode: func(c *copyText, b desk.BacktestSummary) {
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

var noteTable = ownTable[desk.RiskNote]{
	name:    "risk_notes",
	columns: []string{"computed_at", "note_no", "kind", "note"},
	encode: func(c *copyText, n desk.RiskNote) {
		c.time(n.ComputedAt)
		c.count(n.No)
		c.text(n.Kind)
		c.text(n.Text)
	},
}

var inputsTable = ownTable[desk.RiskInputs]{
	name:    "risk_inputs",
	columns: []string{"computed_at", "digest", "rows_digest", "prices_from", "prices_to", "returns"},
	encode: func(c *copyText, i desk.RiskInputs) {
		c.time(i.ComputedAt)
		c.text(i.Digest)
		c.text(i.RowsDigest)
		c.text(daysByName(i.PricesFrom))
		c.dateOrNull(i.PricesTo)
		c.count(i.Returns)
	},
}

// daysByName writes days by name as a JSON object, null for the zero time.
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
		panic(err) // texts by texts can always be written
	}
	return string(text)
}

// detailTables are the names of the tables that stand behind the desk's risk tables. Only macrowatch
// makes and writes them.
func detailTables() []string {
	return []string{measureTable.name, contributionTable.name, stressPartTable.name, backtestTable.name,
		backtestSummaryTable.name, noteTable.name, inputsTable.name}
}

// replaceOwn deletes the rows of some times (or days) and copies rows in.
func replaceOwn[T any](ctx context.Context, tx pgx.Tx, table ownTable[T], whose []time.Time, rows []T) error {
	column, kind := table.columns[0], "timestamptz"
	if column == "day" {
		kind = "date"
	}
	sql := fmt.Sprintf(`DELETE FROM %s WHERE %s = ANY ($1::%s[])`, table.name, column, kind)
	if _, err := tx.Exec(ctx, sql, whose); err != nil {
		return err
	}
	into := fmt.Sprintf(`COPY %s (%s) FROM STDIN`, table.name, strings.Join(table.columns, ", "))
	for chunk := range slices.Chunk(rows, chunkRows) {
		var text copyText
		for _, r := range chunk {
			table.encode(&text, r)
			text.endRow()
		}
		if err := copyInto(ctx, tx, into, text.buf); err != nil {
			return err
		}
	}
	return nil
}
