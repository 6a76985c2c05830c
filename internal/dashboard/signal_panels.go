package dashboard

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// latestSignals says which signals the matrix and the bars are about.
func (b builder) latestSignals() string {
	return "the latest signal of each strategy and instrument within the 24 hours before the end of the chosen range. " +
		"Where those hold none they are of the 24 hours that end with the newest signal before it, and STALE says of when that is (" + b.rules.Zone + "). "
}

// signalMatrix is the matrix of asset classes and strategies, a panel for each group of classes, one below
// the other.
func (b builder) signalMatrix(top uint32) ([]cog.Builder[sdk.Panel], error) {
	var all []cog.Builder[sdk.Panel]
	for _, g := range matrixGroups() {
		query, err := b.sql("signal_matrix.sql", subject{classes: g.classes})
		if err != nil {
			return nil, err
		}
		all = append(all, b.matrixPanel(g, NewQuery(Table, query), at(0, top, gridWidth, g.height)))
		top += g.height
	}
	return all, nil
}

// sureSignal is the mean signed confidence from which a cell of the matrix is green, and red below zero.
const sureSignal = 0.3

// matrixPanel is a real pivot: one frame, which the query sorts, since rows and columns stand in the order in
// which they come. A row that says STALE comes first where the signals are old; its cells are empty.
func (b builder) matrixPanel(g matrixGroup, q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	// The column of names is narrow, so that it says the day alone.
	stale := textLike(`^(STALE) \d{4}-(\d\d-\d\d) .*$`, "orange")
	stale.RegexMap.Options.Result.Text = ptr("$1 $2")
	// Their number comes first, since the list of the directions is cut.
	notKnown := textLike(`^(\d+ unknown: .*)$`, colourUnread)
	notKnown.RegexMap.Options.Result.Index = ptr(int32(1))
	panel := table.NewPanelBuilder().
		Id(g.id).
		Title(g.title).
		Description("Mean signed confidence, from -1 to +1, by asset class (rows) and strategy (columns), here of the strategies of " + g.named() + ": confidence where the direction is LONG, " +
			"minus confidence where it is SHORT, 0 where it is NEUTRAL, over " + b.latestSignals() +
			"LONG is long the asset: for rates and credit long the bond, which gains when the yield or spread falls. " +
			fmt.Sprintf("Red below %g, yellow up to %g, green from %[2]g; an empty cell has no signal. ", -sureSignal, sureSignal) +
			"Signals whose direction is not known count for no mean: a row says how many they are, and a purple question mark stands where a cell has no others. " +
			"A strategy stands in its own class, a CROSS strategy in the classes of its instruments. From strategy_signals and instruments.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
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
			Steps([]sdk.Threshold{{Value: nil, Color: colourBad}, {Value: ptr(-sureSignal), Color: colourWatch}, {Value: ptr(sureSignal), Color: colourGood}})).
		CellOptions(colouredCells()).
		Align(common.FieldTextAlignmentCenter).
		MinWidth(shortHeading).
		ShowHeader(true).
		CellHeight(common.TableCellHeightSm)
	for _, h := range headingWidths() {
		panel = panel.OverrideByRegexp(h.names, []sdk.DynamicConfigValue{property("custom.minWidth", h.width)})
	}
	return panel.OverrideByRegexp("/Asset class/", append(textColumn(102, stale, notKnown), property("displayName", "Asset class")))
}

// named is "FX and Sovereign", "Cupom, Cross-Asset and Other".
func (g matrixGroup) named() string {
	last := len(g.classes) - 1
	return strings.Join(g.classes[:last], ", ") + " and " + g.classes[last]
}

// shortHeading is the width that a heading of up to eight capital letters takes in Grafana.
const shortHeading = 97

// headingWidth is the least width of the columns whose names a pattern finds.
type headingWidth struct {
	names string
	width float64
}

// headingWidths are for longer names. Grafana shares a table's width out in equal parts, and would cut them.
func headingWidths() []headingWidth {
	return []headingWidth{
		{"/^[A-Z0-9_]{9,10}$/", 109}, {"/^[A-Z0-9_]{11}$/", 132}, {"/^[A-Z0-9_]{12,13}$/", 146}, {"/^[A-Z0-9_]{14,}$/", 179},
	}
}

// signalStrength shows every row: a bar gauge that reduces rows would draw one bar without a name.
// One text and one number make the text the bar's name.
func (b builder) signalStrength(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("signal_strength.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{bargauge.NewPanelBuilder().
		Id(signalStrengthID).
		Title("Signal Strength Distribution").
		Description("How sure the strategies are: mean confidence, from 0 % to 100 % and without sign, by the strategy's asset class, over " + b.latestSignals() +
			"NEUTRAL signals count with their confidence. From strategy_signals.").
		Datasource(datasource()).
		GridPos(at(0, top, gridWidth, 8)).
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
