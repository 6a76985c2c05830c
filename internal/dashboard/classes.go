package dashboard

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"macrowatch/internal/desk"
)

// classPalette has the colours for asset classes whose desk names none. None of these colours is the green, yellow or
// red with which other panels say good, watch or bad.
func classPalette() []string {
	return []string{
		"blue", "dark-purple", "orange", "#00736A", "#C4936B", "#AF6297", // readers who are colour-blind can tell these apart too: web/src/chart/marking.test.ts
		"#8AB8FF", "#8C6D46", "#6FB7C9", "#3B4C8C", "#E0B794", "#B07CC6", "#4A7A9C", "#D69BC0", "#A0522D", "#5B8C8A", "#FFB357", "#7C6FAE", "#2F6F8F", "#B8A9C9",
	}
}

// classColour returns the colour of an asset class, the same on every chart. A class has the colour that the desk gives
// it, or one of the palette that no other class has.
func (b builder) classColour(class string) string {
	if class == desk.OtherClass {
		return colourUnknown
	}
	free := slices.DeleteFunc(classPalette(), func(colour string) bool {
		return slices.Contains(slices.Collect(maps.Values(b.rules.ClassColours)), colour)
	})
	for _, c := range b.rules.AssetClasses {
		colour := b.rules.ClassColours[c]
		if colour == "" && len(free) > 0 {
			colour, free = free[0], free[1:]
		}
		if c == class && colour != "" {
			return colour
		}
	}
	return colourUnknown
}

// matrixGroup is a panel of the signal matrix: the strategies of some asset classes.
type matrixGroup struct {
	id      uint32
	title   string
	classes []string
	height  uint32
}

// matrixGroups distribute the classes over panels: as the desk says, else two to a panel, so that the names of the
// strategies fit beside each other. The last panel also has the strategies of the class Other.
func (b builder) matrixGroups() []matrixGroup {
	var groups []matrixGroup
	for n, classes := range b.rules.ClassPanels() {
		title := "Signal Heatmap"
		if n > 0 {
			title += ": " + strings.Join(classes, " and ")
		}
		groups = append(groups, matrixGroup{id: matrixID(uint32(n)), title: title, classes: classes})
	}
	last := len(groups) - 1
	groups[last].classes = append(slices.Clone(groups[last].classes), desk.OtherClass)
	for n := range groups {
		groups[n].height = b.matrixHeight(groups[n].classes)
	}
	return groups
}

// matrixHeight is the height of a panel of the matrix. Strategies that trade instruments of several classes have a row
// for each class. Beside the rows there are a title, the names of the strategies, and a row that says STALE.
func (b builder) matrixHeight(classes []string) uint32 {
	const least, beside = 6, 3
	rows := len(classes)
	if b.rules.CrossAssetClass != "" && slices.Contains(classes, b.rules.CrossAssetClass) {
		rows = len(b.rules.EveryClass())
	}
	return max(least, uint32(rows)+beside)
}

// colourClasses gives the series of each asset class its colour.
func (b builder) colourClasses(panel *timeseries.PanelBuilder) *timeseries.PanelBuilder {
	for _, class := range b.rules.EveryClass() {
		panel = panel.OverrideByName(class, []sdk.DynamicConfigValue{fixedColour(b.classColour(class))})
	}
	return panel
}

// wideClass is an asset class whose name is too long for a narrow column, and the width in pixels that it needs.
type wideClass struct {
	name  string
	width float64
}

// wideClasses returns the asset classes with long names, the widest first.
func (b builder) wideClasses() []wideClass {
	const short = 8 // letters that fit without
	var all []wideClass
	for _, class := range b.rules.AssetClasses {
		if utf8.RuneCountInString(class) > short {
			all = append(all, wideClass{class, headingPixels(class)})
		}
	}
	slices.SortStableFunc(all, func(a, b wideClass) int { return cmp.Compare(b.width, a.width) })
	return all
}

// headingPixels is about how many pixels a heading takes in Grafana's font.
func headingPixels(text string) float64 {
	const padding, wide, narrow = 4.33, 10.33, 5.67
	width := padding
	for _, r := range text {
		if strings.ContainsRune("Ifijlrt-'., ", r) {
			width += narrow
		} else {
			width += wide
		}
	}
	return math.Round(width)
}
