package view

// PieChart has a slice for each value.
type PieChart struct {
	Type    string   `json:"type"`   // pie or donut
	Labels  []string `json:"labels"` // what stands on a slice: name, value, percent
	Tooltip string   `json:"tooltip"`
	Slices  []Slice  `json:"slices"`

	LegendShow      bool     `json:"legendShow"`
	LegendMode      string   `json:"legendMode"`      // list or table
	LegendPlacement string   `json:"legendPlacement"` // bottom or right
	LegendValues    []string `json:"legendValues"`    // value, percent
}

// Slice is one value of a pie.
type Slice struct {
	Title string `json:"title"`
	Value Value  `json:"value"`
	// Share is the slice's share of the circle, from 0 to 1. It is 0 for a value without a slice: null, zero or below
	// zero. Percent is the text of the value's share ("12%").
	Share   float64 `json:"share"`
	Percent string  `json:"percent"`
	// The panel may hide a slice from the drawing, from the legend or from the tooltip.
	HideFromViz    bool `json:"hideFromViz,omitempty"`
	HideFromLegend bool `json:"hideFromLegend,omitempty"`
	HideFromTip    bool `json:"hideFromTooltip,omitempty"`

	Links []Link `json:"links,omitempty"`
}
