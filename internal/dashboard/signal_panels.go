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

// noSignals is what panels say where there is no signal.
const noSignals = "No signals by the end of this range"

// latestSignals says which signals the matrix and the bars are about.
func (b builder) latestSignals() string {
	return "the latest signal of each strategy and instrument within the 24 hours before the end of the chosen range. " +
		"If there is none in these hours, the panel takes the 24 hours up to the newest signal, and STALE says when that came (" + b.rules.Zone + "). "
}

// stanceAndMatrix are what the strategies say in a line for each asset class and, below it, strategy by strategy.
func (b builder) stanceAndMatrix(top uint32) ([]cog.Builder[sdk.Panel], error) {
	height := uint32(len(b.rules.EveryClass())) + 3 // a title, headings and a line that says STALE fit beside the classes
	stance, err := b.signalStance(at(0, top, gridWidth, height))
	if err != nil {
		return nil, err
	}
	matrix, err := b.signalMatrix(top + height)
	return append([]cog.Builder[sdk.Panel]{stance}, matrix...), err
}

// signalMatrix is the matrix of asset classes and strategies: a panel for each group of classes, one below the
// other.
func (b builder) signalMatrix(top uint32) ([]cog.Builder[sdk.Panel], error) {
	var all []cog.Builder[sdk.Panel]
	for _, g := range b.matrixGroups() {
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

// matrixPanel turns the rows of one query into a matrix. Its rows and columns stand in the order in which the
// query returns them, so the query sorts them. Where the signals are old, a first row without cells says STALE.
func (b builder) matrixPanel(g matrixGroup, q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	// The column of names is narrow, so it shows the day without the time.
	stale := textLike(`^(STALE) \d{4}-(\d\d-\d\d) .*$`, "orange")
	stale.RegexMap.Options.Result.Text = ptr("$1 $2")
	// The number stands first in the text, since the narrow column cuts the end.
	notKnown := textLike(`^(\d+ unknown: .*)$`, colourUnread)
	notKnown.RegexMap.Options.Result.Index = ptr(int32(1))
	panel := table.NewPanelBuilder().
		Id(g.id).
		Title(g.title).
		Description("Mean signed confidence, from -1 to +1, by asset class (rows) and strategy (columns), for the strategies of " + g.named() + ": the confidence where the direction is LONG, " +
			"minus the confidence where it is SHORT, and 0 where it is NEUTRAL, over " + b.latestSignals() +
			"LONG is long the asset: for rates and credit long the bond, which gains when the yield or spread falls. " +
			fmt.Sprintf("Red below %g, yellow up to %g, green from %[2]g; an empty cell has no signal. ", -sureSignal, sureSignal) +
			"Signals whose direction is not known count in no mean: a row says how many they are, and a purple question mark stands in a cell that has no other signals. " +
			b.crossAssetRows() + "From strategy_signals and instruments.").
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		WithTransformation(sdk.DataTransformerConfig{Id: "groupingToMatrix", Options: map[string]any{
			"columnField": "strategy_id", "rowField": "Asset class", "valueField": "signed_confidence", "emptyValue": "null",
		}}).
		NoValue(noSignals).
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
	panel = panel.OverrideByRegexp(everyField, []sdk.DynamicConfigValue{links(signalsOf("__field.name"))})
	for _, h := range headingWidths() {
		panel = panel.OverrideByRegexp(h.names, []sdk.DynamicConfigValue{property("custom.minWidth", h.width)})
	}
	return panel.OverrideByRegexp("/Asset class/", append(textColumn(102, stale, notKnown), property("displayName", "Asset class"), links()))
}

// crossAssetRows says in which rows a strategy's signals stand.
func (b builder) crossAssetRows() string {
	if b.rules.CrossAssetClass == "" {
		return "A strategy's signals stand in the row of its class. "
	}
	return "A strategy's signals stand in the row of its own class, those of a strategy of the class " + b.rules.CrossAssetClass +
		" in the rows of their instruments' classes. "
}

// named is "Gilts", "Gilts and Credit" or "Gilts, Credit and Other".
func (g matrixGroup) named() string {
	last := len(g.classes) - 1
	if last == 0 {
		return g.classes[0]
	}
	return strings.Join(g.classes[:last], ", ") + " and " + g.classes[last]
}

// shortHeading is the width in pixels of a heading of up to eight capital letters in Grafana.
const shortHeading = 97

// headingWidth is the least width in pixels of the columns whose names a pattern finds.
type headingWidth struct {
	names string
	width float64
}

// headingWidths are the widths for names longer than shortHeading allows. Without them, Grafana makes all
// columns equally wide and cuts these names.
func headingWidths() []headingWidth {
	return []headingWidth{
		{"/^[A-Z0-9_]{9,10}$/", 109}, {"/^[A-Z0-9_]{11}$/", 132}, {"/^[A-Z0-9_]{12,13}$/", 146}, {"/^[A-Z0-9_]{14,}$/", 179},
	}
}

// signalStrength draws a bar for every row of its query. A row has one text and one number, so the text becomes
// the name of the bar.
func (b builder) signalStrength(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("signal_strength.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{bargauge.NewPanelBuilder().
		Id(signalStrengthID).
		Title("Signal Strength Distribution").
		Description("How sure the strategies are: the mean confidence, from 0 % to 100 % and without a sign, by the strategy's asset class, over " + b.latestSignals() +
			"NEUTRAL signals count with their confidence. From strategy_signals.").
		Datasource(datasource()).
		GridPos(at(0, top, gridWidth, max(4, uint32(len(b.rules.EveryClass()))+1))).
		WithTarget(NewQuery(Table, query)).
		ReduceOptions(everyRow()).
		NoValue(noSignals).
		Mappings(noNumberMapping(noSignals)).
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

// everyRow draws each row with its name, up to a limit that no desk reaches. Grafana's default limit is 25.
// A panel that reduced its rows would draw a single one without a name.
func everyRow() cog.Builder[common.ReduceDataOptions] {
	return common.NewReduceDataOptionsBuilder().
		Values(true).
		Limit(100).
		Calcs([]string{"lastNotNull"}).
		Fields("")
}
