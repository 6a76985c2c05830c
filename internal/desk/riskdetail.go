package desk

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Method says how a value at risk is computed.
type Method string

// The methods of a value at risk.
const (
	Historical Method = "historical" // simulation of the book on the window's returns
	Parametric Method = "parametric" // a normal distribution of the simulated returns
	Modified   Method = "modified"   // parametric, corrected for skewness and kurtosis (Cornish–Fisher)
)

// RiskMeasure is the book's VaR and CVaR by one method at one confidence, and the window of returns that they
// were computed from: a row of risk_measures. Figures are for one day, in percent of NAV. A loss is positive.
type RiskMeasure struct {
	ComputedAt    time.Time // the book time
	Method        Method
	ConfidencePct float64 // 95 or 99
	VaRPct        float64
	CVaRPct       float64
	Observations  int       // daily returns of the window
	WindowFrom    time.Time // the day on which the window's first return begins, at midnight UTC
	WindowTo      time.Time // the day on which its last return ends
}

// Validate returns what is wrong with the measure in one sentence, or nil.
func (m RiskMeasure) Validate() error {
	switch {
	case m.ComputedAt.IsZero():
		return errors.New("computed_at is missing")
	case m.Method != Historical && m.Method != Parametric && m.Method != Modified:
		return fmt.Errorf("method %q is not historical, parametric or modified", m.Method)
	case !(m.ConfidencePct > 0 && m.ConfidencePct < 100):
		return fmt.Errorf("confidence_pct %v is not between 0 and 100", m.ConfidencePct)
	case !finite(m.VaRPct):
		return fmt.Errorf("var_pct %v is not a finite number", m.VaRPct)
	case !finite(m.CVaRPct):
		return fmt.Errorf("cvar_pct %v is not a finite number", m.CVaRPct)
	case m.Observations < 1:
		return fmt.Errorf("observations %d is below 1", m.Observations)
	case m.WindowFrom.IsZero() || m.WindowTo.IsZero():
		return errors.New("the window's days are missing")
	case !m.WindowFrom.Before(m.WindowTo):
		return errors.New("window_from is not before window_to")
	case m.Method != Modified && below(m.CVaRPct, m.VaRPct): // for the modified method the two may be in the other order
		return faultf("cvar_pct", "%v is below var_pct %v", m.CVaRPct, m.VaRPct)
	}
	return nil
}

// Grouping says whether a contribution is of a strategy, of an instrument or of an asset class.
type Grouping string

// The groupings of contributions.
const (
	ByStrategy   Grouping = "strategy"
	ByInstrument Grouping = "instrument"
	ByAssetClass Grouping = "asset_class"
)

// RiskContribution is what a strategy, an instrument or an asset class contributes to the book's
// historical VaR and CVaR: a row of risk_contributions. The parts of one grouping sum to the whole.
// Figures are for one day, in percent of NAV. A part that makes the loss smaller is negative.
type RiskContribution struct {
	ComputedAt  time.Time
	Grouping    Grouping
	Name        string
	NetWeight   float64 // the sum of its weights, a fraction of NAV
	GrossWeight float64 // the sum of their absolute values, per strategy and instrument
	VaR95Pct    float64
	VaR99Pct    float64
	CVaR95Pct   float64
	CVaR99Pct   float64
	// IncrementalVaR95Pct is the book's VaR minus what the VaR would be without this part. The incremental
	// VaRs of all parts do not sum to the book's VaR.
	IncrementalVaR95Pct float64
	IncrementalVaR99Pct float64
}

// Validate returns what is wrong with the contribution in one sentence, or nil.
func (c RiskContribution) Validate() error {
	switch {
	case c.ComputedAt.IsZero():
		return errors.New("computed_at is missing")
	case c.Grouping != ByStrategy && c.Grouping != ByInstrument && c.Grouping != ByAssetClass:
		return fmt.Errorf("grouping %q is not strategy, instrument or asset_class", c.Grouping)
	case c.Name == "":
		return errors.New("name is empty")
	case !finite(c.GrossWeight) || c.GrossWeight < 0:
		return fmt.Errorf("gross_weight %v is not a finite number of at least 0", c.GrossWeight)
	case below(c.GrossWeight, math.Abs(c.NetWeight)):
		return faultf("gross_weight", "%v is below the size of net_weight %v", c.GrossWeight, c.NetWeight)
	}
	return allFinite(
		figure{"net_weight", c.NetWeight}, figure{"var_95_pct", c.VaR95Pct}, figure{"var_99_pct", c.VaR99Pct},
		figure{"cvar_95_pct", c.CVaR95Pct}, figure{"cvar_99_pct", c.CVaR99Pct},
		figure{"incremental_var_95_pct", c.IncrementalVaR95Pct}, figure{"incremental_var_99_pct", c.IncrementalVaR99Pct})
}

// StressContribution is an asset class's part of a stress result: a row of stress_test_contributions.
type StressContribution struct {
	RunDate    time.Time // the book time
	Scenario   string
	AssetClass string
	PnLPct     float64 // percent of NAV, a loss is negative
}

// Validate returns what is wrong with the contribution in one sentence, or nil.
func (c StressContribution) Validate() error {
	switch {
	case c.RunDate.IsZero():
		return errors.New("run_date is missing")
	case c.Scenario == "":
		return errors.New("scenario_name is empty")
	case c.AssetClass == "":
		return errors.New("asset_class is empty")
	}
	return allFinite(figure{"pnl_pct", c.PnLPct})
}

// StressPosition is what one position of the book makes in a scenario: a row of stress_test_positions. The positions
// of a scenario sum to its result.
type StressPosition struct {
	RunDate    time.Time // the book time
	Scenario   string
	Strategy   string
	Instrument string
	AssetClass string
	Weight     float64 // a signed fraction of NAV
	PnLPct     float64 // percent of NAV, a loss is negative
	// Unpriced says that the moves of the instrument can't be priced. PnLPct is 0 then, and stored as null.
	Unpriced bool
}

// Validate returns what is wrong with the position in one sentence, or nil.
func (p StressPosition) Validate() error {
	switch {
	case p.RunDate.IsZero():
		return errors.New("run_date is missing")
	case p.Scenario == "":
		return errors.New("scenario_name is empty")
	case p.Strategy == "":
		return errors.New("strategy_id is empty")
	case p.Instrument == "":
		return errors.New("instrument is empty")
	case p.AssetClass == "":
		return errors.New("asset_class is empty")
	case p.Unpriced && p.PnLPct != 0:
		return fmt.Errorf("pnl_pct %v is given, but the position can't be priced", p.PnLPct)
	}
	return allFinite(figure{"weight", p.Weight}, figure{"pnl_pct", p.PnLPct})
}

// RiskNote is something that a reader of a risk computation must know: a row of risk_notes.
type RiskNote struct {
	ComputedAt time.Time
	No         int    // counted from 1
	Kind       string // what it is about, in one word
	Text       string // a sentence
}

// Validate returns what is wrong with the note in one sentence, or nil.
func (n RiskNote) Validate() error {
	switch {
	case n.ComputedAt.IsZero():
		return errors.New("computed_at is missing")
	case n.No < 1:
		return fmt.Errorf("note_no %d is below 1", n.No)
	case n.Kind == "":
		return errors.New("kind is empty")
	case n.Text == "":
		return errors.New("note is empty")
	}
	return nil
}

// figure is a number and the column that it is written to.
type figure struct {
	column string
	value  float64
}

func allFinite(all ...figure) error {
	for _, f := range all {
		if !finite(f.value) {
			return fmt.Errorf("%s %v is not a finite number", f.column, f.value)
		}
	}
	return nil
}
