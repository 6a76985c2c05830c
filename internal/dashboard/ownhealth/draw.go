package ownhealth

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// kind is how a panel is drawn.
type kind int

const (
	value kind = iota // the last value, as a tile
	name              // the name of the last value's series, as a tile
	lines             // over the range
)

// panel is a panel of the dashboard.
type panel struct {
	id                 uint32
	title, description string
	kind               kind
	unit               string
	queries            []query
	mappings           []sdk.ValueMapping
	bad                float64 // from which value on a tile is red; 0 means that it never is
	x, y, w, h         uint32
}

// query is a query of a panel. legend names its series.
type query struct{ expr, legend string }

func datasource() common.DataSourceRef {
	return common.DataSourceRef{Type: ptr(prometheusPlugin), Uid: ptr("${" + datasourceVariable + "}")}
}

func ptr[T any](v T) *T { return &v }

// build builds the panel.
func (p panel) build() (sdk.Panel, error) {
	if p.kind == lines {
		return p.lines().Build()
	}
	return p.tile().Build()
}

func (p panel) pos() sdk.GridPos { return sdk.GridPos{X: p.x, Y: p.y, W: p.w, H: p.h} }

// targets returns the queries. A tile asks for the present only.
func (p panel) targets() []cog.Builder[variants.Dataquery] {
	var all []cog.Builder[variants.Dataquery]
	for i, q := range p.queries {
		target := prometheus.NewDataqueryBuilder().
			RefId(string(rune('A' + i))).
			Datasource(datasource()).
			EditorMode(prometheus.QueryEditorModeCode).
			Expr(q.expr).
			LegendFormat(q.legend)
		if p.kind == lines {
			target.Range()
		} else {
			target.Instant()
		}
		all = append(all, target)
	}
	return all
}

func (p panel) tile() *stat.PanelBuilder {
	text := common.BigValueTextModeValue
	if p.kind == name {
		text = common.BigValueTextModeName
	}
	thresholds := []sdk.Threshold{{Value: nil, Color: "text"}}
	if p.bad > 0 {
		thresholds = []sdk.Threshold{{Value: nil, Color: "green"}, {Value: ptr(p.bad), Color: "red"}}
	}
	return stat.NewPanelBuilder().
		Id(p.id).Title(p.title).Description(p.description).
		Datasource(datasource()).
		GridPos(p.pos()).
		Targets(p.targets()).
		Unit(p.unit).
		NoValue("no metrics").
		Mappings(p.mappings).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Values(false).Calcs([]string{"lastNotNull"}).Fields("")).
		ColorMode(common.BigValueColorModeValue).
		GraphMode(common.BigValueGraphModeNone).
		TextMode(text).
		JustifyMode(common.BigValueJustifyModeAuto).
		Orientation(common.VizOrientationAuto).
		WideLayout(true).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("thresholds")).
		Thresholds(sdk.NewThresholdsConfigBuilder().Mode(sdk.ThresholdsModeAbsolute).Steps(thresholds))
}

func (p panel) lines() *timeseries.PanelBuilder {
	b := timeseries.NewPanelBuilder().
		Id(p.id).Title(p.title).Description(p.description).
		Datasource(datasource()).
		GridPos(p.pos()).
		Targets(p.targets()).
		Unit(p.unit).
		Min(0).
		NoValue("No metrics in this range").
		ColorScheme(sdk.NewFieldColorBuilder().Mode("palette-classic")).
		DrawStyle(common.GraphDrawStyleLine).
		LineInterpolation(common.LineInterpolationLinear).
		LineWidth(2).
		FillOpacity(0).
		ShowPoints(common.VisibilityModeAuto).
		PointSize(5).
		Legend(common.NewVizLegendOptionsBuilder().ShowLegend(true).DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom)).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending))
	if p.unit == "short" {
		b.AxisSoftMax(1) // otherwise, if all values are 0, the axis would go up to 100
	}
	return b
}
