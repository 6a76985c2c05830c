package ownhealth

import (
	"fmt"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"macrowatch/internal/dashboard"
)

const (
	prometheusPlugin   = "prometheus"
	datasourceVariable = "datasource"
	gridWidth          = 24
)

// Dashboard returns the dashboard of macrowatch's own metrics. It asks Prometheus, so only Grafana shows it.
func Dashboard() (dashboard.Definition, error) {
	d := dashboard.Definition{
		UID: "macrowatch-health", Slug: "macrowatch-health", Title: "macrowatch Itself", File: "macrowatch_health.json",
		Tags:       []string{"macrowatch", "monitoring"},
		Datasource: dashboard.Plugin{ID: prometheusPlugin, Name: "Prometheus"},
	}
	built, err := sdk.NewDashboardBuilder(d.Title).
		Uid(d.UID).
		Description("Does macrowatch work? Its requests, panels, database, kept runs and process, from its own metrics.").
		Tags(d.Tags).
		Timezone("browser").
		WeekStart("monday").
		Refresh("30s").
		Time("now-6h", "now").
		Tooltip(sdk.DashboardCursorSyncCrosshair).
		Editable().
		Build()
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	built.SchemaVersion = dashboard.SchemaVersion
	built.Annotations.List = []sdk.AnnotationQuery{dashboard.BuiltInAnnotations()}
	if built.Templating.List, err = variables(); err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	if built.Panels, err = stacked(sections()); err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	d.Dashboard = built
	return d, nil
}

// stacked lists the rows and their panels, one section below the other.
func stacked(all []section) ([]sdk.PanelOrRowPanel, error) {
	var list []sdk.PanelOrRowPanel
	top := uint32(0)
	for _, s := range all {
		row := sdk.NewRowPanel()
		row.Id, row.Title = s.rowID, ptr(s.title)
		row.GridPos = &sdk.GridPos{X: 0, Y: top, W: gridWidth, H: 1}
		list = append(list, sdk.PanelOrRowPanel{RowPanel: row})
		top++
		bottom := top
		for _, p := range s.panels {
			p.y += top
			built, err := p.build()
			if err != nil {
				return nil, err
			}
			built.PluginVersion = ptr(dashboard.GrafanaVersion)
			list = append(list, sdk.PanelOrRowPanel{Panel: &built})
			bottom = max(bottom, p.y+p.h)
		}
		top = bottom
	}
	return list, nil
}

// variables are the Prometheus that is asked, and the instances of macrowatch that are shown.
func variables() ([]sdk.VariableModel, error) {
	source, err := sdk.NewDatasourceVariableBuilder(datasourceVariable).
		Label("Prometheus").
		Description("The Prometheus that reads macrowatch's metrics.").
		Type(prometheusPlugin).
		Hide(sdk.VariableHideDontHide).
		Regex("").
		Build()
	if err != nil {
		return nil, err
	}
	const instances = "label_values(macrowatch_build_info, instance)"
	instance, err := sdk.NewQueryVariableBuilder("instance").
		Label("Instance").
		Description("The instances of macrowatch that are shown.").
		Datasource(datasource()).
		Query(sdk.StringOrMap{Map: map[string]any{"query": instances, "refId": "instances"}}).
		Definition(instances).
		Hide(sdk.VariableHideDontHide).
		Refresh(sdk.VariableRefreshOnTimeRangeChanged).
		Regex("").
		Multi(true).
		IncludeAll(true).
		AllValue(".*").
		Current(sdk.VariableOption{
			Text:  sdk.StringOrArrayOfString{String: ptr("All")},
			Value: sdk.StringOrArrayOfString{ArrayOfString: []string{"$__all"}},
		}).
		Build()
	for _, v := range []*sdk.VariableModel{&source, &instance} {
		v.Auto, v.AutoMin, v.AutoCount = nil, nil, nil // of interval variables
		v.SkipUrlSync, v.Hide = nil, nil               // Grafana keeps neither where it is not set
	}
	source.Multi = nil
	return []sdk.VariableModel{source, instance}, err
}
