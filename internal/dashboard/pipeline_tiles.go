package dashboard

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"macrowatch/internal/desk"
)

// connectorTile shows a connector's latest run: "SUCCESS | an hour ago | 42.5 s". The mappings stand in the
// override of the status: as defaults they would reach the other two columns.
func (b builder) connectorTile(id uint32, c desk.Step, pos sdk.GridPos) (cog.Builder[sdk.Panel], error) {
	query, err := b.sql("pipeline_connector.sql", subject{step: c.Name})
	if err != nil {
		return nil, err
	}
	return statOf(query, pos, tileFields, besideEachOther).
		Id(id).
		Title(c.Title).
		Description(fmt.Sprintf("The latest run of the step %s that started by the end of the chosen range, as it stood then: "+
			"its status, when it started (counted from the end of the range; Grafana counts from the present) and how long it took in seconds (RUNNING: so far). "+
			"STALE: it started more than %.0f hours before the end of the range, not counting the hours of Saturday and Sunday (%s); "+
			"a FAILED run stays FAILED. NO RUNS: no run is recorded. The tile leads to the runs of the step. "+otherWords+"From pipeline_runs.",
			c.Name, b.rules.StaleAfter.Hours(), b.rules.Zone)).
		OverrideByName("status", []sdk.DynamicConfigValue{
			fixedColour(colourUnread),
			property("mappings", mappings(append(statusMappings(),
				mapping{"STALE", "STALE", colourWatch},
				mapping{"NO RUNS", "NO RUNS", colourUnknown},
			)...)),
		}).
		OverrideByName("started_at", []sdk.DynamicConfigValue{
			property("unit", "dateTimeFromNow"),
			property("noValue", "never"),
		}).
		OverrideByName("duration_seconds", []sdk.DynamicConfigValue{
			property("unit", "s"),
			property("noValue", "–"),
		}).
		OverrideByRegexp(tileFields, []sdk.DynamicConfigValue{
			links(toRunsOf(c.Name, choose(stepVariable, c.Name), rangeOf("runs_from", "runs_to"))),
		}), nil
}

// tileFields are the fields that a tile shows. The others are for its link.
const tileFields = "/^(status|started_at|duration_seconds)$/"
