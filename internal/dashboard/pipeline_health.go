package dashboard

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Ids of Pipeline Health's panels. They stand in links and bookmarks (viewPanel=3): a panel keeps its number
// for good, whatever its place. The connectors' tiles have ids of their own: see tileID.
const (
	pipelineTimelineID   = 7
	pipelineStepsID      = 8
	pipelineErrorsID     = 9
	pipelineLeftOutID    = 10
	pipelineDayID        = 11
	pipelineGroupsID     = 12
	pipelineStandingsID  = 13
	pipelineGridRowID    = 101
	pipelineTimeRowID    = 102
	pipelineErrorRowID   = 103
	pipelineLeftOutRowID = 104
)

// tileID returns the id of the tile of the n-th connector, counted from 0. The first six tiles have the ids
// from 1 to 6. A desk with more connectors has their tiles from 201 on, where no other panel's id is.
func tileID(n uint32) uint32 {
	const belowOtherPanels, further = 6, 201
	if n < belowOtherPanels {
		return n + 1
	}
	return further + n - belowOtherPanels
}

// pipelineHealth shows whether the pipeline ran: the latest run of each connector, all runs over time, and the
// failures.
func (b builder) pipelineHealth() (Definition, error) {
	d := Definition{
		UID:   Home,
		Slug:  "pipeline-health",
		Title: "Pipeline Health",
		File:  "pipeline_health.json",
		Tags:  []string{"macrowatch", "pipeline"},

		Beginning:    beginningOf(record{"pipeline_runs", "started_at"}),
		VerdictPanel: pipelineDayID,
	}
	failures, err := b.sql("pipeline_failures.sql", subject{})
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	step, err := b.stepChoice()
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	alerts, err := b.alertMarks(nil, pipelineTimelineID)
	if err != nil {
		return d, err
	}
	return b.define(d, contents{
		choices:     []sdk.VariableModel{step},
		description: "Did the pipeline run? The latest run of each connector, every step's runs over time, and the failures.",
		from:        "now-24h",
		// The marks are only on the chart with bars. On the lines of the steps they would cover the red cells.
		marks: []sdk.AnnotationQuery{annotation("Failures", colourBad, NewQuery(Table, failures), pipelineTimelineID), alerts},
		// The failures stand right below the tiles, so that the first screen names them.
		sections: []section{
			{pipelineGridRowID, "Connector Status Grid", b.connectorTiles},
			{pipelineErrorRowID, "Error Log", b.errorLog},
			{pipelineTimeRowID, "Pipeline Timeline", b.timelinePanels},
			{pipelineLeftOutRowID, leftOutTitle, b.leftOutTable},
		},
	})
}

// stepVariable is the variable that says which step's runs and failures are shown.
const stepVariable = "step"

// stepChoice returns the variable step.
func (b builder) stepChoice() (sdk.VariableModel, error) {
	query, err := b.sql("pipeline_step_names.sql", subject{})
	if err != nil {
		return sdk.VariableModel{}, err
	}
	return choice(stepVariable, "Step", "The step whose runs, failures and marks are shown. The tiles show every connector, whatever is chosen. From pipeline_runs.", query)
}

// toRunsOf is a link to the page of a step. The argument `chosen` is the parameter that names it, and the last one gives the range.
func toRunsOf(step, chosen, over string) link {
	return linkTo("Runs of "+step, pathOf(StepUID, StepUID), chosen, over)
}

// stepNames are the names of all steps of the desk.
func (b builder) stepNames() []string {
	var all []string
	for _, s := range b.rules.Steps {
		all = append(all, s.Name)
	}
	return all
}

// connectorSteps are the steps of the connectors.
func (b builder) connectorSteps() []string {
	var all []string
	for _, c := range b.rules.Connectors() {
		all = append(all, c.Name)
	}
	return all
}

// connectorTiles are three columns of tiles, in the desk's order, and below them the day of all steps.
func (b builder) connectorTiles(top uint32) ([]cog.Builder[sdk.Panel], error) {
	const columns, width, height = 3, gridWidth / 3, 3
	var tiles []cog.Builder[sdk.Panel]
	for i, c := range b.rules.Connectors() {
		n := uint32(i)
		tile, err := b.connectorTile(tileID(n), c, at(n%columns*width, top+n/columns*height, width, height))
		if err != nil {
			return nil, err
		}
		tiles = append(tiles, tile)
	}
	day, err := b.dayPanels(top + (uint32(len(tiles))+columns-1)/columns*height)
	return append(tiles, day...), err
}
