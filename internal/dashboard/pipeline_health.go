package dashboard

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Ids of Pipeline Health's panels. They stand in links and bookmarks (viewPanel=3): a panel keeps
// its number for good, whatever its place. The six connector tiles are 1 to 6.
const (
	pipelineFirstTile    = 1
	pipelineTimelineID   = 7
	pipelineStepsID      = 8
	pipelineErrorsID     = 9
	pipelineLeftOutID    = 10
	pipelineGridRowID    = 101
	pipelineTimeRowID    = 102
	pipelineErrorRowID   = 103
	pipelineLeftOutRowID = 104
	pipelineDefaultRange = "now-24h"
)

// pipelineHealth says whether the pipeline ran: the connectors' latest runs, all runs over time,
// and what went wrong.
func (b builder) pipelineHealth() (Definition, error) {
	d := Definition{
		UID:   Home,
		Slug:  "pipeline-health",
		Title: "Pipeline Health",
		File:  "pipeline_health.json",
		Tags:  []string{"macrowatch", "pipeline"},
	}
	grid, err := b.connectorTiles()
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	charts, err := b.timelinePanels()
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	log, err := b.errorLog()
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	leftOut, err := b.leftOutTable(44)
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	failures, err := b.sql("pipeline_failures.sql", subject{})
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}

	all, err := sections(
		section{row(pipelineGridRowID, "Connector Status Grid", 0), grid},
		section{row(pipelineTimeRowID, "Pipeline Timeline", 9), charts},
		section{row(pipelineErrorRowID, "Error Log", 32), log},
		section{row(pipelineLeftOutRowID, leftOutTitle, 43), leftOut},
	)
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}

	return b.define(d,
		"Did the pipeline run? The latest run of each connector, every step's runs over time, and the failures.",
		pipelineDefaultRange,
		// On the bars alone: on the lines of steps the marks would cover the red cells that they mark.
		[]sdk.AnnotationQuery{annotation("Failures", colourBad, NewQuery(Table, failures), pipelineTimelineID)},
		all)
}

// connectorTiles are three columns of two tiles, in the desk's order.
func (b builder) connectorTiles() ([]cog.Builder[sdk.Panel], error) {
	const columns, width, height, top = 3, gridWidth / 3, 4, 1
	var tiles []cog.Builder[sdk.Panel]
	for i, c := range b.rules.Connectors {
		n := uint32(i)
		tile, err := b.connectorTile(pipelineFirstTile+n, c, at(n%columns*width, top+n/columns*height, width, height))
		if err != nil {
			return nil, err
		}
		tiles = append(tiles, tile)
	}
	return tiles, nil
}
