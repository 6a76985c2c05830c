package view

// StateTimeline has a row of states over time for each series.
type StateTimeline struct {
	X Axis `json:"x"`
	// States are the values that occur, each once. State.State is an index into them.
	States    []Value    `json:"states"`
	Rows      []StateRow `json:"rows"`
	RowHeight float64    `json:"rowHeight"` // share of the row's height that a state fills, 0 to 1
	ShowValue string     `json:"showValue"` // auto, always, never
	// Legend has an item for each state that occurs.
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
	// Links are the links of every state, if all states have the same. Their State.Links are then empty.
	Links []Link `json:"links,omitempty"`
}

// State is one value from From to To. Transparent ones are left out.
type State struct {
	State int   `json:"state"`
	From  int64 `json:"from"`
	To    int64 `json:"to"`
	// Span is the time of the state for the tooltip: "Mon 5 Jan 2026, 06:00 – 06:00:42 (42.5 s)", in the reader's zone. If
	// the query returns the times of the run behind the state, these are shown. A state with Parts has no text of its own.
	Span string `json:"span,omitempty"`
	// Parts are the runs behind the state, if neighbouring equal states are drawn as one.
	Parts []StatePart `json:"parts,omitempty"`
	Links []Link      `json:"links,omitempty"`
}

// StatePart is a part of a merged state. It begins at From and ends where the next part begins.
type StatePart struct {
	From int64  `json:"from"`
	Span string `json:"span"`
}
