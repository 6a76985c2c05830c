package dashboard

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// signalStance has a line for each asset class: the net stance, how many signals have each direction, the strongest
// signal, and what has changed within a day.
func (b builder) signalStance(pos sdk.GridPos) (cog.Builder[sdk.Panel], error) {
	query, err := b.sql("signal_stance.sql", subject{})
	if err != nil {
		return nil, err
	}
	stale := textLike(`^(STALE) \d{4}-(\d\d-\d\d) .*$`, "orange")
	stale.RegexMap.Options.Result.Text = ptr("$1 $2")
	// The line that says STALE has no values.
	empty := property("mappings", emptyCells())
	count := []sdk.DynamicConfigValue{property("decimals", 0), property("custom.width", 74), property("custom.align", "right"), empty}
	words := func(width float64) []sdk.DynamicConfigValue {
		return []sdk.DynamicConfigValue{property("unit", "string"), property("custom.minWidth", width), empty}
	}
	return listTable(NewQuery(Table, query), pos).
		Id(signalStanceID).
		Title("Stance by Asset Class").
		Description("What the strategies say in each asset class, over "+b.latestSignals()+
			"Net: the mean signed confidence, from -1 to +1 (LONG counts plus, SHORT minus, NEUTRAL 0). "+
			fmt.Sprintf("Red below %g, yellow up to %g, green from %[2]g. ", -sureSignal, sureSignal)+
			"Long, Short and Neutral: how many signals have that direction. Strongest: the signal with the highest confidence that is LONG or SHORT. "+
			"Changed since a day before: the signals whose direction is another than 24 hours before the end, the one with the highest confidence first; Latest Flips lists all. "+
			"LONG is long the asset: for rates and credit long the bond. Signals stand in the classes in which the heatmap shows them. Signals whose direction is not known count in no column; the viewer says how many they are. From strategy_signals and instruments.").
		NoValue(noSignals).
		Unit("none").
		CellHeight(common.TableCellHeightSm).
		OverrideByName("Asset class", textColumn(110, stale)).
		OverrideByName("Net", []sdk.DynamicConfigValue{
			property("decimals", 2),
			property("custom.width", 84),
			property("custom.align", "center"),
			property("mappings", cellsOfSignals()),
			property("custom.cellOptions", colouredCells()),
			property("thresholds", map[string]any{"mode": "absolute", "steps": []map[string]any{
				{"value": nil, "color": colourBad}, {"value": -sureSignal, "color": colourWatch}, {"value": sureSignal, "color": colourGood},
			}}),
		}).
		OverrideByName("Long", count).
		OverrideByName("Short", count).
		OverrideByName("Neutral", count).
		OverrideByName("Strongest", words(280)).
		OverrideByName("Changed since a day before", words(390)).
		OverrideByName("notice", hiddenColumn()), nil
}
