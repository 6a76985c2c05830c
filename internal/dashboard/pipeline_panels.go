package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// minInterval is the smallest $__interval. Without it Grafana takes the datasource's, which for
// PostgreSQL is a minute.
const minInterval = "1s"

// timelinePanels are the charts of runs over time.
func (b builder) timelinePanels(top uint32) ([]cog.Builder[sdk.Panel], error) {
	runs, err := b.sql("pipeline_timeline.sql", subject{})
	if err != nil {
		return nil, err
	}
	states, err := b.sql("pipeline_steps.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{
		seriesOf(timelineBars(NewQuery(Table, runs), at(0, top, gridWidth, 10)), "run"),
		seriesOf(stepStates(NewQuery(Table, states), at(0, top+10, gridWidth, 12)), "step"),
	}, nil
}

// transformed is a panel's builder that takes transformations.
type transformed[B any] interface {
	cog.Builder[sdk.Panel]
	WithTransformation(sdk.DataTransformerConfig) B
}

// seriesOf draws a series of the column Value for each text in a column. The query's other columns
// (started, ended, runs) say which runs a row stands for. They are not drawn: the viewer's tooltips
// and Grafana's Inspect show them. A series is called by the text alone because the column of its
// numbers is called Value.
func seriesOf[B transformed[B]](panel B, column string) cog.Builder[sdk.Panel] {
	return panel.
		WithTransformation(sdk.DataTransformerConfig{Id: "filterFieldsByName", Options: map[string]any{
			"include": map[string]any{"names": []string{"time", column, "Value"}},
		}}).
		WithTransformation(sdk.DataTransformerConfig{Id: "partitionByValues", Options: map[string]any{
			"fields": []string{column}, "keepFields": false, "naming": map[string]any{"asLabels": true},
		}})
}

// timelineBars shows each run as a bar at its start, as high as it took. The status is the last
// word of a series' name, which the colours go by.
func timelineBars(q Query, pos sdk.GridPos) *timeseries.PanelBuilder {
	panel := timeseries.NewPanelBuilder().
		Id(pipelineTimelineID).
		Title("Pipeline Timeline").
		Description("How long each run took, in seconds, at the time it started: a series per step and status, stacked where runs start together, " +
			"coloured by status (RUNNING: its time so far at the end of the range). " + otherWords + "In ranges of an hour and a half or longer a bar stands for " +
			"a cell of time (two minutes at 24 hours, 15 minutes at 7 days, more with more than 20 steps) and shows the longest run of each step and status that started in it; the tooltip says when that run started and ended, " +
			"or how many runs the bar stands for, and between when and when. " +
			"The red marks are failures, at the time of the failure; where the range has more than 200, a mark stands for those of a hundredth of the range, and says how many. From pipeline_runs.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		MaxDataPoints(maxPoints).
		Interval(minInterval).
		Unit("s").
		Min(0).
		NoValue("No runs in this range").
		ColorScheme(sdk.NewFieldColorBuilder().Mode("fixed").FixedColor(colourUnread)).
		AxisLabel("Duration (s)").
		DrawStyle(common.GraphDrawStyleBars).
		// Bars get the width of the smallest distance between two rows; the query sees to it that
		// one lone run does not fill the panel.
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
		panel = panel.OverrideByRegexp("/ "+oneOf(l.statuses)+"$/", []sdk.DynamicConfigValue{fixedColour(l.colour)})
	}
	return panel
}

// otherWords says how the words of other tools are shown.
const otherWords = "What other tools call a status is read by macrowatch's list of words; a word that is not in it stands in quotation marks, in purple. "

// stepStates shows when each step ran. The states are texts, so that a word that is not known can be
// shown as it is. A state lasts until the next one, so idle time has rows of its own. The colour mode is
// neither thresholds, which would merge states by threshold, nor Grafana's default for this panel, a
// continuous scale, which draws no legend: it is the colour of what no mapping knows.
func stepStates(q Query, pos sdk.GridPos) *statetimeline.PanelBuilder {
	return statetimeline.NewPanelBuilder().
		Id(pipelineStepsID).
		Title("Pipeline Timeline by Step").
		Description("When each step ran: a line per step, each run from its start to its end in the colour of its status (a RUNNING one up to now, or to the end of the range), " +
			"nothing where the step was idle; a run that began before the range is carried in, if it is one of the last 20 of its step by then. Where runs of a step overlap, FAILED shows before a word that is not known, before RUNNING, before SUCCESS, before CANCELLED, SKIPPED or QUEUED (grey). " + otherWords +
			"A run too short to be seen is drawn about two pixels wide (1/720 of the range; with more than 20 steps more), and runs of the same status that start within that are drawn as one; a failure is always drawn, and what follows it that closely is drawn after it. " +
			"The viewer's tooltip says when the run really started and ended, or how many runs are drawn as one, and between when and when; Grafana's gives the length as drawn. " +
			"Steps that have run in the range or in the 30 days before its end have a line. From pipeline_runs.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		MaxDataPoints(maxPoints).
		Interval(minInterval).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("fixed").FixedColor(colourUnread)).
		Mappings(mappings(append([]mapping{{"idle", "", colourNone}}, statusMappings()...)...)). // a state without a text is not in the legend
		ShowValue(common.VisibilityModeNever).
		MergeValues(true).
		AlwaysSpanNulls().
		RowHeight(0.8).
		FillOpacity(80).
		LineWidth(0).
		PerPage(0). // all steps: a pager would take a strip of the panel, also for a single page
		Legend(common.NewVizLegendOptionsBuilder().
			ShowLegend(true).
			DisplayMode(common.LegendDisplayModeList).
			Placement(common.LegendPlacementBottom)).
		Tooltip(common.NewVizTooltipOptionsBuilder().
			Mode(common.TooltipDisplayModeSingle).
			Sort(common.SortOrderNone))
}

// errorLog lists what went wrong. An empty result shows noValue instead of "No data".
func (b builder) errorLog(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("pipeline_errors.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{listTable(NewQuery(Table, query), at(0, top, gridWidth, 10)).
		Id(pipelineErrorsID).
		Title("Error Log").
		Description("The latest 20 runs that failed in the chosen range, the newest first: when the run failed, its step, and the error it ended with. "+
			"Where there are more than 20 the viewer says of how many beside the title; in Grafana the column cut does, in Inspect. "+
			"Runs whose status is not known may have failed too: a first row says how many they are, and what their statuses are. From pipeline_runs.").
		NoValue("No failures in this range").
		OverrideByName("Time", []sdk.DynamicConfigValue{
			property("unit", "dateTimeAsSystem"),
			property("custom.width", 180),
		}).
		OverrideByName("cut", hiddenColumn()).
		OverrideByName("notice", hiddenColumn()).
		OverrideByName("Step", []sdk.DynamicConfigValue{property("custom.width", 180)}).
		OverrideByName("Error", []sdk.DynamicConfigValue{
			property("custom.cellOptions", wrappedText()),
		}),
	}, nil
}
