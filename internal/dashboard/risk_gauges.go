package dashboard

import (
	"fmt"
	"strconv"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/gauge"
)

// varExplained is the end of a VaR's or CVaR's description: its sign, and how macrowatch computes it.
const varExplained = "a loss is positive, and below zero the book gained even then. " +
	"Historical simulation of today's book on the last 500 daily returns, at least 60. The quantile is interpolated between order statistics (Hyndman-Fan type 7); carry is left out. "

// latestComputation says which computation a panel is about.
const latestComputation = "The latest computation by the end of the chosen range. "

// drawdownDays is the number of daily NAVs over which the worst drawdown is taken.
const drawdownDays = 252

// returnsLeast is how many daily returns a VaR takes at least.
const returnsLeast = 60

// notComputed is shown in place of a figure that was never computed. It does not mean that there is no
// risk.
const notComputed = "Not computed"

// dial is a gauge of one risk figure: green below Watch, yellow from Watch on, red from Limit on.
type dial struct {
	id                 uint32
	width              uint32 // its title must fit
	title, description string
	field              string
	dialLimit
}

// dialLimit is the built-in limit of a dial, with the yellow mark and the end of the scale that go with it. If the
// desk has a limit of its own, all three are scaled to that.
type dialLimit struct {
	Name               string // in risk_limits_status
	Watch, Limit, Most float64
	// FromReturns is set for a figure that needs returns. A book with a short history has no such figure.
	FromReturns bool
}

// dialValueSize is the size of a dial's number in pixels. At this size "12.34%" fits into the narrowest dial on a
// laptop.
const dialValueSize = 15

// dials are the four dials, from the left.
func dials() []dial {
	return []dial{
		{
			id: riskVaR95ID, width: 4, title: "VaR 95% (1D)", field: "var_95_pct", dialLimit: dialLimit{Name: "VaR 95%", Watch: 2, Limit: 5, Most: 8, FromReturns: true},
			description: "What the book loses at most in one day with 95 % confidence, in percent of NAV; " + varExplained,
		},
		{
			id: riskVaR99ID, width: 4, title: "VaR 99% (1D)", field: "var_99_pct", dialLimit: dialLimit{Name: "VaR 99%", Watch: 3, Limit: 7, Most: 10, FromReturns: true},
			description: "What the book loses at most in one day with 99 % confidence, in percent of NAV; " + varExplained,
		},
		{
			id: riskCVaR95ID, width: 4, title: "CVaR 95%", field: "cvar_95_pct", dialLimit: dialLimit{Name: "CVaR 95%", Watch: 3, Limit: 7, Most: 10, FromReturns: true},
			description: "What the book loses on average on the days on which the loss is at or beyond the one-day VaR at 95 % (expected shortfall), in percent of NAV; " + varExplained,
		},
		{
			id: riskDrawdownID, width: 5, title: "Max Drawdown", field: "max_drawdown", dialLimit: dialLimit{Name: "Max drawdown", Watch: 5, Limit: 10, Most: 15},
			description: "How far the latest daily NAV stands below its running peak, in percent, positive; 0 at a peak. ",
		},
	}
}

// dialLimitNames are the names of the limits from which the dials take their marks.
func dialLimitNames() []string {
	var names []string
	for _, d := range dials() {
		names = append(names, d.dialLimit.Name)
	}
	return names
}

// riskGauges are the four dials and two tiles beside them: the limit that is used most, and the worst drawdown of a
// year.
func (b builder) riskGauges(top uint32) ([]cog.Builder[sdk.Panel], error) {
	figures, err := b.sql("risk_metrics.sql", subject{})
	if err != nil {
		return nil, err
	}
	worst, err := b.sql("risk_worst_limit.sql", subject{})
	if err != nil {
		return nil, err
	}
	const height, tile = 6, 3 // of a dial and of a tile
	left := uint32(0)
	var all []cog.Builder[sdk.Panel]
	for _, d := range dials() {
		settings, err := b.sql("risk_dial.sql", subject{limit: d.dialLimit})
		if err != nil {
			return nil, err
		}
		all = append(all, d.panel(figures, settings, at(left, top, d.width, height)))
		left += d.width
	}
	return append(all,
		worstLimit(worst, at(left, top, gridWidth-left, tile)),
		worstDrawdown(figures, at(left, top+tile, gridWidth-left, tile))), nil
}

// panel is a gauge. Its marks, and the text that is shown if the figure is not known, come from a second query.
func (d dial) panel(query, settings string, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	p := gauge.NewPanelBuilder().
		Id(d.id).
		Title(d.title).
		Description(fmt.Sprintf("%[1]sRed from the desk's limit in the latest check, yellow from %[2]g/%[3]g of it, green below. Where no limit was checked, the built-in limit of %[3]g counts; "+
			"where the desk has no such limit, the dial is grey. %[4]sFrom risk_metrics_daily, risk_limits_status and risk_inputs.", d.description, d.Watch, d.Limit, latestComputation)).
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(NewQuery(Table, query)).
		ReduceOptions(lastOf("lastNotNull", theField(d.field))).
		Unit("percent").
		Decimals(2).
		Min(0).
		Max(d.Most).
		NoValue(notComputed).
		Mappings(noNumberMapping(notComputed)).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("thresholds")).
		Thresholds(risingThresholds(d.Watch, d.Limit)).
		Orientation(common.VizOrientationAuto).
		ShowThresholdLabels(true).
		ShowThresholdMarkers(true).
		// The size that Grafana would choose leaves no room for the labels, and the number would run into the dial.
		Text(common.NewVizTextDisplayOptionsBuilder().ValueSize(dialValueSize))
	settingsOf := []map[string]any{
		thresholdFrom("below", colourGood), thresholdFrom("no_limit", colourUnknown), thresholdFrom("watch", colourWatch), thresholdFrom("limit_value", colourBad), settingFrom("most", "max"),
	}
	if d.FromReturns {
		p = p.ReduceOptions(lastOf("last", theField(d.field))) // the figure may be NaN, for which there is a text
		settingsOf = append(settingsOf, settingFrom("unknown", "mappings.value"), settingFrom("unknown_text", "mappings.text"), settingFrom("unknown_colour", "mappings.color"))
	}
	return p.WithTarget(NewQuery(Table, settings).As(settingsRef)).WithTransformation(settingsFrom(settingsOf...))
}

// settingsRef is the id of the query that gives a panel settings.
const settingsRef = "Settings"

// settingsFrom is Grafana's transformation "Config from query results": columns of the query settingsRef become
// settings of the panel's numbers.
func settingsFrom(list ...map[string]any) sdk.DataTransformerConfig {
	return sdk.DataTransformerConfig{Id: "configFromData", Options: map[string]any{"configRefId": settingsRef, "mappings": list}}
}

// settingFrom makes the value of a column a setting of the panel, such as its unit or its maximum.
func settingFrom(column, key string) map[string]any {
	return map[string]any{"fieldName": column, "handlerKey": key}
}

// thresholdFrom makes the value of a column a threshold. At the threshold and above it, the number has the colour.
func thresholdFrom(column, colour string) map[string]any {
	return map[string]any{"fieldName": column, "handlerKey": "threshold1", "handlerArguments": map[string]any{"threshold": map[string]any{"color": colour}}}
}

// noNumberMapping shows a grey text in place of a missing number. Without it Grafana would give the missing number
// the colour of the lowest value: green.
func noNumberMapping(text string) []sdk.ValueMapping {
	return []sdk.ValueMapping{{SpecialValueMap: &sdk.SpecialValueMap{
		Type: sdk.MappingTypeSpecialValue,
		Options: sdk.DashboardSpecialValueMapOptions{
			Match:  sdk.SpecialValueMatchNullAndNan,
			Result: sdk.ValueMappingResult{Text: ptr(text), Color: ptr(colourUnknown), Index: ptr(int32(0))},
		},
	}}}
}

// risingThresholds colours a number green below watch, yellow from watch on, and red from limit on.
func risingThresholds(watch, limit float64) cog.Builder[sdk.ThresholdsConfig] {
	return sdk.NewThresholdsConfigBuilder().
		Mode(sdk.ThresholdsModeAbsolute).
		Steps([]sdk.Threshold{{Value: nil, Color: colourGood}, {Value: &watch, Color: colourWatch}, {Value: &limit, Color: colourBad}})
}

// worstDrawdown shows the year's worst drawdown without colours. The desk's limit is on the current
// drawdown, and a tile that stays red for a year would soon be overlooked.
func worstDrawdown(query string, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	return statOf(query, pos, theField("max_drawdown_252d_pct"), asItFits).
		Id(riskWorstDrawdownID).
		Title("Max Drawdown 1Y").
		Description("The worst fall from a peak to a later trough within the last " + strconv.Itoa(drawdownDays) + " daily NAVs (a year of a desk that works five days a week, without holidays), in percent, positive. " + latestComputation + "From risk_metrics_daily.").
		Unit("percent").
		Decimals(2).
		NoValue(notComputed)
}

// breachChecks is how many earlier checks are read to find the beginning of a breach: a year and a half of weekdays.
const breachChecks = 400

// worstLimit shows the limit that is used most. It may be one that has no dial, so that four green dials
// would hide it.
func worstLimit(query string, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	return statOf(query, pos, theField("(worst|since)"), belowEachOther).
		Id(riskWorstLimitID).
		Title("Worst Limit").
		Description(fmt.Sprintf("The limit that is used most, in percent of it, and since when every check has found it in breach; how many other limits are in breach too. "+
			"It is filling up, in yellow, from %[1]d on, and nearly used up, in red, from %[2]d on, as in Limit Utilization, which has all limits. "+
			"The latest check by the end of the chosen range. From risk_limits_status.", limitFilling, limitNearlyFull)).
		NoValue("–").
		Mappings(noNumberMapping("–")).
		Unit("string").
		OverrideByName("since", []sdk.DynamicConfigValue{property("mappings", append([]sdk.ValueMapping{
			textLike("^(in breach .*|nearly used up)$", colourBad), textLike("^(filling up)$", colourWatch), textLike("^(within its limit)$", colourGood),
		}, noNumberMapping("–")...))})
}

// textLike gives a colour to the texts that match a pattern. The first group of the pattern is the text shown.
func textLike(pattern, colour string) sdk.ValueMapping {
	return sdk.ValueMapping{RegexMap: &sdk.RegexMap{
		Type: sdk.MappingTypeRegexToText,
		Options: sdk.DashboardRegexMapOptions{
			Pattern: pattern,
			Result:  sdk.ValueMappingResult{Text: ptr("$1"), Color: ptr(colour), Index: ptr(int32(0))},
		},
	}}
}

// riskComputed says how old the figures are, since a dial does not show the age of its figure.
func (b builder) riskComputed(query string, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	return statOf(query, pos, allFields, belowEachOther).
		Id(riskComputedID).
		Title("Risk Computed For").
		Description(fmt.Sprintf("The time of the book that the dials' figures are for (%[2]s), by the end of the chosen range. "+
			"STALE: that time is more than %.0[1]f hours before the end of the range, or before now, %[3]s. "+
			"If only some of VaR, stress test and limits are that old, the tile names these and their day. NO VAR: there is none. "+
			"PARTIAL: a part of the book has no price history and is left out of VaR, CVaR and stress test. The tile says what share of the gross weight that is, in percent, and the notes name it. "+
			"OTHER INPUTS: the book, its NAVs, its instruments or their prices have been corrected since, so the figures no longer fit them. "+
			"TORN: the snapshot looks like a piece of a larger one, since another snapshot within ten seconds before it has the same NAV and other positions. "+
			"From risk_metrics_daily, stress_test_results, risk_limits_status, risk_contributions, risk_inputs, portfolio_state, instruments and instrument_prices.", b.rules.StaleAfter.Hours(), b.rules.Zone, b.hoursThatCount())).
		OverrideByName("status", []sdk.DynamicConfigValue{
			property("mappings", mappings(
				mapping{"CURRENT", "CURRENT", colourGood},
				mapping{"STALE", "STALE", colourWatch},
				mapping{"PARTIAL", "PARTIAL", colourWatch},
				mapping{"OTHER INPUTS", "OTHER INPUTS", colourWatch},
				mapping{"TORN", "TORN", colourWatch},
				mapping{"NO VAR", "NO VAR", colourUnknown},
			)),
		}).
		OverrideByName("book", []sdk.DynamicConfigValue{property("noValue", "–")}).
		Unit("string")
}
