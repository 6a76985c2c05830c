package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// driverTables say what drives the VaR: by asset class, by strategy and by instrument. The classes, which are few,
// stand above the instruments, and the strategies beside both. The list is in the order in which Grafana keeps
// panels: by their upper edges, then from the left.
func (b builder) driverTables(top uint32) ([]cog.Builder[sdk.Panel], error) {
	const width, few, many = gridWidth / 2, 10, 16
	var all []cog.Builder[sdk.Panel]
	for _, by := range []struct {
		id                          uint32
		title, column, file, pieces string
		pos                         sdk.GridPos
	}{
		{riskDriverClassesID, "What drives the VaR: Asset Classes", "Asset class", "risk_drivers_classes.sql", "asset class", at(0, top, width, few)},
		{riskDriverStrategyID, "What drives the VaR: Strategies", "Strategy", "risk_drivers_strategies.sql", "strategy", at(width, top, width, few+many)},
		{riskDriverInstrID, "What drives the VaR: Instruments", "Instrument", "risk_drivers_instruments.sql", "instrument", at(0, top+few, width, many)},
	} {
		query, err := b.sql(by.file, subject{})
		if err != nil {
			return nil, err
		}
		lowers := []sdk.DynamicConfigValue{
			property("thresholds", map[string]any{"mode": "absolute", "steps": []map[string]any{
				{"value": nil, "color": colourGood}, {"value": -0.005, "color": colourPlain},
			}}),
			property("custom.cellOptions", map[string]any{"type": "color-text"}),
		}
		all = append(all, percentTable(NewQuery(Table, query), by.pos).
			Id(by.id).
			Title(by.title).
			Description("What each "+by.pieces+" adds to the book's one-day loss, in percent of NAV, the largest part first. A negative part, in green, lowers the loss. "+
				"The parts of CVaR 95% and of VaR 99% sum to the whole, which stands below. The parts of the CVaR are steadier, since a VaR depends on one or two days. "+
				"Incr. VaR is the incremental VaR 99%: the book's VaR minus what it would be without this "+by.pieces+". These do not sum to the VaR. "+
				"Weight is the net weight in percent of NAV; long is positive (for rates and credit long the bond). "+latestComputation+"From risk_contributions.").
			NoValue("No contributions").
			Footer(common.NewTableFooterOptionsBuilder().
				Show(true).
				Reducer([]string{"sum"}).
				Fields([]string{"CVaR 95%", "VaR 99%"}).
				CountRows(false)).
			OverrideByName(by.column, leftColumn(180)).
			OverrideByName("Net weight", []sdk.DynamicConfigValue{property("displayName", "Weight"), property("unit", "percentunit"), property("decimals", 1), property("custom.width", 70)}).
			OverrideByName("CVaR 95%", lowers).
			OverrideByName("VaR 99%", lowers).
			OverrideByName("Incremental VaR 99%", append([]sdk.DynamicConfigValue{property("displayName", "Incr. VaR")}, lowers...)))
	}
	return all, nil
}
