package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/heatmap"
	"github.com/grafana/grafana-foundation-sdk/go/piechart"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// monthColours is where the colours of monthly returns end, in percent either way.
const monthColours = 10

// monthlyReturnExplained says what a monthly return is.
const monthlyReturnExplained = "The return of a month in percent: its last NAV over the last of the month before, less 1, the first month over the first NAV; Year is the same for years. " +
	"Saturday and Sunday belong to Friday, also where they begin a month. "

// monthlyPanels are the heatmap of monthly returns and the same numbers as a table.
func (b builder) monthlyPanels(top uint32) ([]cog.Builder[sdk.Panel], error) {
	cells, err := b.sql("portfolio_heatmap.sql", subject{})
	if err != nil {
		return nil, err
	}
	rows, err := b.sql("portfolio_months.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{
		monthHeatmap(NewQuery(Table, cells), at(0, top, 8, 12)),
		monthTable(NewQuery(Table, rows), at(8, top, 16, 12)),
	}, nil
}

// monthHeatmap has a column per year. The time axis is the panel's range, so the panel has one of
// its own. The filter says what is hidden: without it, or empty, that is every loss. RdYlGn is red
// for the highest value unless it is reversed.
func monthHeatmap(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	return heatmap.NewPanelBuilder().
		Id(portfolioHeatmapID).
		Title("Monthly Returns Heatmap").
		Description(monthlyReturnExplained + "A column per year, over the whole history whatever range is chosen; the present year's column ends now. " +
			"Red is a loss, green a gain, full colour from 10 % either way. " +
			"Grafana shows the whole history only where the chosen range is relative to now; the table beside it always does. From portfolio_state.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		TimeFrom("${" + historyVariable + "}").
		HideTimeOverride(true). // it would take the title's room
		Calculate(false).
		Color(heatmap.NewHeatmapColorOptionsBuilder().
			Mode(heatmap.HeatmapColorModeScheme).
			Scheme("RdYlGn").
			Reverse(true).
			Fill("dark-orange").
			Exponent(0.5).
			Steps(64).
			Min(-monthColours).
			Max(monthColours)).
		FilterValues(heatmap.NewFilterValueRangeBuilder().Le(-1e9)).
		CellGap(1).
		CellValues(heatmap.NewCellValuesBuilder().Unit("percent").Decimals(1)).
		ShowValue(common.VisibilityModeAlways).
		RowsFrame(heatmap.NewRowsHeatmapOptionsBuilder().Layout(common.HeatmapCellLayoutAuto)).
		YAxis(heatmap.NewYAxisConfigBuilder().AxisPlacement(common.AxisPlacementLeft).Reverse(false)).
		ShowLegend().
		Tooltip(heatmap.NewHeatmapTooltipBuilder().Mode(common.TooltipDisplayModeSingle).YHistogram(false))
}

func monthTable(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	return table.NewPanelBuilder().
		Id(portfolioMonthsID).
		Title("Monthly Returns").
		Description(monthlyReturnExplained+"In percent, the latest year first, by the end of the chosen range; red is a loss, green a gain, full colour from 10 % either way. From portfolio_state.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		NoValue("No NAV").
		Unit("none"). // thirteen percent signs a row would take the room of the numbers
		Decimals(1).
		Min(-monthColours).
		Max(monthColours).
		Mappings(emptyCells()).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("continuous-RdYlGr")).
		Thresholds(noThresholds()).
		CellOptions(colouredCells()).
		Align(common.FieldTextAlignmentCenter).
		MinWidth(48).
		ShowHeader(true).
		CellHeight(common.TableCellHeightSm).
		// A text of digits would be shown as a percentage.
		OverrideByName("Year", append(textColumn(50), property("unit", "string"))).
		OverrideByName("Full year", []sdk.DynamicConfigValue{property("displayName", "Year %"), property("custom.minWidth", 68)})
}

// attributionPie shows every row, as signalStrength does.
func (b builder) attributionPie(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("portfolio_attribution.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{piechart.NewPanelBuilder().
		Id(portfolioAttributionID).
		Title("Strategy Attribution").
		Description("What each strategy's positions take of the latest snapshot by the end of the chosen range: the sum of its absolute weights, as a share of NAV. " +
			"It is an allocation, not a profit or loss. From portfolio_state.").
		Datasource(datasource()).
		GridPos(at(0, top, gridWidth, 10)).
		WithTarget(NewQuery(Table, query)).
		ReduceOptions(everyRow()).
		NoValue("No positions").
		Unit("percentunit").
		Decimals(1).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("palette-classic")).
		PieType(piechart.PieChartTypeDonut).
		DisplayLabels([]piechart.PieChartLabels{}).
		Legend(piechart.NewPieChartLegendOptionsBuilder().
			ShowLegend(true).
			DisplayMode(common.LegendDisplayModeTable).
			Placement(common.LegendPlacementRight).
			Values([]piechart.PieChartLegendValues{piechart.PieChartLegendValuesValue, piechart.PieChartLegendValuesPercent})).
		Tooltip(common.NewVizTooltipOptionsBuilder().
			Mode(common.TooltipDisplayModeSingle).
			Sort(common.SortOrderNone)),
	}, nil
}
