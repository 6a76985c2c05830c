package dashboard

import "fmt"

// Ids of Signal Overview's panels; they never change.
const (
	signalMatrixID      = 1
	signalStrengthID    = 2
	signalFlipsID       = 3
	signalLatestFlipsID = 4
	signalMatrixLocalID = 5
	signalMatrixCrossID = 6
	signalMatrixRowID   = 101
	signalStrengthRowID = 102
	signalFlipsRowID    = 103
	deskDefaultRange    = "now-7d"
)

// signalOverview says what the strategies say: the latest signals by class and strategy, how sure
// they are, and when they changed their minds.
func (b builder) signalOverview() (Definition, error) {
	d := Definition{
		UID:   "signal-overview",
		Slug:  "signal-overview",
		Title: "Signal Overview",
		File:  "signal_overview.json",
		Tags:  []string{"macrowatch", "signals"},
	}
	matrix, err := b.signalMatrix()
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	strength, err := b.signalStrength()
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	flips, err := b.signalFlips()
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	all, err := sections(
		section{row(signalMatrixRowID, "Signal Heatmap", 0), matrix},
		section{row(signalStrengthRowID, "Signal Strength Distribution", 23), strength},
		section{row(signalFlipsRowID, "Signal Flip Timeline", 32), flips},
	)
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	return b.define(d,
		"What do the strategies say? The latest signals by asset class and strategy, how sure they are, and where they changed direction.",
		deskDefaultRange, nil, all)
}
