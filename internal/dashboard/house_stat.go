package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
)

// How a stat places several values.
const (
	besideEachOther = common.VizOrientationVertical
	belowEachOther  = common.VizOrientationHorizontal
	asItFits        = common.VizOrientationAuto
)

// statOf is a stat that shows values of its query's last row, in the text colour unless a mapping, an
// override or thresholds say otherwise. The argument `fields` is a pattern for the columns that it shows.
// Without it, a stat shows every number and no text.
func statOf(query string, pos sdk.GridPos, fields string, placed common.VizOrientation) *stat.PanelBuilder {
	return stat.NewPanelBuilder().
		Datasource(datasource()).
		GridPos(pos).
		WithTarget(NewQuery(Table, query)).
		ReduceOptions(lastOf("lastNotNull", fields)).
		ColorMode(common.BigValueColorModeValue).
		GraphMode(common.BigValueGraphModeNone).
		TextMode(common.BigValueTextModeValue).
		JustifyMode(common.BigValueJustifyModeAuto).
		Orientation(placed).
		WideLayout(true).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("thresholds")).
		Thresholds(noThresholds())
}

// allFields and theField are patterns for the fields that a stat or a gauge shows.
const allFields = "/.*/"

func theField(name string) string { return "/^" + name + "$/" }

// lastOf reduces the fields that a pattern finds to their last value. The reducer "last" counts NaN and null
// as values. The reducer "lastNotNull" skips both.
func lastOf(reducer, fields string) cog.Builder[common.ReduceDataOptions] {
	return common.NewReduceDataOptionsBuilder().
		Values(false).
		Calcs([]string{reducer}).
		Fields(fields)
}
