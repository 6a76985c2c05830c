package dashboard

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"

	"macrowatch/internal/desk"
)

// connectorTile shows how a connector stands: "SUCCESS | an hour ago | 42 s, usually 40 s".
func (b builder) connectorTile(id uint32, c desk.Step, pos sdk.GridPos) (cog.Builder[sdk.Panel], error) {
	query, err := b.sql("pipeline_connector.sql", subject{step: c.Name})
	if err != nil {
		return nil, err
	}
	return b.stateTile(query, pos, "the step "+c.Name, "The tile leads to the page of the step. ").
		Id(id).
		Title(c.Title).
		OverrideByRegexp(tileFields, []sdk.DynamicConfigValue{
			links(toRunsOf(c.Name, choose(stepVariable, c.Name), rangeOf("runs_from", "runs_to"))),
		}), nil
}

// stateTile is a tile that shows how a step stood: its state, since when, and how long it took. The argument `step` names the
// step in the description, `last` is what else it says, and `more` are states beyond those of stepStateMappings. The mappings
// stand in the override of the status: as defaults they would reach the other two columns.
func (b builder) stateTile(query string, pos sdk.GridPos, step, last string, more ...mapping) *stat.PanelBuilder {
	return statOf(query, pos, tileFields, besideEachOther).
		Description(fmt.Sprintf("How %s stood at the end of the chosen range: its state, when the run that decides it started (counted from the end of the range; Grafana counts from the present), "+
			"how long it took (RUNNING: so far), and how long it usually takes: the median of its last 20 successes. "+expectedStates+
			"A step without a schedule shows its latest run. STALE: that one started more than %.0f hours before the end of the range, %s (%s); "+
			"a FAILED run stays FAILED. NO RUNS: no run is recorded. %s"+otherWords+"From pipeline_runs and expected_runs.",
			step, b.rules.StaleAfter.Hours(), b.hoursThatCount(), b.rules.Zone, last)).
		OverrideByName("status", []sdk.DynamicConfigValue{
			fixedColour(colourUnread),
			property("mappings", mappings(append(stepStateMappings(), more...)...)),
		}).
		OverrideByName("started_at", []sdk.DynamicConfigValue{
			property("unit", "dateTimeFromNow"),
			property("noValue", "never"),
		}).
		OverrideByName("took", []sdk.DynamicConfigValue{
			property("noValue", "–"),
		})
}

// tileFields are the fields that a tile shows. The others are for its link.
const tileFields = "/^(status|started_at|took)$/"

// expectedStates says what the states of a step with a schedule mean.
const expectedStates = "Runs are matched to the times at which the step is due, however early, late or often they start, and the attempt that started last counts. " +
	"LATE: it should have started and has not (it shows when it was due). MISSED: it should have ended, or is due again, and has not started. OVERDUE: it runs, and should have ended. " +
	"RETRYING: an attempt failed, and a later one runs. SKIPPED: it is a holiday. Until it must have started, the time before counts. "

// stepStateMappings colour how a step can stand.
func stepStateMappings() []mapping {
	return append(statusMappings(),
		mapping{string(desk.Retrying), string(desk.Retrying), colourWatch},
		mapping{string(desk.Late), string(desk.Late), colourWatch},
		mapping{string(desk.Overdue), string(desk.Overdue), colourBad},
		mapping{string(desk.Missed), string(desk.Missed), colourBad},
		mapping{string(desk.Stale), string(desk.Stale), colourWatch},
		mapping{string(desk.NoRuns), string(desk.NoRuns), colourUnknown},
	)
}
