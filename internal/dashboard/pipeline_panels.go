package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// minInterval is the smallest $__interval. Without it, Grafana takes the datasource's minimum, which for
// PostgreSQL is a minute.
const minInterval = "1s"

// timelinePanels are the charts of runs over time.
func (b builder) timelinePanels(top uint32) ([]cog.Builder[sdk.Panel], error) {
	runs, err := b.sql("pipeline_timeline.sql", subject{longCells: longBars})
	if err != nil {
		return nil, err
	}
	states, err := b.sql("pipeline_steps.sql", subject{longCells: longStates})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{
		seriesOf(timelineBars(NewQuery(Table, runs), at(0, top, gridWidth, 8)), "run"),
		seriesOf(stepStates(NewQuery(Table, states), at(0, top+8, gridWidth, 12)), "step"),
	}, nil
}

// transformed is a builder of a panel that takes transformations.
type transformed[B any] interface {
	cog.Builder[sdk.Panel]
	WithTransformation(sdk.DataTransformerConfig) B
}

// seriesOf draws a series of the column Value for each text in a column. The other columns of the query (started,
// ended, runs) say which runs are behind a row. They are not drawn, but the viewer's tooltips and Grafana's Inspect
// show them. The name of a series is only the text, because the column of its numbers is called Value.
func seriesOf[B transformed[B]](panel B, column string) cog.Builder[sdk.Panel] {
	return panel.
		WithTransformation(sdk.DataTransformerConfig{Id: "filterFieldsByName", Options: map[string]any{
			"include": map[string]any{"names": []string{"time", column, "Value"}},
		}}).
		WithTransformation(sdk.DataTransformerConfig{Id: "partitionByValues", Options: map[string]any{
			"fields": []string{column}, "keepFields": false, "naming": map[string]any{"asLabels": true},
		}})
}

// timelineBars shows each run as a bar at its start; its height is how long the run took. The last word of a
// series' name is the status, by which the overrides colour it.
func timelineBars(q Query, pos sdk.GridPos) *timeseries.PanelBuilder {
	panel := timeseries.NewPanelBuilder().
		Id(pipelineTimelineID).
		Title("Pipeline Timeline").
		Description("How long each run took, in seconds, at the time it started. There is a series for each step and status, in the colour of the status. Runs that start together are stacked. " +
			"A RUNNING run is as high as its time so far at the end of the range. " + otherWords + "In ranges of an hour and a half or longer a bar stands for " +
			"a cell of time (five minutes at 24 hours, an hour at 7 days, three days at a year, two weeks at five years, more with more than 20 steps) and shows the longest run of each step and status that started in it. The tooltip says when that run started and ended, " +
			"or how many runs the bar stands for and from when to when. " +
			"The red marks are failures, at the time of the failure. Where the range has more than 200, a mark stands for the failures of a hundredth of the range and says how many they are. From pipeline_runs.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		MaxDataPoints(runPoints).
		Interval(minInterval).
		Unit("s").
		Min(0).
		NoValue("No runs in this range").
		ColorScheme(sdk.NewFieldColorBuilder().Mode("fixed").FixedColor(colourUnread)).
		AxisLabel("Duration (s)").
		DrawStyle(common.GraphDrawStyleBars).
		// A bar is as wide as the smallest distance between two rows. The query adds rows that keep a single
		// run from filling the panel.
		BarWidthFactor(0.9).
		FillOpacity(80).
		LineWidth(1).
		Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A")).
		Legend(common.NewVizLegendOptionsBuilder().
			ShowLegend(true).
			DisplayMode(common.LegendDisplayModeList).
			Placement(common.LegendPlacementBottom)).
		Tooltip(common.NewVizTooltipOptionsBuilder().
			Mode(common.TooltipDisplayModeSingle).
			Sort(common.SortOrderNone))
	for _, l := range statusLooks() {
		panel = panel.OverrideByRegexp("/ "+oneOf(l.statuses)+"$/", statusColour(l.colour))
	}
	return panel
}

// otherWords says how panels show the statuses of other tools.
const otherWords = "A status of another tool is read by macrowatch's list of words; a word that is not in the list stands in quotation marks, in purple. "

// stepStates shows when each step ran. The states are texts, so that a word that is not known can be shown as it
// is. A state lasts until the next one, so idle time has rows of its own.
//
// The colour mode is a fixed colour, which a state has unless a mapping gives it another. The mode "thresholds"
// would merge states of one threshold, and Grafana's default for this panel, a continuous scale, draws no legend.
func stepStates(q Query, pos sdk.GridPos) *statetimeline.PanelBuilder {
	return statetimeline.NewPanelBuilder().
		Id(pipelineStepsID).
		Title("Pipeline Timeline by Step").
		Description("When each step ran: a line for each step, and on it each run from its start to its end in the colour of its status. A RUNNING run goes up to now, or to the end of the range. Idle time is empty. "+
			"A run that began before the range is drawn too, if it is one of the last 20 of its step by then. Expected runs that did not come are drawn from the time at which they were due: MISSED (red) up to the time by which the step should have ended, LATE (yellow) up to now, and SKIPPED (grey) on a holiday. "+
			"Holidays are left out in ranges of about 200 days or more, where a cell is longer than a holiday. "+
			"Where states of a step overlap, the first of these shows: FAILED, a word that is not known, MISSED, LATE, RUNNING, SUCCESS, and last CANCELLED, SKIPPED or QUEUED (grey). "+otherWords+
			"A run is drawn at least as long as a cell of time, so that it can be seen: five minutes at 24 hours, two hours at 7 days, three days at a year, three weeks at five years, more with more than 20 steps. Runs of the same status that start within a cell are drawn as one. A failure is always drawn, and a run that follows it within that time is drawn after it. "+
			"The viewer's tooltip says when the run really started and ended, or how many runs are drawn as one and from when to when. Grafana's tooltip gives the length as drawn. "+
			"Steps that have run in the range or in the 30 days before its end have a line, and those of which something was expected. From pipeline_runs and expected_runs.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		MaxDataPoints(runPoints).
		Interval(minInterval).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("fixed").FixedColor(colourUnread)).
		Mappings(mappings(append([]mapping{{"idle", "", colourNone}}, mappingsOf(timelineLooks())...)...)). // a state without a text does not stand in the legend
		OverrideByRegexp(everyField, []sdk.DynamicConfigValue{
			links(toRunsOf("${__field.labels.step}", chooseOf(stepVariable, "__field.labels.step"), keepRange)),
		}).
		ShowValue(common.VisibilityModeNever).
		MergeValues(true).
		AlwaysSpanNulls().
		RowHeight(0.8).
		FillOpacity(80).
		LineWidth(0).
		PerPage(0). // all steps on one page: a pager would take room even where there is one page only
		Legend(common.NewVizLegendOptionsBuilder().
			ShowLegend(true).
			DisplayMode(common.LegendDisplayModeList).
			Placement(common.LegendPlacementBottom)).
		Tooltip(common.NewVizTooltipOptionsBuilder().
			Mode(common.TooltipDisplayModeSingle).
			Sort(common.SortOrderNone))
}

// errorLog lists the latest failures.
func (b builder) errorLog(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("pipeline_errors.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{failureTable(query, at(0, top, gridWidth, 6)).
		Id(pipelineErrorsID).
		Title("Error Log").
		Description("The latest 20 runs that failed in the chosen range, the newest first: when the run failed, its step, which leads to the step's page, and the error it ended with. "+
			"Where more have failed, the viewer says beside the title how many; in Grafana the column cut says it, in Inspect. "+
			"Runs whose status is not known may have failed too: a first row says how many they are and what their statuses are. From pipeline_runs.").
		OverrideByName("Step", []sdk.DynamicConfigValue{property("custom.width", 180), links(toRunsOf("${__value.raw}", chooseOf(stepVariable, "__value.raw"), keepRange))}),
	}, nil
}

// failureTable is a table of failures with their errors.
func failureTable(query string, pos sdk.GridPos) *table.PanelBuilder {
	return listTable(NewQuery(Table, query), pos).
		NoValue("No failures in this range").
		OverrideByName("Time", []sdk.DynamicConfigValue{
			property("unit", toTheSecond),
			property("custom.width", 180),
		}).
		OverrideByName("cut", hiddenColumn()).
		OverrideByName("notice", hiddenColumn()).
		OverrideByName("Error", []sdk.DynamicConfigValue{
			property("custom.cellOptions", wrappedText()),
		})
}
