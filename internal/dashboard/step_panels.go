package dashboard

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// noSuchStep is what the page says of a step that there is not.
const noSuchStep = "There is no step of this name"

// stepState says how the step stands, what it is, and when it is due next.
func (b builder) stepState(top uint32) ([]cog.Builder[sdk.Panel], error) {
	state, err := b.sql("step_state.sql", subject{})
	if err != nil {
		return nil, err
	}
	about, err := b.sql("step_about.sql", subject{})
	if err != nil {
		return nil, err
	}
	instant := []sdk.DynamicConfigValue{property("unit", "time:YYYY-MM-DD HH:mm"), property("custom.width", 142), property("mappings", emptyCells())}
	return []cog.Builder[sdk.Panel]{
		b.stateTile(state, at(0, top, gridWidth, 3), "the step", "NO SUCH STEP: the desk has no step of this name, and none has ever run. ", mapping{"NO SUCH STEP", "NO SUCH STEP", colourUnknown}).
			Id(stepStateID).
			Title("${" + stepVariable + "}"),
		listTable(NewQuery(Table, about), at(0, top+3, gridWidth, 3)).
			Id(stepAboutID).
			Title("About the Step").
			Description("What the step is, when it is due next after the end of the chosen range, by when it must then have started and ended, its schedule as a cron expression in the desk's zone, who looks after it, "+
				"and what to do about it (a link; only addresses with http and https). Holidays are not due. A step that has runs and that the desk does not have is shown too. From macrowatch_steps and expected_runs.").
			NoValue(noSuchStep).
			OverrideByName("Next due", instant).
			OverrideByName("Must start by", instant).
			OverrideByName("Must end by", instant).
			OverrideByName("Schedule", []sdk.DynamicConfigValue{property("custom.width", 112)}).
			OverrideByName("Owner", []sdk.DynamicConfigValue{property("custom.width", 80), property("mappings", emptyCells())}).
			OverrideByName("Runbook", []sdk.DynamicConfigValue{property("mappings", emptyCells()), links(link{"Runbook", ownAddress})}),
	}, nil
}

// The lines of the usual time in the chart of durations, as step_durations.sql names them.
const (
	usualMedian = "usual: median"
	usualMost   = "usual: 95th percentile"
)

// stepCharts show how long the runs took, and when they and the expected runs were.
func (b builder) stepCharts(top uint32) ([]cog.Builder[sdk.Panel], error) {
	durations, err := b.sql("step_durations.sql", subject{})
	if err != nil {
		return nil, err
	}
	states, err := b.sql("pipeline_steps.sql", subject{longCells: longStates})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{
		seriesOf(durationPoints(NewQuery(Table, durations), at(0, top, gridWidth, 8)), "series"),
		seriesOf(stepStates(NewQuery(Table, states), at(0, top+8, gridWidth, 4)).
			Id(stepTimelineID).
			Title("Timeline"), "step"),
	}, nil
}

// durationPoints has a point for each run, and the usual band as two lines.
func durationPoints(q Query, pos sdk.GridPos) *timeseries.PanelBuilder {
	line := func(colour string) []sdk.DynamicConfigValue {
		return []sdk.DynamicConfigValue{
			property("custom.drawStyle", "line"), property("custom.lineStyle", map[string]any{"fill": "dash", "dash": []int{10, 10}}),
			property("custom.showPoints", "never"), property("custom.spanNulls", true), fixedColour(colour),
		}
	}
	panel := timeseries.NewPanelBuilder().
		Id(stepDurationsID).
		Title("Durations").
		Description("How long each run took, in seconds, at the time it started, in the colour of its status. A RUNNING run has its time so far. " +
			"The dashed lines are the usual band at the end of the range: the median and the 95th percentile of the last 20 successes that had started by then, of the last 200 runs. There are none with fewer than three successes. " +
			"In long ranges a point stands for a cell of time (1/720 of the range) and is the longest run of each status in it; the viewer's tooltip says how many there are. " + otherWords + "From pipeline_runs.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		MaxDataPoints(maxPoints).
		Interval(minInterval).
		Unit("s").
		Min(0).
		NoValue("No runs in this range").
		ColorScheme(sdk.NewFieldColorBuilder().Mode("fixed").FixedColor(colourUnread)).
		DrawStyle(common.GraphDrawStylePoints).
		PointSize(6).
		LineWidth(1).
		Legend(bottomLegend()).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeSingle).Sort(common.SortOrderNone))
	for _, l := range statusLooks() {
		panel = panel.OverrideByRegexp("/^"+oneOf(l.statuses)+"$/", statusColour(l.colour))
	}
	return panel.OverrideByName(usualMedian, line(colourPlain)).OverrideByName(usualMost, line(colourUnknown))
}

// stepFailures lists the failures of the step.
func (b builder) stepFailures(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("pipeline_errors.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{failureTable(query, at(0, top, gridWidth, 7)).
		Id(stepFailuresID).
		Title("Failures").
		Description("The latest 20 runs of the step that failed in the chosen range, the newest first: when the run failed, and the whole error it ended with. "+
			"Where more have failed, the viewer says beside the title how many; in Grafana the column cut says it, in Inspect. "+
			"Runs whose status is not known may have failed too: a first row says how many they are and what their statuses are. From pipeline_runs.").
		OverrideByName("Step", hiddenColumn())}, nil
}

// stepRuns lists the runs of the step.
func (b builder) stepRuns(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("step_runs.sql", subject{})
	if err != nil {
		return nil, err
	}
	instant := []sdk.DynamicConfigValue{property("unit", toTheSecond), property("custom.width", 180), property("mappings", emptyCells())}
	return []cog.Builder[sdk.Panel]{listTable(NewQuery(Table, query), at(0, top, gridWidth, 12)).
		Id(stepRunsID).
		Title("Runs").
		Description(fmt.Sprintf("The runs of the step that started in the chosen range, the latest first, at most %d: when each started and ended, its status, and how long it took (RUNNING: so far). "+
			"Due: the time at which the step was due that the run serves, however early, late or often it starts; empty if none was. "+otherWords+"From pipeline_runs and expected_runs.", runsListed)).
		NoValue("No runs in this range").
		OverrideByName("Started", instant).
		OverrideByName("Ended", instant).
		OverrideByName("Due", instant).
		OverrideByName("Status", statusColumn()).
		OverrideByName("Took", []sdk.DynamicConfigValue{property("unit", "s"), property("custom.width", 130), property("mappings", emptyCells())}).
		OverrideByName("cut", hiddenColumn())}, nil
}

// statusColumn colours a column of statuses or states of steps.
func statusColumn() []sdk.DynamicConfigValue {
	return []sdk.DynamicConfigValue{
		property("custom.width", 110),
		property("custom.cellOptions", map[string]any{"type": "color-text"}),
		fixedColour(colourUnread),
		property("mappings", mappings(stepStateMappings()...)),
	}
}

// stepNeighbours says what the step waits for, and what waits for it.
func (b builder) stepNeighbours(top uint32) ([]cog.Builder[sdk.Panel], error) {
	const meaning = "how each of them stood at the end of the chosen range, since when (the start of the run that decides, or when it was due), and how long that run took. A step leads to its page. From macrowatch_step_waits, pipeline_runs and expected_runs."
	half := func(id uint32, file, title, description, none string, x uint32) (cog.Builder[sdk.Panel], error) {
		query, err := b.sql(file, subject{})
		if err != nil {
			return nil, err
		}
		return listTable(NewQuery(Table, query), at(x, top, gridWidth/2, 5)).
			Id(id).
			Title(title).
			Description(description+meaning).
			NoValue(none).
			OverrideByName("Step", []sdk.DynamicConfigValue{property("custom.minWidth", 140), links(toRunsOf("${__value.raw}", chooseOf(stepVariable, "__value.raw"), keepRange))}).
			OverrideByName("State", statusColumn()).
			OverrideByName("Since", []sdk.DynamicConfigValue{property("unit", toTheSecond), property("custom.width", 180), property("mappings", emptyCells())}).
			OverrideByName("Took", []sdk.DynamicConfigValue{property("custom.width", 100), property("mappings", emptyCells())}), nil
	}
	waits, err := half(stepWaitsID, "step_waits.sql", "Waits For", "The steps that this step waits for: ", "It waits for no step", 0)
	if err != nil {
		return nil, err
	}
	awaited, err := half(stepAwaitedID, "step_awaited.sql", "What Waits for It", "The steps that wait for this step: ", "No step waits for it", gridWidth/2)
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{waits, awaited}, nil
}
