package kinds

import (
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/panel/chart"
	"macrowatch/internal/viewer/panel/heatmap"
	"macrowatch/internal/viewer/panel/single"
	"macrowatch/internal/viewer/panel/table"
	"macrowatch/internal/viewer/panel/text"
)

// All lists the kinds in the order in which docs/grafana-support.md describes them.
func All() []panel.Kind {
	return []panel.Kind{
		panel.Row(),
		single.Stat(),
		chart.TimeSeries(),
		chart.StateTimeline(),
		table.Kind(),
		single.Gauge(),
		single.BarGauge(),
		chart.BarChart(),
		single.PieChart(),
		heatmap.Kind(),
		text.Kind(),
	}
}

// Find returns the kind that a dashboard's JSON calls by the given name. The second result is false if the viewer
// does not draw such panels.
func Find(name string) (panel.Kind, bool) {
	for _, k := range All() {
		if k.Type == name {
			return k, true
		}
	}
	return panel.Kind{}, false
}
