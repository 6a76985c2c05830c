package dashboard

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"macrowatch/internal/desk"
)

// allocationPoints is how many cells of time the areas have at most.
const allocationPoints = 120

// allocationWalk reads fewer snapshots of a cell than standardWalk, since each snapshot has a row for every
// position. In five years with three snapshots a day, it still reads all snapshots.
func allocationWalk() cellWalk { return cellWalk{each: 48, parts: 8} }

// equityPanels are the NAV over time and, below it, how far the NAV stood under its peak.
func (b builder) equityPanels(top uint32) ([]cog.Builder[sdk.Panel], error) {
	nav, err := b.sql("portfolio_nav.sql", subject{})
	if err != nil {
		return nil, err
	}
	drawdown, err := b.sql("portfolio_drawdown.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{
		curve(NewQuery(TimeSeries, nav), at(0, top, gridWidth, 10)).
			Id(portfolioNAVID).
			Title("Equity Curve").
			Description("The book's NAV over time, an index of its return after costs: one point per snapshot, or, in long ranges, "+
				"the first, last, lowest and highest of each cell of time (15 minutes at 7 days, three days at 5 years). "+cellWalkExplained(standardWalk())+
				"Cells of whole hours and days, which summaries of portfolio_state fill, leave none out. From portfolio_state.").
			Unit("short").
			Decimals(2).
			FillOpacity(25).
			GradientMode(common.GraphGradientModeOpacity).
			OverrideByName("Portfolio NAV", []sdk.DynamicConfigValue{fixedColour("blue")}),
		curve(NewQuery(TimeSeries, drawdown), at(0, top+10, gridWidth, 7)).
			Id(portfolioDrawdownID).
			Title("Drawdown").
			Description("How far the NAV stood below its running peak, in percent: 0 at a peak, negative below it. "+
				"The peak is the highest daily NAV of all days before, even before the range, or the NAV itself. "+b.dailyNAVExplained()+
				"In long ranges the points are the first, last, deepest and least drawdown of each cell of time, as in the equity curve; of several snapshots without a drawdown, the one with the highest NAV. From portfolio_state.").
			Unit("percent").
			Decimals(2).
			Max(0).
			AxisSoftMin(-1). // otherwise, if all values are 0, Grafana's axis would go up to 100 %
			FillOpacity(30).
			OverrideByName("Drawdown", []sdk.DynamicConfigValue{fixedColour(colourBad)}),
	}, nil
}

// cellWalkExplained tells the reader of a panel which snapshots its query skips.
func cellWalkExplained(w cellWalk) string {
	return fmt.Sprintf("Of a cell with more than %d snapshots, the latest %[1]d count and, before them, one in each of %d parts of the cell. ", w.each, w.parts)
}

// curve is a line over the range. It shows its points where there are few.
func curve(q Query, pos sdk.GridPos) *timeseries.PanelBuilder {
	return timeseries.NewPanelBuilder().
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		MaxDataPoints(maxPoints).
		Interval(minInterval).
		NoValue("No snapshots in this range").
		ColorScheme(sdk.NewFieldColorBuilder().Mode("palette-classic")).
		DrawStyle(common.GraphDrawStyleLine).
		LineInterpolation(common.LineInterpolationLinear).
		LineWidth(2).
		ShowPoints(common.VisibilityModeAuto).
		PointSize(5).
		Legend(bottomLegend()).
		Tooltip(common.NewVizTooltipOptionsBuilder().
			Mode(common.TooltipDisplayModeSingle).
			Sort(common.SortOrderNone))
}

// allocationAreas show over time to which asset classes the book is allocated.
func (b builder) allocationAreas(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("portfolio_allocation.sql", subject{points: allocationPoints, widths: desk.AllocationWidths(), walk: allocationWalk()})
	if err != nil {
		return nil, err
	}
	panel := curve(NewQuery(TimeSeries, query), at(0, top, gridWidth, 11)).
		Id(portfolioAllocationID).
		Title("Asset Class Allocation Over Time").
		Description("Gross allocation as a share of NAV, by the instrument's asset class, stacked: the sum of absolute weights, long and short alike, so the top is the gross leverage. " +
			"In long ranges the panel shows, of each cell of time (two hours at 7 days, 16 days at 5 years), the first and the last snapshot, " +
			"and those in which a class or the whole is lowest and highest. Summaries of portfolio_state leave none out. Where there are none, as for another tool's table: " + cellWalkExplained(allocationWalk()) +
			"The class is the one that the table instruments names, otherwise it follows from the prefix of the instrument's name. From portfolio_state and instruments.").
		Unit("percentunit").
		Decimals(0).
		Min(0).
		NoValue("No positions in this range").
		LineWidth(1).
		PointSize(3).
		FillOpacity(60).
		Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A")).
		Tooltip(common.NewVizTooltipOptionsBuilder().
			Mode(common.TooltipDisplayModeMulti).
			Sort(common.SortOrderNone))
	return []cog.Builder[sdk.Panel]{b.colourClasses(panel)}, nil
}
