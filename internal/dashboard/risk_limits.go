package dashboard

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// noLimits is what panels say where the limits were never checked.
const noLimits = "No limits checked yet"

// nanMapping shows a grey text for NaN, which the queries return if a number is not known.
func nanMapping() sdk.ValueMapping {
	return sdk.ValueMapping{SpecialValueMap: &sdk.SpecialValueMap{
		Type: sdk.MappingTypeSpecialValue,
		Options: sdk.DashboardSpecialValueMapOptions{
			Match:  sdk.SpecialValueMatchNaN,
			Result: sdk.ValueMappingResult{Text: ptr(notComputed), Color: ptr(colourUnknown), Index: ptr(int32(1))},
		},
	}}
}

// The colours of a used limit, in percent of the limit: yellow from limitFilling on, red from limitNearlyFull on.
const limitFilling, limitNearlyFull = 60, 80

// limitPanels say how near the book is to its limits: how full every limit is, and beside that how old the figures are
// and how much of the stress limit the worst scenarios take.
func (b builder) limitPanels(top uint32) ([]cog.Builder[sdk.Panel], error) {
	limits, err := b.sql("risk_limits.sql", subject{})
	if err != nil {
		return nil, err
	}
	computed, err := b.sql("risk_computed.sql", subject{})
	if err != nil {
		return nil, err
	}
	scenarios, err := b.sql("risk_worst_scenarios.sql", subject{})
	if err != nil {
		return nil, err
	}
	const left, right, height, tile = 16, 8, 13, 3
	return []cog.Builder[sdk.Panel]{
		limitBars(NewQuery(Table, limits), at(0, top, left, height)),
		b.riskComputed(computed, at(left, top, right, tile)),
		worstScenarios(NewQuery(Table, scenarios), at(left, top+tile, right, height-tile)),
	}, nil
}

// limitBars shows how full every limit is.
func limitBars(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	return bargauge.NewPanelBuilder().
		Id(riskLimitsID).
		Title("Limit Utilization").
		Description(fmt.Sprintf("How much of each limit the book takes up, in percent of the limit, the fullest first: green below %[1]d, yellow from %[1]d, red from %[2]d; above 100 the bar says BREACH; grey where there are too few returns to know. "+
			"Beside the name stand the value and the limit: VaR, CVaR, drawdown and the worst scenario's loss in percent of NAV, leverage and net weights in multiples of NAV. "+
			"A value below zero is a gain instead of a loss. The latest check by the end of the chosen range. From risk_limits_status.", limitFilling, limitNearlyFull)).
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		ReduceOptions(everyRow()).
		NoValue(noLimits).
		Mappings(append([]sdk.ValueMapping{nanMapping()}, noNumberMapping(noLimits)...)).
		Unit("percent").
		Decimals(1).
		Min(0).
		Max(100).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("thresholds")).
		Thresholds(risingThresholds(limitFilling, limitNearlyFull)).
		Orientation(common.VizOrientationHorizontal).
		DisplayMode(common.BarGaugeDisplayModeBasic).
		ValueMode(common.BarGaugeValueModeColor).
		NamePlacement(common.BarGaugeNamePlacementLeft).
		ShowUnfilled(true).
		Sizing(common.BarGaugeSizingAuto).
		OverrideByName("Limit", []sdk.DynamicConfigValue{property("mappings", []sdk.ValueMapping{})})
}

// stressLimit is the limit on the loss of the worst scenario, as risk_limits_status names it.
const stressLimit = "Stress loss"

// worstScenarios lists the scenarios in which the book would lose most, and how much of the limit on stress losses each
// would take.
func worstScenarios(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	return percentTable(q, pos).
		Id(riskWorstScenariosID).
		Title("Worst Scenarios").
		Description(fmt.Sprintf("The scenarios with the worst results for the book, in percent of NAV; a loss is negative. Of limit: the loss in percent of the desk's limit on stress losses in the latest check (\"%[1]s\"), "+
			"yellow from %[2]d, red from %[3]d. It is empty for a gain, and where no such limit was checked. Stress Test Results has all scenarios. "+
			"The latest run by the end of the chosen range. From stress_test_results and risk_limits_status.", stressLimit, limitFilling, limitNearlyFull)).
		NoValue("No stress test yet").
		MinWidth(64).
		OverrideByName("Scenario", []sdk.DynamicConfigValue{property("custom.align", "left"), property("custom.minWidth", 215), links(positionsOf("__value.raw"))}).
		OverrideByName("P&L", []sdk.DynamicConfigValue{property("decimals", 1)}).
		OverrideByName("Of limit", []sdk.DynamicConfigValue{
			property("decimals", 1),
			property("custom.minWidth", 67),
			property("mappings", emptyCells()),
			property("custom.cellOptions", map[string]any{"type": "color-text"}),
			property("thresholds", map[string]any{"mode": "absolute", "steps": []map[string]any{
				{"value": nil, "color": colourPlain}, {"value": limitFilling, "color": colourWatch}, {"value": limitNearlyFull, "color": colourBad},
			}}),
		})
}
