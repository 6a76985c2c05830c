package dashboard

import (
	"fmt"
	"slices"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"macrowatch/internal/desk"
)

// classColours gives each asset class its colour, the same on every chart. None of these colours is the
// green, yellow or red with which other panels say good, watch or bad. Readers who are colour-blind can tell
// them apart too: web/src/chart/marking.test.ts simulates what they see.
func classColours() map[string]string {
	return map[string]string{
		desk.FX:         "blue",
		desk.Rates:      "dark-purple",
		desk.Inflation:  "orange",
		desk.Cupom:      "#00736A",
		desk.Sovereign:  "#C4936B",
		desk.CrossAsset: "#AF6297",
		desk.OtherClass: colourUnknown,
	}
}

// matrixGroup is a panel of the signal matrix: the strategies of some asset classes.
type matrixGroup struct {
	id      uint32
	title   string
	classes []string
	height  uint32
}

// matrixGroups distribute the classes over panels so that the names of the sample desk's strategies fit into the
// width that Grafana has on a laptop beside its side menu. The last panel also has the strategies of the class Other.
func matrixGroups() []matrixGroup {
	return []matrixGroup{
		{signalMatrixID, "Signal Heatmap", []string{desk.FX, desk.Sovereign}, 6},
		{signalMatrixLocalID, "Signal Heatmap: Rates and Inflation", []string{desk.Rates, desk.Inflation}, 6},
		{signalMatrixCrossID, "Signal Heatmap: Cupom and Cross-Asset", []string{desk.Cupom, desk.CrossAsset, desk.OtherClass}, 10},
	}
}

// classesFault says which asset class of the desk the dashboards would not show.
func (b builder) classesFault() error {
	for _, class := range b.rules.EveryClass() {
		if classColours()[class] == "" {
			return fmt.Errorf("the asset class %q has no colour: add one to classColours", class)
		}
		if !slices.ContainsFunc(matrixGroups(), func(g matrixGroup) bool { return slices.Contains(g.classes, class) }) {
			return fmt.Errorf("the asset class %q stands in no panel of the signal matrix: add it to matrixGroups", class)
		}
	}
	return nil
}

// colourClasses gives the series of each asset class its colour.
func (b builder) colourClasses(panel *timeseries.PanelBuilder) *timeseries.PanelBuilder {
	for _, class := range b.rules.EveryClass() {
		panel = panel.OverrideByName(class, []sdk.DynamicConfigValue{fixedColour(classColours()[class])})
	}
	return panel
}
