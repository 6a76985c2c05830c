package view

// Table has rows and columns of cells, in the order in which they are shown.
type Table struct {
	ShowHeader bool     `json:"showHeader"`
	Columns    []Column `json:"columns"`
	Rows       [][]Cell `json:"rows"`
	// NoRows is the text of an empty table.
	NoRows string `json:"noRows"`
	// Footer has a cell for each column, if the panel shows a footer.
	Footer []Cell `json:"footer,omitempty"`
	// CellHeight is sm, md or lg.
	CellHeight string `json:"cellHeight"`
}

// Column is the head of one column.
type Column struct {
	Title string `json:"title"`
	Align string `json:"align"` // left, center, right
	// Width is the width in pixels that the panel sets, 0 if it sets none.
	Width float64 `json:"width,omitempty"`
	// Wrap is true if long text is wrapped and not cut.
	Wrap        bool   `json:"wrap,omitempty"`
	Description string `json:"description,omitempty"`
}

// Cell is one value with its colours. Background is set if the column colours the background of its cells.
type Cell struct {
	Value      `tstype:",extends"`
	Background string `json:"background,omitempty"`
	// BackgroundFrom is set if the background is a gradient: from this colour to Background.
	BackgroundFrom string `json:"backgroundFrom,omitempty"`
	Links          []Link `json:"links,omitempty"`
}
