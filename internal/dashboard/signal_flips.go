package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"macrowatch/internal/desk"
)

// flipCells is about how many cells of time the chart of flips has. A cell is two hours at 7 days and a day at a
// year.
const flipCells = 100

// directionNotKnown is the name of the series of changes to or from a direction that is not known.
const directionNotKnown = "Direction not known"

// otherDirections says how panels show the directions of other tools.
const otherDirections = "A direction of another tool is read by macrowatch's list of words; a word that is not in the list stands in quotation marks, in purple. "

// flipExplained says what both panels call a flip.
const flipExplained = "A flip is a signal whose direction differs from that of the signal before it of the same strategy and instrument, even if that came before the range. "

// signalFlips are the chart of flips and the table of the latest flips.
func (b builder) signalFlips(top uint32) ([]cog.Builder[sdk.Panel], error) {
	counted, err := b.sql("signal_flips.sql", subject{})
	if err != nil {
		return nil, err
	}
	latest, err := b.sql("signal_latest_flips.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{
		b.flipBars(NewQuery(TimeSeries, counted), at(0, top, 9, 12)),
		latestFlips(NewQuery(Table, latest), at(9, top, 15, 12)),
	}, nil
}

func (b builder) flipBars(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	panel := timeseries.NewPanelBuilder().
		Id(signalFlipsID).
		Title("Signal Flip Timeline").
		Description("How many signals changed direction, by the strategy's asset class, stacked. " + flipExplained +
			"A bar counts the flips of a cell of time (two hours at 7 days, a day at a year) and stands in the middle of the cell. Changes to or from a direction that is not known have a series of their own. From strategy_signals.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		MaxDataPoints(flipCells).
		Interval("1m").
		NoValue("No flips in this range").
		Unit("none").
		Decimals(0).
		Min(0).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("palette-classic")).
		AxisLabel("Flips").
		DrawStyle(common.GraphDrawStyleBars).
		BarWidthFactor(0.9).
		FillOpacity(80).
		LineWidth(1).
		Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A")).
		Legend(bottomLegend()).
		Tooltip(common.NewVizTooltipOptionsBuilder().
			Mode(common.TooltipDisplayModeMulti).
			Sort(common.SortOrderNone))
	return b.colourClasses(panel).OverrideByName(directionNotKnown, []sdk.DynamicConfigValue{fixedColour(colourPlain)})
}

// directionColumn colours a column of directions.
func directionColumn() []sdk.DynamicConfigValue {
	return []sdk.DynamicConfigValue{
		property("custom.width", 84),
		property("custom.cellOptions", map[string]any{"type": "color-text"}),
		fixedColour(colourUnread),
		property("mappings", mappings(
			mapping{string(desk.Long), string(desk.Long), colourGood},
			mapping{string(desk.Short), string(desk.Short), colourBad},
			mapping{string(desk.Neutral), string(desk.Neutral), colourUnknown},
		)),
	}
}

func latestFlips(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	return listTable(q, pos).
		Id(signalLatestFlipsID).
		Title("Latest Flips").
		Description("The latest 20 flips in the chosen range, the newest first: when the signal came, its strategy and instrument, and the direction before and after. "+flipExplained+
			"Where there are more, the viewer says so beside the title; in Grafana the column cut says it, in Inspect. "+
			"LONG is long the asset: for rates and credit long the bond. "+otherDirections+"From strategy_signals.").
		NoValue("No flips in this range").
		OverrideByName("Time", []sdk.DynamicConfigValue{
			property("unit", toTheSecond),
			property("custom.width", 168),
		}).
		OverrideByName("cut", hiddenColumn()).
		OverrideByName("notice", hiddenColumn()).
		OverrideByName("Strategy", []sdk.DynamicConfigValue{property("custom.minWidth", 178), links(signalsOf("__value.raw"))}).
		OverrideByName("Instrument", []sdk.DynamicConfigValue{property("custom.minWidth", 140)}).
		OverrideByName("From", directionColumn()).
		OverrideByName("To", directionColumn())
}

func bottomLegend() cog.Builder[common.VizLegendOptions] {
	return common.NewVizLegendOptionsBuilder().
		ShowLegend(true).
		DisplayMode(common.LegendDisplayModeList).
		Placement(common.LegendPlacementBottom)
}
