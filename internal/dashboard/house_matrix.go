package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// emptyCells shows cells without a value as such. Without it an empty cell of a coloured table takes
// the colour of the lowest value.
func emptyCells() []sdk.ValueMapping {
	return []sdk.ValueMapping{
		specialValue(sdk.SpecialValueMatchNullAndNan, "", colourNone, 0), specialValue(sdk.SpecialValueMatchEmpty, "", colourNone, 1),
	}
}

// cellsOfSignals are emptyCells for the matrix of signals. There NaN stands for signals none of whose
// directions is known, and is shown as "?".
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

// wrappedText breaks a long text into lines, where a cell would cut it.
func wrappedText() map[string]any { return map[string]any{"type": "auto", "wrapText": true} }

// textColumn shows a column of names as plain text in a table with coloured cells. The mappings give some
// names a colour. Without this override the mappings of emptyCells would clear the names.
func textColumn(width float64, coloured ...sdk.ValueMapping) []sdk.DynamicConfigValue {
	return []sdk.DynamicConfigValue{
		property("custom.cellOptions", map[string]any{"type": "color-text"}),
		property("custom.align", "left"),
		property("custom.width", width),
		property("mappings", append([]sdk.ValueMapping{}, coloured...)),
		fixedColour(colourPlain),
	}
}
