package dashboard

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// scenarioVariable says which scenario's positions are listed.
const scenarioVariable = "scenario"

// worstScenario is the choice that stands for the worst scenario of the run, whichever that is. The page begins with it.
const worstScenario = "(the worst)"

// positionsOf is a link to the positions of the book in a scenario, over the chosen range. The argument is the reference
// that stands for the scenario.
func positionsOf(reference string) link {
	return linkTo("Positions in ${"+reference+"}", pathOf(riskUID, riskUID),
		chooseOf(scenarioVariable, reference), keepRange, fmt.Sprintf("viewPanel=%d", riskPositionsID))
}

// chosenScenario is the condition that a column has the chosen scenario. It holds for every scenario if the worst is chosen.
func chosenScenario(column string) string {
	return fmt.Sprintf("('$%s' = %s OR %s = '$%[1]s')", scenarioVariable, literal(worstScenario), column)
}

// scenarioChoice returns the variable scenario. Its choices are those of the run that is shown, so they are looked up again
// when the range changes.
func (b builder) scenarioChoice() (sdk.VariableModel, error) {
	query, err := b.sql("risk_scenarios.sql", subject{})
	if err != nil {
		return sdk.VariableModel{}, err
	}
	worst := worstScenario
	v, err := sdk.NewQueryVariableBuilder(scenarioVariable).
		Label("Scenario").
		Description("The scenario whose positions are listed. Every other panel shows all scenarios, whatever is chosen. From stress_test_results.").
		Datasource(datasource()).
		Query(sdk.StringOrMap{String: ptr(query)}).
		Definition(query).
		Hide(sdk.VariableHideDontHide).
		Refresh(sdk.VariableRefreshOnTimeRangeChanged).
		Regex("").
		IncludeAll(false).
		Current(sdk.VariableOption{
			Text:  sdk.StringOrArrayOfString{String: &worst},
			Value: sdk.StringOrArrayOfString{String: &worst},
		}).
		Build()
	v.Auto, v.AutoMin, v.AutoCount = nil, nil, nil // of interval variables
	v.Multi, v.Sort = nil, nil                     // Grafana keeps neither where it is not set
	return v, err
}

// positionsTable lists what each position makes in the chosen scenario.
func positionsTable(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	return percentTable(q, pos).
		Id(riskPositionsID).
		Title("Positions of a Scenario").
		Description("What each position of the book would make in the scenario that is chosen above the panels, in percent of NAV; a loss is negative. The largest loss comes first. "+
			"A bar of Stress Test Results leads here with its scenario. Share is the position's part of the scenario's result: a negative share lowers a loss. It is empty if the result reads as zero. "+
			"P&L and Share are empty for what can't be priced; Notes says why. The rows sum to the scenario's result, which stands below. "+
			fmt.Sprintf("Beyond %d positions, those that move least stand together in the last row. ", positionsMost)+
			"Weight is in percent of NAV; long is positive (for rates and credit long the bond). "+
			"There are none if the book was flat or the run is old; macrowatch risk --as-of DAY stores those of an old run again. "+
			"The latest run by the end of the chosen range. From stress_test_positions and stress_test_results.").
		NoValue("No positions are stored for this run").
		Mappings(emptyCells()).
		Footer(common.NewTableFooterOptionsBuilder().
			Show(true).
			Reducer([]string{"sum"}).
			Fields([]string{"P&L", "Share"}).
			CountRows(false)).
		OverrideByName("Scenario", leftColumn(240)).
		OverrideByName("Strategy", leftColumn(190)).
		OverrideByName("Instrument", leftColumn(150)).
		OverrideByName("Asset class", leftColumn(120)).
		OverrideByName("Weight", []sdk.DynamicConfigValue{property("unit", "percentunit"), property("decimals", 1)}).
		OverrideByName("P&L", []sdk.DynamicConfigValue{
			property("custom.cellOptions", map[string]any{"type": "color-text"}),
			property("thresholds", map[string]any{"mode": "absolute", "steps": []map[string]any{
				{"value": nil, "color": colourBad}, {"value": -0.005, "color": colourPlain}, {"value": 0.005, "color": colourGood},
			}}),
		}).
		OverrideByName("Share", []sdk.DynamicConfigValue{property("decimals", 1)})
}
