package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/heatmap"
	"github.com/grafana/grafana-foundation-sdk/go/piechart"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// monthColours is the monthly return, in percent up or down, from which the colours are full.
const monthColours = 10

// monthlyReturnExplained says what a monthly return is.
func (b builder) monthlyReturnExplained() string {
	text := "The return of a month in percent: its last NAV over the last NAV of the month before, minus 1. The first month counts from the first NAV. Year is the same for years. "
	if len(b.rules.Calendar.Weekend) == 0 {
		return text
	}
	return text + "What is stored " + b.weekendExplained() + ", even if it begins a month. "
}

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
		b.monthHeatmap(NewQuery(Table, cells), at(0, top, 8, 12)),
		b.monthTable(NewQuery(Table, rows), at(8, top, 16, 12)),
	}, nil
}

// monthHeatmap has a column for each year. The time axis of a heatmap is the range of the panel, so this panel has
// a range of its own. FilterValues says which values are hidden; Grafana's default hides every loss. The scheme
// RdYlGn is red at the highest value unless it is reversed.
func (b builder) monthHeatmap(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	return heatmap.NewPanelBuilder().
		Id(portfolioHeatmapID).
		Title("Monthly Returns Heatmap").
		Description(b.monthlyReturnExplained() + "A column for each year, over the whole history whatever range is chosen; the column of the present year ends now. " +
			"Red is a loss, green a gain, full colour from 10 % either way. " +
			"Grafana shows the whole history only where the chosen range is relative to now; the table beside it always does. From portfolio_state.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		TimeFrom("${" + historyVariable + "}").
		HideTimeOverride(true). // the text about the panel's own range would take room from the title
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

func (b builder) monthTable(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	return table.NewPanelBuilder().
		Id(portfolioMonthsID).
		Title("Monthly Returns").
		Description(b.monthlyReturnExplained()+"In percent, the latest year first, by the end of the chosen range; red is a loss, green a gain, full colour from 10 % either way. From portfolio_state.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		NoValue("No NAV").
		Unit("none"). // no percent signs: with thirteen in a row, there is less room for the numbers
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
		// Without a unit of its own a text of digits would be shown as a percentage.
		OverrideByName("Year", append(textColumn(50), property("unit", "string"))).
		OverrideByName("Full year", []sdk.DynamicConfigValue{property("displayName", "Year %"), property("custom.minWidth", 68)})
}

// attributionPie shows what each strategy's positions take of the book.
func (b builder) attributionPie(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("portfolio_attribution.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{piechart.NewPanelBuilder().
		Id(portfolioAttributionID).
		Title("Strategy Attribution").
		Description("How large each strategy's positions are in the latest snapshot by the end of the chosen range: the sum of their absolute weights, as a share of NAV. " +
			"This is an allocation, not a profit or loss. From portfolio_state.").
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
