package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/barchart"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// stressResultExplained says what a stress result is.
const stressResultExplained = "in percent of NAV, a loss is negative. A scenario moves prices by percent and yields by basis points, with duration and convexity; " +
	"an episode is a move of days to months, not to be compared with a one-day VaR; the worst stretches of the history are replayed on today's book. Notes says what a scenario does not move. " +
	"The latest run by the end of the chosen range, the worst scenario first. "

// stressPanels are the results of the scenarios, the part of each asset class in them, and the positions of one scenario.
func (b builder) stressPanels(top uint32) ([]cog.Builder[sdk.Panel], error) {
	results, err := b.sql("risk_stress.sql", subject{})
	if err != nil {
		return nil, err
	}
	classes, err := b.sql("risk_stress_classes.sql", subject{})
	if err != nil {
		return nil, err
	}
	positions, err := b.sql("risk_stress_positions.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{
		// One below the other: beside a table the bars would have no room for their values.
		stressBars(NewQuery(Table, results), at(0, top, gridWidth, 12)),
		b.stressTable(NewQuery(Table, classes), at(0, top+12, gridWidth, 16)),
		positionsTable(NewQuery(Table, positions), at(0, top+28, gridWidth, 16)),
	}, nil
}

// stressBars colours each bar by its own value. Without GradientMode all bars would have the colour of the last one.
func stressBars(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	return barchart.NewPanelBuilder().
		Id(riskStressID).
		Title("Stress Test Results").
		Description("What the book would make in each scenario, "+stressResultExplained+"Red is a loss, green a gain. A bar leads to the positions of the book in its scenario. From stress_test_results.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		Unit("percent").
		Decimals(1).
		NoValue("No stress test yet").
		ColorScheme(sdk.NewFieldColorBuilder().Mode("thresholds")).
		Thresholds(redBelowZero()).
		OverrideByName("P&L", []sdk.DynamicConfigValue{links(positionsOf("__data.fields.Scenario"))}).
		XField("Scenario").
		Orientation(common.VizOrientationHorizontal).
		Stacking(common.StackingModeNone).
		ShowValue(common.VisibilityModeAlways).
		BarWidth(0.8).
		GroupWidth(0.7).
		LineWidth(0).
		FillOpacity(90).
		GradientMode(common.GraphGradientModeScheme).
		Legend(common.NewVizLegendOptionsBuilder().
			ShowLegend(false).
			DisplayMode(common.LegendDisplayModeList).
			Placement(common.LegendPlacementBottom)).
		Tooltip(common.NewVizTooltipOptionsBuilder().
			Mode(common.TooltipDisplayModeSingle).
			Sort(common.SortOrderNone))
}

func (b builder) stressTable(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	panel := table.NewPanelBuilder().
		Id(riskStressClassesID).
		Title("Stress by Asset Class").
		Description("What the positions of each asset class would make in each scenario, " + stressResultExplained +
			"Red is a loss, green a gain. A row sums to the scenario's result. From stress_test_contributions and stress_test_results.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		WithTransformation(sdk.DataTransformerConfig{Id: "groupingToMatrix", Options: map[string]any{
			"columnField": "class", "rowField": "Scenario", "valueField": "pnl_pct", "emptyValue": "null",
		}}).
		NoValue("No stress test by asset class").
		Unit("percent").
		Decimals(1).
		Mappings(emptyCells()).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("thresholds")).
		Thresholds(signThresholds(0.05)).
		CellOptions(colouredText()).
		Align(common.FieldTextAlignmentRight).
		MinWidth(70).
		ShowHeader(true).
		CellHeight(common.TableCellHeightSm)
	for _, class := range b.wideClasses() {
		panel = panel.OverrideByName(class.name, []sdk.DynamicConfigValue{property("custom.minWidth", class.width)})
	}
	return panel.OverrideByRegexp("/Scenario/", append(textColumn(218), property("displayName", "Scenario"), links(positionsOf("__value.raw"))))
}

// signThresholds is red below zero and green above it. A number whose distance from zero is less than `nothing`
// is shown as 0, so it has the text colour.
func signThresholds(nothing float64) cog.Builder[sdk.ThresholdsConfig] {
	return sdk.NewThresholdsConfigBuilder().
		Mode(sdk.ThresholdsModeAbsolute).
		Steps([]sdk.Threshold{{Value: nil, Color: colourBad}, {Value: ptr(-nothing), Color: colourPlain}, {Value: &nothing, Color: colourGood}})
}

// colouredText gives a table's texts their colour.
func colouredText() common.TableCellOptions {
	return common.TableCellOptions{TableColorTextCellOptions: &common.TableColorTextCellOptions{
		Type: common.TableCellDisplayModeColorText,
	}}
}
