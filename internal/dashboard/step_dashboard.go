package dashboard

import (
	"fmt"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Ids of the panels of the page of a step; they never change.
const (
	stepStateID       = 1
	stepAboutID       = 2
	stepDurationsID   = 3
	stepTimelineID    = 4
	stepFailuresID    = 5
	stepRunsID        = 6
	stepWaitsID       = 7
	stepAwaitedID     = 8
	stepStateRowID    = 101
	stepDurationRowID = 102
	stepFailureRowID  = 103
	stepWaitsRowID    = 104
	stepRunsRowID     = 105
)

// StepUID names the page of a step in its address.
const StepUID = "pipeline-step"

// runsListed is how many runs of a step its page lists.
const runsListed = 100

// stepDashboard is the page of one step of the pipeline: the one that the variable step names.
func (b builder) stepDashboard() (Definition, error) {
	d := Definition{
		UID: StepUID, Slug: StepUID, Title: "Pipeline Step", File: "pipeline_step.json", Tags: []string{"macrowatch", "pipeline"},
		Beginning: beginningOf(record{"pipeline_runs", "started_at"}), Detail: true,
	}
	b.oneStep = true
	b, err := b.withQueries()
	if err != nil {
		return d, err
	}
	step, err := b.stepText()
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	alerts, err := b.alertMarks(nil, stepDurationsID)
	if err != nil {
		return d, err
	}
	return b.define(d, contents{
		description: "How does one step of the pipeline stand, how long do its runs take, why did it fail, and what waits for it?",
		from:        "now-30d",
		choices:     []sdk.VariableModel{step},
		marks:       []sdk.AnnotationQuery{alerts},
		sections: []section{
			{stepStateRowID, "State", b.stepState},
			{stepDurationRowID, "Durations", b.stepCharts},
			{stepFailureRowID, "Failures", b.stepFailures},
			{stepWaitsRowID, "Waiting", b.stepNeighbours},
			{stepRunsRowID, "Runs", b.stepRuns},
		},
	})
}

// stepText returns the variable step as a text that the reader writes, so that the page can say that there is no such step. A list
// of choices would take another step instead. It begins with the desk's first step.
func (b builder) stepText() (sdk.VariableModel, error) {
	first := ""
	if len(b.rules.Steps) > 0 {
		first = b.rules.Steps[0].Name
	}
	value := sdk.StringOrArrayOfString{String: &first}
	v, err := sdk.NewTextBoxVariableBuilder(stepVariable).
		Label("Step").
		Description("The step that the page is about, by the name that its runs have, such as fred.").
		DefaultValue(sdk.StringOrMap{String: &first}).
		Current(sdk.VariableOption{Text: value, Value: value}).
		Hide(sdk.VariableHideDontHide).
		Build()
	v.Auto, v.AutoMin, v.AutoCount = nil, nil, nil // of interval variables
	v.Multi, v.Sort, v.IncludeAll = nil, nil, nil  // of lists
	return v, err
}
