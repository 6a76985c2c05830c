package view

// StateTimeline is a line of states per row over time.
type StateTimeline struct {
	X Axis `json:"x"`
	// States are the values that occur, each once.
	States    []Value    `json:"states"`
	Rows      []StateRow `json:"rows"`
	RowHeight float64    `json:"rowHeight"` // share of the row's height that a state fills, 0 to 1
	ShowValue string     `json:"showValue"` // auto, always, never
	// Legend holds the states that occur, each once.
	LegendShow      bool         `json:"legendShow"`
	LegendPlacement string       `json:"legendPlacement"` // bottom or right
	Legend          []LegendItem `json:"legend"`
	FillOpacity     float64      `json:"fillOpacity"`
	LineWidth       float64      `json:"lineWidth"`
	Tooltip         string       `json:"tooltip"`
	Annotations     []Annotation `json:"annotations,omitempty"`
}

// StateRow is one row of a state timeline.
type StateRow struct {
	Name  string  `json:"name"`
	Spans []State `json:"spans"`
}

// State is one value from From to To. What is transparent is left out.
type State struct {
	State int   `json:"state"` // an index into StateTimeline.States
	From  int64 `json:"from"`
	To    int64 `json:"to"`
	// Span is "2026-01-05 06:00:00 – 06:00:42 (42.5 s)" in the reader's zone, for the tooltip: the true
	// times of the run that the state stands for where the query says them, else those that are drawn.
	Span string `json:"span"`
	// Parts are what the state stands for from one instant on, where that is more than one thing: the
	// runs of neighbouring cells that are drawn as one. Else there are none.
	Parts []StatePart `json:"parts,omitempty"`
}

// StatePart is what a state stands for from an instant on, up to the next part.
type StatePart struct {
	From int64  `json:"from"`
	Span string `json:"span"`
}
