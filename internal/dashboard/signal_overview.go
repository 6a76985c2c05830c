package dashboard

import (
	"fmt"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Ids of Signal Overview's panels; they never change.
const (
	signalMatrixID      = 1
	signalStrengthID    = 2
	signalFlipsID       = 3
	signalLatestFlipsID = 4
	signalMatrixLocalID = 5 // the second panel of the matrix
	signalMatrixCrossID = 6 // the third
	signalListID        = 7
	signalStanceID      = 8
	signalMatrixRowID   = 101
	signalStrengthRowID = 102
	signalFlipsRowID    = 103
	signalListRowID     = 104
)

// matrixID returns the id of the n-th panel of the signal matrix, counted from 0. A desk with more than three such panels
// has the others from 201 on, where no other panel's id is.
func matrixID(n uint32) uint32 {
	const further = 201
	if known := []uint32{signalMatrixID, signalMatrixLocalID, signalMatrixCrossID}; n < uint32(len(known)) {
		return known[n]
	}
	return further + n - 3
}

// The address of Signal Overview, and the variable that says which strategy's signals and flips are shown.
const (
	signalUID        = "signal-overview"
	strategyVariable = "strategy"
)

// signalsOf is a link to the signals of a strategy over the chosen range. The argument is the reference that stands for the
// strategy.
func signalsOf(reference string) link {
	return linkTo("Signals of ${"+reference+"}", pathOf(signalUID, signalUID),
		chooseOf(strategyVariable, reference), keepRange, fmt.Sprintf("viewPanel=%d", signalListID))
}

// defaultRange is where the default range of every dashboard but the home dashboard begins.
const defaultRange = "now-7d"

// signalOverview shows the latest signals by class and strategy, how sure the strategies are, and when they
// changed direction.
func (b builder) signalOverview() (Definition, error) {
	d := Definition{
		UID:   signalUID,
		Slug:  signalUID,
		Title: "Signal Overview",
		File:  "signal_overview.json",
		Tags:  []string{"macrowatch", "signals"},

		Beginning: beginningOf(record{"strategy_signals", "generated_at"}),
	}
	strategy, err := b.strategyChoice()
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	alerts, err := b.alertMarks([]string{"signals"}, signalFlipsID)
	if err != nil {
		return d, err
	}
	return b.define(d, contents{
		marks:       []sdk.AnnotationQuery{alerts},
		choices:     []sdk.VariableModel{strategy},
		description: "What do the strategies say? The latest signals by asset class and strategy, how sure they are, and where they changed direction.",
		from:        defaultRange,
		sections: []section{
			{signalMatrixRowID, "Signal Heatmap", b.stanceAndMatrix},
			{signalStrengthRowID, "Signal Strength Distribution", b.signalStrength},
			{signalFlipsRowID, "Signal Flip Timeline", b.signalFlips},
			{signalListRowID, "Signals", b.signalList},
		},
	})
}

// strategyChoice returns the variable strategy.
func (b builder) strategyChoice() (sdk.VariableModel, error) {
	query, err := b.sql("signal_strategies.sql", subject{})
	if err != nil {
		return sdk.VariableModel{}, err
	}
	return choice(strategyVariable, "Strategy", "The strategy whose flips and signals are listed. The matrix and the bars show every strategy, whatever is chosen. From strategy_signals.", query)
}
