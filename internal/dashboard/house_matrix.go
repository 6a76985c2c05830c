package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// emptyCells leaves cells without a value empty. Without this mapping an empty cell of a coloured table would
// have the colour of the lowest value.
func emptyCells() []sdk.ValueMapping {
	return []sdk.ValueMapping{
		specialValue(sdk.SpecialValueMatchNullAndNan, "", colourNone, 0), specialValue(sdk.SpecialValueMatchEmpty, "", colourNone, 1),
	}
}

// cellsOfSignals does the same as emptyCells, for the signal matrix. There NaN means that the directions of a
// cell's signals are not known, and the cell shows "?".
func cellsOfSignals() []sdk.ValueMapping {
	return []sdk.ValueMapping{
		specialValue(sdk.SpecialValueMatchNull, "", colourNone, 0), specialValue(sdk.SpecialValueMatchEmpty, "", colourNone, 1),
		specialValue(sdk.SpecialValueMatchNaN, "?", colourUnread, 2),
	}
}

func specialValue(match sdk.SpecialValueMatch, text, colour string, index int32) sdk.ValueMapping {
	return sdk.ValueMapping{SpecialValueMap: &sdk.SpecialValueMap{
		Type: sdk.MappingTypeSpecialValue,
		Options: sdk.DashboardSpecialValueMapOptions{
			Match:  match,
			Result: sdk.ValueMappingResult{Text: ptr(text), Color: ptr(colour), Index: ptr(index)},
		},
	}}
}

// colouredCells fill a table's cells with their colour.
func colouredCells() common.TableCellOptions {
	return common.TableCellOptions{TableColoredBackgroundCellOptions: &common.TableColoredBackgroundCellOptions{
		Type: common.TableCellDisplayModeColorBackground,
		Mode: ptr(common.TableCellBackgroundDisplayModeBasic),
	}}
}

// wrappedText shows a long text in several lines. A cell would cut it otherwise.
func wrappedText() map[string]any { return map[string]any{"type": "auto", "wrapText": true} }

// textColumn shows a column of names as plain text in a table whose cells are coloured. The mappings in
// `coloured` give some names a colour. Without this override the mappings of emptyCells would remove the names.
func textColumn(width float64, coloured ...sdk.ValueMapping) []sdk.DynamicConfigValue {
	return []sdk.DynamicConfigValue{
		property("custom.cellOptions", map[string]any{"type": "color-text"}),
		property("custom.align", "left"),
		property("custom.width", width),
		property("mappings", append([]sdk.ValueMapping{}, coloured...)),
		fixedColour(colourPlain),
	}
}
