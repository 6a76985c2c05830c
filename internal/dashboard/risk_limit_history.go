package dashboard

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// Bounds of what the panels on the limits over time read and show.
const (
	limitsDrawn    = 30     // how many limits have a line
	breachesListed = 100    // how many breaches the table lists
	breachRows     = 50_000 // how many rows of a range are read to find them: ten years of daily checks of 19 limits
)

// cellRowsMost is how many rows of a cell are read in one go to find how much its checks used of the limits: twenty checks of twenty
// limits. A cell with more of them is walked from check to check.
const cellRowsMost = 400

// limitBreached is the use of a limit, in percent, above which the limit is in breach.
const limitBreached = 100

// limitPoints is how many points the line of a limit has at most. With as many, each check of a year of daily checks has its own.
const limitPoints = 400

// limitWalk reads fewer checks of a cell than standardWalk, since each check has a row for every limit. In ten years
// with one check a day and some more, it still reads all checks.
func limitWalk() cellWalk { return cellWalk{each: 24, parts: 12} }

// limitHistory says how the use of the limits has gone: a line for each limit, and below them the times in breach.
func (b builder) limitHistory(top uint32) ([]cog.Builder[sdk.Panel], error) {
	lines, err := b.sql("risk_limit_history.sql", subject{points: limitPoints, walk: limitWalk()})
	if err != nil {
		return nil, err
	}
	breaches, err := b.sql("risk_breaches.sql", subject{})
	if err != nil {
		return nil, err
	}
	const chart, list = 11, 9
	return []cog.Builder[sdk.Panel]{
		seriesOf(limitLines(NewQuery(Table, lines), at(0, top, gridWidth, chart)), "limit"),
		breachTable(NewQuery(Table, breaches), at(0, top+chart, gridWidth, list)),
	}, nil
}

// limitLines has a line for each limit, and marks where a limit is nearly used up and where it is in breach.
func limitLines(q Query, pos sdk.GridPos) *timeseries.PanelBuilder {
	return curve(q, pos).
		Id(riskLimitHistoryID).
		Title("Utilization over Time").
		Description(fmt.Sprintf("How much of each limit the book took up at each check of the chosen range, in percent of the limit. The dashed marks: a limit is nearly used up from %d (yellow), and in breach above %d (red). "+
			"Below zero the book had a gain where the limit is on a loss. A line has a gap where a check did not name the limit, or where there were too few returns to know. "+
			"In ranges of more than a year the line shows, of each cell of time (five days at five years, two weeks at ten), the highest use, at the time of the cell's last check; the last check of the range stands for itself. %s"+
			"The legend has the latest and the highest use of each limit. At most the %d limits that were used most are drawn. From risk_limits_status.",
			limitNearlyFull, limitBreached, checksSkipped(limitWalk()), limitsDrawn)).
		NoValue("No limits checked in this range").
		Unit("percent").
		Decimals(1).
		MaxDataPoints(limitPoints).
		LineWidth(1).
		PointSize(4).
		Thresholds(sdk.NewThresholdsConfigBuilder().Mode(sdk.ThresholdsModeAbsolute).Steps([]sdk.Threshold{
			{Value: nil, Color: colourNone}, {Value: ptr(float64(limitNearlyFull)), Color: colourWatch}, {Value: ptr(float64(limitBreached)), Color: colourBad},
		})).
		ThresholdsStyle(common.NewGraphThresholdsStyleConfigBuilder().Mode(common.GraphThresholdsStyleModeDashed)).
		Legend(common.NewVizLegendOptionsBuilder().
			ShowLegend(true).
			DisplayMode(common.LegendDisplayModeTable).
			Placement(common.LegendPlacementRight).
			Calcs([]string{"lastNotNull", "max"}).
			SortBy("Max").
			SortDesc(true)).
		Tooltip(common.NewVizTooltipOptionsBuilder().
			Mode(common.TooltipDisplayModeMulti).
			Sort(common.SortOrderDescending))
}

// checksSkipped tells the reader which checks a query skips.
func checksSkipped(w cellWalk) string {
	return fmt.Sprintf("Of a cell with more than %d checks, the latest %[1]d count and, before them, one in each of %d parts of the cell. ", w.each, w.parts)
}

// stillOpen is what the table says in place of the end of a breach that has not ended.
const stillOpen = "still open"

// breachTable lists the breaches of the limits, those that are still open first.
func breachTable(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	instant := []sdk.DynamicConfigValue{property("unit", "time:YYYY-MM-DD HH:mm"), property("custom.align", "left"), property("custom.width", 160)}
	return percentTable(q, pos).
		Id(riskBreachesID).
		Title("Limit Breaches").
		Description(fmt.Sprintf("When a limit was in breach, that is used above %d %% at every check: the ones that are still open at the end of the chosen range first, then the latest first. "+
			"From: the first check that found the breach, even before the range. To: the first check that did not find it any more. Worst: the highest use, in percent of the limit. "+
			"Days: from the first to the second, or up to the end of the range (at most to now) for a breach that is still open. Checks: how many found it. "+
			"The latest %d rows of risk_limits_status in the range are read, and at most %d checks before it. From risk_limits_status.", limitBreached, breachRows, breachChecks)).
		NoValue("No limit was in breach in this range").
		OverrideByName("Limit", leftColumn(220)).
		OverrideByName("From", instant).
		OverrideByName("To", append([]sdk.DynamicConfigValue{
			property("mappings", []sdk.ValueMapping{specialValue(sdk.SpecialValueMatchNull, stillOpen, colourBad, 0)}),
			property("custom.cellOptions", map[string]any{"type": "color-text"}),
		}, instant...)).
		OverrideByName("Worst", []sdk.DynamicConfigValue{property("decimals", 1)}).
		OverrideByName("Days", []sdk.DynamicConfigValue{property("unit", "none"), property("decimals", 1)}).
		OverrideByName("Checks", []sdk.DynamicConfigValue{property("unit", "none"), property("decimals", 0)}).
		OverrideByName("cut", hiddenColumn()).
		OverrideByName("notice", hiddenColumn())
}
