package kinds

import (
	"sync"

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
	kind, known := byName()[name]
	return kind, known
}

// byName has the kinds by their names. It is made once, since every panel asks for its kind several times.
var byName = sync.OnceValue(func() map[string]panel.Kind {
	kinds := map[string]panel.Kind{}
	for _, k := range All() {
		kinds[k.Type] = k
	}
	return kinds
})
