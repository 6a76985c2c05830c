package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// signalList lists the signals that the matrix sums up.
func (b builder) signalList(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("signal_list.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{listTable(NewQuery(Table, query), at(0, top, gridWidth, 14)).
		Id(signalListID).
		Title("Latest Signals").
		Description("The signals behind the matrix, one by one: "+b.latestSignals()+
			"Asset class is the row of the matrix in which the signal counts. The confidence has no sign here; the direction has it. "+
			"LONG is long the asset: for rates and credit long the bond. A cell of the matrix leads here, with only its strategy. "+
			"Where there are more than 100, the viewer says beside the title how many; in Grafana the column cut says it, in Inspect. "+otherDirections+"From strategy_signals and instruments.").
		NoValue("No signals by the end of this range").
		OverrideByName("Strategy", []sdk.DynamicConfigValue{property("custom.minWidth", 178)}).
		OverrideByName("Instrument", []sdk.DynamicConfigValue{property("custom.minWidth", 140)}).
		OverrideByName("Direction", directionColumn()).
		OverrideByName("Confidence", []sdk.DynamicConfigValue{
			property("unit", "percentunit"),
			property("decimals", 0),
			property("custom.align", "right"),
			property("custom.width", 110),
		}).
		OverrideByName("Time", []sdk.DynamicConfigValue{
			property("unit", toTheSecond),
			property("custom.width", 180),
		}).
		OverrideByName("cut", hiddenColumn()),
	}, nil
}
