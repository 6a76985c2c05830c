package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// dayPanels tell the desk's day: in one line, by group, and for each step.
func (b builder) dayPanels(top uint32) ([]cog.Builder[sdk.Panel], error) {
	day, err := b.sql("pipeline_day.sql", subject{})
	if err != nil {
		return nil, err
	}
	groups, err := b.sql("pipeline_groups.sql", subject{})
	if err != nil {
		return nil, err
	}
	standings, err := b.sql("pipeline_grid.sql", subject{})
	if err != nil {
		return nil, err
	}
	const meaning = "Failed are FAILED and MISSED runs, late are LATE and OVERDUE ones; holidays do not count. From expected_runs and pipeline_runs."
	panels := []cog.Builder[sdk.Panel]{
		statOf(day, at(0, top, 11, 2), "/^(verdict|day)$/", besideEachOther).
			Id(pipelineDayID).
			Unit("string").
			Title("Today").
			Description("The day of the desk on which the chosen range ends: how many of the runs that are due on it are done, how many failed and how many are late, and what is due next on the desk's clock. "+meaning).
			OverrideByName("verdict", []sdk.DynamicConfigValue{
				fixedColour(colourUnread),
				property("mappings", mappings(
					mapping{"DONE", "DONE", colourGood}, mapping{"ON TIME", "ON TIME", colourGood}, mapping{"LATE", "LATE", colourWatch}, mapping{"FAILED", "FAILED", colourBad},
					mapping{"NOTHING DUE", "NOTHING DUE", colourUnknown}, mapping{"NO SCHEDULE", "NO SCHEDULE", colourUnknown},
				)),
			}),
	}
	if len(b.rules.Steps) == 0 {
		return panels, nil
	}
	return append(panels,
		statOf(groups, at(11, top, gridWidth-11, 2), allFields, besideEachOther).
			Id(pipelineGroupsID).
			Unit("string").
			Title("Today by Group").
			Description("For all steps, and for each group of them, how many of its runs that are due on the desk's day are done, and how many failed or are late. "+meaning).
			TextMode(common.BigValueTextModeValueAndName).
			Mappings([]sdk.ValueMapping{
				wording("/FAILED/", colourBad), wording("/LATE/", colourWatch), wording("/^nothing due$/", colourUnknown),
			}),
		b.everyStep(standings, at(0, top+2, gridWidth, 3)),
	), nil
}

// everyStep shows how each step stands. A step leads to its page.
func (b builder) everyStep(standings string, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	panel := statOf(standings, pos, allFields, asItFits).
		Id(pipelineStandingsID).
		Unit("string").
		Title("Every Step").
		Description("How each step of the desk stood at the end of the chosen range. " + expectedStates +
			"A step without a schedule has the status of its latest run, STALE if that one is too old. NO RUNS: no run is recorded. A step leads to its page. " + otherWords + "From pipeline_runs and expected_runs.").
		TextMode(common.BigValueTextModeValueAndName).
		Mappings(append(mappings(stepStateMappings()...),
			// The count of all steps has the colour of the worst of them.
			wording(`/^\d.*\b(FAILED|MISSED|OVERDUE)\b/`, colourBad), wording(`/^\d.*\b(LATE|RETRYING|STALE)\b/`, colourWatch), wording(`/^\d.*\bSUCCESS\b/`, colourGood)))
	for _, s := range b.rules.Steps {
		panel = panel.OverrideByName(s.Title, []sdk.DynamicConfigValue{links(toRunsOf(s.Name, choose(stepVariable, s.Name), keepRange))})
	}
	return panel
}

// wording colours the values that match a pattern, and leaves their text as it is.
func wording(pattern, colour string) sdk.ValueMapping {
	return sdk.ValueMapping{RegexMap: &sdk.RegexMap{
		Type:    sdk.MappingTypeRegexToText,
		Options: sdk.DashboardRegexMapOptions{Pattern: pattern, Result: sdk.ValueMappingResult{Color: ptr(colour)}},
	}}
}
