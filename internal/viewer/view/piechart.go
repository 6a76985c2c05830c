package view

// PieChart is a slice per value.
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

// Slice is one value of a pie, in the order of drawing.
type Slice struct {
	Title string `json:"title"`
	Value Value  `json:"value"`
	// Share of the drawn whole, 0 to 1, and its text ("12%"). A value that draws nothing (null,
	// zero, below zero) has share 0.
	Share   float64 `json:"share"`
	Percent string  `json:"percent"`
	// Hidden slices are in the legend or the drawing only where the panel says so.
	HideFromViz    bool `json:"hideFromViz,omitempty"`
	HideFromLegend bool `json:"hideFromLegend,omitempty"`
	HideFromTip    bool `json:"hideFromTooltip,omitempty"`
}
