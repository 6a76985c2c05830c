package view

// Heatmap has cells in columns, along time or numbers, and in rows.
type Heatmap struct {
	// X is the axis of time, or of numbers if XTime is false.
	X     Axis `json:"x"`
	XTime bool `json:"xTime"`
	// Rows are the names of the rows, from bottom to top.
	Rows    []string        `json:"rows"`
	Columns []HeatmapColumn `json:"columns"`
	Cells   []HeatmapCell   `json:"cells"`
	// Scale is the scale of colours.
	Scale      HeatmapScale `json:"scale"`
	CellGap    float64      `json:"cellGap"` // pixels
	CellRadius float64      `json:"cellRadius"`
	ShowValue  string       `json:"showValue"` // auto, always or never: the texts in the cells
	YLabel     string       `json:"yLabel,omitempty"`
	YPlacement string       `json:"yPlacement"` // left, right or hidden
	YWidth     float64      `json:"yWidth,omitempty"`
	Tooltip    string       `json:"tooltip"` // single, multi or none
	// ValueName is what the tooltip calls a cell's value.
	ValueName string `json:"valueName"`
}

// HeatmapColumn is where a column of cells lies on the axis.
type HeatmapColumn struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
	Text string  `json:"text"` // for the tooltip
}

// HeatmapCell is one cell that is drawn. Cells without a value, and cells that the panel's filter hides, are left out.
type HeatmapCell struct {
	Column int   `json:"column"`
	Row    int   `json:"row"`
	Value  Value `json:"value"`
	// Tip is the tooltip's text if row and column make one name ("July 2023: +3.6 %"). Otherwise it is empty.
	Tip   string `json:"tip,omitempty"`
	Links []Link `json:"links,omitempty"`
}

// HeatmapScale is the scale of colours, from the least to the greatest value.
type HeatmapScale struct {
	Show  bool        `json:"show"`
	Min   Value       `json:"min"`
	Max   Value       `json:"max"`
	Stops []ColorStop `json:"stops"`
}
