package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/heatmap"
)

// DatasourceUID and DatasourceType name the PostgreSQL datasource in every panel. The datasource that Grafana is
// provisioned with must have the same UID: otherwise Grafana shows blank panels and no error.
const (
	DatasourceUID  = "timescaledb"
	DatasourceType = "grafana-postgresql-datasource"
)

// GrafanaVersion is the oldest Grafana that the dashboards are written for.
const GrafanaVersion = "11.4.0"

// SchemaVersion is the version of the form of the dashboards' JSON. A later Grafana migrates it when it loads the file.
const SchemaVersion = 39

const (
	timezone  = "browser"
	weekStart = "monday"
	refresh   = "15m"
	gridWidth = 24 // columns of Grafana's grid
)

// The colours by their meaning. A colour that is given by a name follows the reader's theme, light or dark.
const (
	colourGood    = "green"
	colourWatch   = "yellow"
	colourBad     = "red"
	colourUnknown = "#8e8e8e" // a grey that is legible in both themes; Grafana has no name for one
	// colourUnread marks a word that macrowatch does not know. The word may be good or bad news, so its
	// colour must stand out and must be none of the colours that mean good, watch or bad.
	colourUnread = "purple"
	colourPlain  = "text"
	colourNone   = "transparent"
)

func datasource() common.DataSourceRef {
	return common.DataSourceRef{Type: ptr(DatasourceType), Uid: ptr(DatasourceUID)}
}

// row returns the title of an expanded row. Its panels follow it in the dashboard's list.
func row(id uint32, title string, y uint32) sdk.PanelOrRowPanel {
	r := sdk.NewRowPanel()
	r.Id = id
	r.Title = &title
	r.GridPos = &sdk.GridPos{X: 0, Y: y, W: gridWidth, H: 1}
	return sdk.PanelOrRowPanel{RowPanel: r}
}

// panels builds a list of panels. Each panel names the version of Grafana that its options are written for: for
// a panel without a version Grafana would apply all migrations from its oldest version on. Options of later
// versions, which the SDK sets by itself, are left out.
func panels(builders ...cog.Builder[sdk.Panel]) ([]sdk.PanelOrRowPanel, error) {
	var built []sdk.PanelOrRowPanel
	for _, b := range builders {
		p, err := b.Build()
		if err != nil {
			return nil, err
		}
		p.PluginVersion = ptr(GrafanaVersion)
		if o, ok := p.Options.(*heatmap.Options); ok {
			o.SelectionMode = nil
		}
		built = append(built, sdk.PanelOrRowPanel{Panel: &p})
	}
	return built, nil
}

// section is a row of a dashboard with the panels below it.
type section struct {
	rowID  uint32
	title  string
	panels func(top uint32) ([]cog.Builder[sdk.Panel], error) // the argument top is the y coordinate of the first panels
}

// stacked lists the rows and panels of sections, one section below the other and all at the top level, as
// Grafana keeps them. Each row stands right below the lowest panel of the section before it, so a section
// that grows pushes the others down.
func stacked(sections []section) ([]sdk.PanelOrRowPanel, error) {
	var all []sdk.PanelOrRowPanel
	y := uint32(0)
	for _, s := range sections {
		builders, err := s.panels(y + 1)
		if err != nil {
			return nil, err
		}
		built, err := panels(builders...)
		if err != nil {
			return nil, err
		}
		all = append(append(all, row(s.rowID, s.title, y)), built...)
		y++
		for _, p := range built {
			y = max(y, p.Panel.GridPos.Y+p.Panel.GridPos.H)
		}
	}
	return all, nil
}

func at(x, y, w, h uint32) sdk.GridPos { return sdk.GridPos{X: x, Y: y, W: w, H: h} }

// property is a setting that an override gives to its fields, such as ("custom.width", 160).
func property(id string, value any) sdk.DynamicConfigValue {
	return sdk.DynamicConfigValue{Id: id, Value: value}
}

func fixedColour(name string) sdk.DynamicConfigValue {
	return property("color", map[string]any{"mode": "fixed", "fixedColor": name})
}

// statusColour colours a whole series by a threshold from minus infinity on. The viewer marks such a colour by a pattern,
// because it says how good or bad the series is. A fixed colour only tells series apart.
func statusColour(name string) []sdk.DynamicConfigValue {
	return []sdk.DynamicConfigValue{
		property("color", map[string]any{"mode": "thresholds"}),
		property("thresholds", map[string]any{"mode": "absolute", "steps": []map[string]any{{"value": nil, "color": name}}}),
	}
}

// noThresholds is a single threshold from minus infinity on: values have the text colour unless a mapping or an
// override says otherwise.
func noThresholds() cog.Builder[sdk.ThresholdsConfig] {
	return sdk.NewThresholdsConfigBuilder().
		Mode(sdk.ThresholdsModeAbsolute).
		Steps([]sdk.Threshold{{Value: nil, Color: colourPlain}})
}

// mapping gives a stored value the text and the colour with which it is shown.
type mapping struct {
	value, text, colour string
}

func mappings(ms ...mapping) []sdk.ValueMapping {
	options := make(map[string]sdk.ValueMappingResult, len(ms))
	for i, m := range ms {
		options[m.value] = sdk.ValueMappingResult{Text: ptr(m.text), Color: ptr(m.colour), Index: ptr(int32(i))}
	}
	return []sdk.ValueMapping{{ValueMap: &sdk.ValueMap{Type: sdk.MappingTypeValueToText, Options: options}}}
}

// BuiltInAnnotations is the entry that Grafana adds to every dashboard for the notes that its readers make.
func BuiltInAnnotations() sdk.AnnotationQuery {
	return sdk.AnnotationQuery{
		Name:       "Annotations & Alerts",
		Datasource: &common.DataSourceRef{Type: ptr("grafana"), Uid: ptr("-- Grafana --")},
		Enable:     true,
		Hide:       ptr(true),
		IconColor:  "rgba(0, 211, 255, 1)",
		Type:       ptr("dashboard"),
		BuiltIn:    ptr(1.0),
	}
}

// annotation marks the rows of a query on some panels of its dashboard. The query returns the columns time, text
// and tags. It may also return the columns timeend and count. The count is the number of events behind a mark.
func annotation(name, colour string, q Query, on ...uint8) sdk.AnnotationQuery {
	return sdk.AnnotationQuery{
		Name:       name,
		Datasource: ptr(datasource()),
		Enable:     true,
		Hide:       ptr(false),
		IconColor:  colour,
		Filter:     &sdk.AnnotationPanelFilter{Exclude: ptr(false), Ids: on},
		Target:     q,
	}
}
