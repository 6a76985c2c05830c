package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"macrowatch/internal/desk"
)

// backtestDays is how many days Basel's traffic light counts.
const backtestDays = 250

// backtestSpan is the range of the chart: about the 250 days that the summary counts.
const backtestSpan = "1y"

// backtestPanels compare the stored VaR with the profits and losses of the days, day by day and in total.
func (b builder) backtestPanels(top uint32) ([]cog.Builder[sdk.Panel], error) {
	days, err := b.sql("risk_backtest.sql", subject{})
	if err != nil {
		return nil, err
	}
	summary, err := b.sql("risk_backtest_summary.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{
		backtestChart(NewQuery(TimeSeries, days), at(0, top, gridWidth, 11)),
		backtestSummary(NewQuery(Table, summary), at(0, top+11, gridWidth, 5)),
	}, nil
}

// backtestChart has a bar for the hypothetical P&L of each day, a point for the actual return, and lines for the VaR.
// A day beyond a line has a large point in a colour that means nothing else in this chart.
func backtestChart(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	line := func(colour string) []sdk.DynamicConfigValue {
		return []sdk.DynamicConfigValue{
			fixedColour(colour),
			property("custom.drawStyle", "line"),
			property("custom.lineWidth", 2),
			property("custom.fillOpacity", 0),
			property("custom.showPoints", "never"),
		}
	}
	points := func(colour string, size int) []sdk.DynamicConfigValue {
		return []sdk.DynamicConfigValue{
			fixedColour(colour),
			property("custom.drawStyle", "points"),
			property("custom.showPoints", "always"),
			property("custom.pointSize", size),
		}
	}
	return timeseries.NewPanelBuilder().
		Id(riskBacktestID).
		Title("VaR Backtest").
		Description("Did the VaR hold? The hypothetical P&L of a day (the bars) is what the book of the day before would have made without any trade, carry left out. "+
			"It is compared with the VaR that was stored for that book (the lines, below zero). A day beyond a line is an exception (yellow at 95 %, red at 99 %). "+
			"The actual return of the NAV, with trading, carry and costs, stands beside it and is not tested. In percent of NAV, a loss is negative. "+
			"A tested day leads to the book and to the risk at its end. "+
			"The chart shows the last year, or the chosen range if that has fixed times. From risk_backtest.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		TimeFrom(backtestSpan).
		NoValue("No VaR tested in this range").
		Unit("percent").
		Decimals(2).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("palette-classic")).
		DrawStyle(common.GraphDrawStyleBars).
		BarWidthFactor(0.7).
		AxisSoftMax(0).
		FillOpacity(70).
		LineWidth(0).
		Legend(bottomLegend()).
		Tooltip(common.NewVizTooltipOptionsBuilder().
			Mode(common.TooltipDisplayModeMulti).
			Sort(common.SortOrderNone)).
		// The points lie at the end of the bar, and Grafana finds one of them. So all have the links.
		OverrideByName("Hypothetical P&L", []sdk.DynamicConfigValue{fixedColour(colourUnknown), dayLinks()}).
		OverrideByName("Actual return", append(points(colourPlain, 3), dayLinks())).
		OverrideByName("-VaR 95%", line(colour95)).
		OverrideByName("-VaR 99%", line(colour99)).
		OverrideByName("Beyond VaR 95%", append(points(colourWatch, 8), dayLinks())).
		OverrideByName("Beyond VaR 99%", append(points(colourBad, 11), dayLinks())).
		OverrideByRegexp("/^(week_from|day_to)$/", []sdk.DynamicConfigValue{
			property("custom.hideFrom", map[string]any{"legend": true, "tooltip": true, "viz": true}),
		})
}

// dayLinks lead from a tested day, such as an exception, to the book and to the risk as of its end.
func dayLinks() sdk.DynamicConfigValue {
	over := rangeOf("week_from", "day_to")
	return links(
		linkTo("The book at the end of that day", pathOf(portfolioUID, portfolioUID), over),
		linkTo("The risk at the end of that day", pathOf(riskUID, riskUID), over),
	)
}

// backtestSummary says whether there are as many exceptions as there should be, and whether they are scattered.
func backtestSummary(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	unlikely := []sdk.DynamicConfigValue{
		property("unit", "none"),
		property("decimals", 3),
		property("mappings", noNumberMapping("–")),
		property("thresholds", map[string]any{"mode": "absolute", "steps": []map[string]any{
			{"value": nil, "color": colourBad}, {"value": 0.01, "color": colourWatch}, {"value": 0.05, "color": colourPlain},
		}}),
		property("custom.cellOptions", map[string]any{"type": "color-text"}),
	}
	return percentTable(q, pos).
		Id(riskBacktestSummaryID).
		Title("Backtest Summary").
		Description("The last 250 tested days that were known when the risk was computed. Exceptions: on how many days the hypothetical loss was larger than the VaR. Expected: how many such days there should be. "+
			"Kupiec p: the probability of a count at least as odd if the VaR is right (proportion of failures). "+
			"Christoffersen p: the same for exceptions that follow one another (independence). Below 0.05 is yellow, below 0.01 red. "+
			"Basel zone, at 99 % only: GREEN up to 4 exceptions, YELLOW up to 9, RED from 10. With fewer than 250 days there is no zone, and the column says how many days there are. "+latestComputation+"From risk_backtest_summary.").
		Unit("none").
		Decimals(0).
		Align(common.FieldTextAlignmentCenter).
		NoValue("No backtest").
		OverrideByName("Tested", leftColumn(120)).
		OverrideByName("Expected", []sdk.DynamicConfigValue{property("decimals", 1)}).
		OverrideByName("Kupiec p", unlikely).
		OverrideByName("Christoffersen p", unlikely).
		OverrideByName("Basel zone", []sdk.DynamicConfigValue{
			property("noValue", "–"),
			property("custom.cellOptions", map[string]any{"type": "color-text"}),
			property("mappings", mappings(
				mapping{string(desk.Green), "GREEN", colourGood},
				mapping{string(desk.Yellow), "YELLOW", colourWatch},
				mapping{string(desk.Red), "RED", colourBad},
			)),
		})
}
