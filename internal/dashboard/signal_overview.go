package dashboard

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
)

// defaultRange is where the default range of every dashboard but the home dashboard begins.
const defaultRange = "now-7d"

// signalOverview shows the latest signals by class and strategy, how sure the strategies are, and when they
// changed direction.
func (b builder) signalOverview() (Definition, error) {
	d := Definition{
		UID:   "signal-overview",
		Slug:  "signal-overview",
		Title: "Signal Overview",
		File:  "signal_overview.json",
		Tags:  []string{"macrowatch", "signals"},

		Beginning: beginningOf(record{"strategy_signals", "generated_at"}),
	}
	return b.define(d, contents{
		description: "What do the strategies say? The latest signals by asset class and strategy, how sure they are, and where they changed direction.",
		from:        defaultRange,
		sections: []section{
			{signalMatrixRowID, "Signal Heatmap", b.signalMatrix},
			{signalStrengthRowID, "Signal Strength Distribution", b.signalStrength},
			{signalFlipsRowID, "Signal Flip Timeline", b.signalFlips},
		},
	})
}
