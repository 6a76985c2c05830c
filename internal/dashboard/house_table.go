package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// listTable is a table of texts, one row for each row of the query.
func listTable(q Query, pos sdk.GridPos) *table.PanelBuilder {
	return table.NewPanelBuilder().
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(q).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("thresholds")).
		Thresholds(noThresholds()).
		Align(common.FieldTextAlignmentLeft).
		ShowHeader(true).
		CellHeight(common.TableCellHeightSm)
}

// percentTable is a table of percentages in the text colour.
func percentTable(q Query, pos sdk.GridPos) *table.PanelBuilder {
	return listTable(q, pos).
		Unit("percent").
		Decimals(2).
		Align(common.FieldTextAlignmentRight).
		MinWidth(92)
}

// leftColumn is a column of names in a table of numbers.
func leftColumn(width float64) []sdk.DynamicConfigValue {
	return []sdk.DynamicConfigValue{property("custom.align", "left"), property("custom.width", width)}
}

// hiddenColumn hides a column of a table. Two columns are hidden wherever they are: The column "cut" says
// what a list leaves out, as in "latest 20 of 908", and "notice" says what a reader must know about the rows.
// The viewer shows both beside the panel's title.
func hiddenColumn() []sdk.DynamicConfigValue {
	return []sdk.DynamicConfigValue{property("custom.hidden", true)}
}

// toTheSecond is the unit of times in tables. Grafana's own units add milliseconds where all rows are of one minute.
const toTheSecond = "time:YYYY-MM-DD HH:mm:ss"
