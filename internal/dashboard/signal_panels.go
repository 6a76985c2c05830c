package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// latestSignals says which signals the matrix and the bars are about.
const latestSignals = "the latest signal of each strategy and instrument within the 24 hours before the end of the chosen range. " +
	"Where those hold none they are of the 24 hours that end with the newest signal before it, and STALE says of when that is (America/Sao_Paulo). "

// signalMatrix is a real pivot: one frame, which the query sorts, since rows and columns stand in
// the order in which they come. A row that says STALE comes first where the signals are old; its
// cells are empty.
func signalMatrix() ([]cog.Builder[sdk.Panel], error) {
	query, err := sql("signal_matrix.sql", subject{})
	if err != nil {
		return nil, err
	}
	coloured := func(pattern, colour string, index int32) sdk.ValueMapping {
		return sdk.ValueMapping{RegexMap: &sdk.RegexMap{
			Type: sdk.MappingTypeRegexToText,
			Options: sdk.DashboardRegexMapOptions{
				Pattern: pattern,
				Result:  sdk.ValueMappingResult{Text: ptr("$1"), Color: ptr(colour), Index: ptr(index)},
			},
		}}
	}
	stale, notKnown := coloured("^(STALE .*)$", "orange", 0), coloured("^(NOT KNOWN: .*)$", colourUnread, 1)
	return []cog.Builder[sdk.Panel]{table.NewPanelBuilder().
		Id(signalMatrixID).
		Title("Signal Heatmap").
		Description("Mean signed confidence, from -1 to +1, by asset class (rows) and strategy (columns): confidence where the direction is LONG, "+
			"minus confidence where it is SHORT, 0 where it is NEUTRAL, over "+latestSignals+
			"LONG is long the asset: for rates and credit long the bond, which gains when the yield or spread falls. "+
			"Red below -0.3, yellow up to 0.3, green from 0.3; an empty cell has no signal. "+
			"Signals whose direction is not known count for no mean: a row says how many they are, and a purple question mark stands where a cell has no others. "+
			"A strategy stands in its own class, a CROSS strategy in the classes of its instruments. From strategy_signals and instruments.").
		Datasource(datasource()).
		GridPos(at(0, 1, gridWidth, 10)).
		WithTarget(NewQuery(Table, query)).
		WithTransformation(sdk.DataTransformerConfig{Id: "groupingToMatrix", Options: map[string]any{
			"columnField": "strategy_id", "rowField": "Asset class", "valueField": "signed_confidence", "emptyValue": "null",
		}}).
		NoValue("No signals by the end of this range").
		Unit("none").
		Decimals(2).
		Min(-1).
		Max(1).
		Mappings(cellsOfSignals()).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("thresholds")).
		Thresholds(sdk.NewThresholdsConfigBuilder().
			Mode(sdk.ThresholdsModeAbsolute).
			Steps([]sdk.Threshold{{Value: nil, Color: colourBad}, {Value: ptr(-0.3), Color: colourWatch}, {Value: ptr(0.3), Color: colourGood}})).
		CellOptions(colouredCells()).
		Align(common.FieldTextAlignmentCenter).
		MinWidth(90).
		ShowHeader(true).
		CellHeight(common.TableCellHeightSm).
		OverrideByRegexp("/Asset class/", append(textColumn(170, stale, notKnown), property("displayName", "Asset class"))),
	}, nil
}

// signalStrength shows every row: a bar gauge that reduces rows would draw one bar without a name.
// One text and one number make the text the bar's name.
func signalStrength() ([]cog.Builder[sdk.Panel], error) {
	query, err := sql("signal_strength.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{bargauge.NewPanelBuilder().
		Id(signalStrengthID).
		Title("Signal Strength Distribution").
		Description("How sure the strategies are: mean confidence, from 0 % to 100 % and without sign, by the strategy's asset class, over " + latestSignals +
			"NEUTRAL signals count with their confidence. From strategy_signals.").
		Datasource(datasource()).
		GridPos(at(0, 12, gridWidth, 8)).
		WithTarget(NewQuery(Table, query)).
		ReduceOptions(everyRow()).
		NoValue("No signals by the end of this range").
		Unit("percentunit").
		Decimals(0).
		Min(0).
		Max(1).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("fixed").FixedColor("blue")).
		Thresholds(noThresholds()).
		Orientation(common.VizOrientationHorizontal).
		DisplayMode(common.BarGaugeDisplayModeBasic).
		ValueMode(common.BarGaugeValueModeColor).
		NamePlacement(common.BarGaugeNamePlacementLeft).
		ShowUnfilled(true).
		Sizing(common.BarGaugeSizingAuto),
	}, nil
}

// everyRow draws each row with its name, up to a limit that no desk reaches; Grafana's own is 25.
func everyRow() cog.Builder[common.ReduceDataOptions] {
	return common.NewReduceDataOptionsBuilder().
		Values(true).
		Limit(100).
		Calcs([]string{"lastNotNull"}).
		Fields("")
}
