package view

// Table is rows and columns of cells, already in the order to show.
type Table struct {
	ShowHeader bool     `json:"showHeader"`
	Columns    []Column `json:"columns"`
	Rows       [][]Cell `json:"rows"`
	// NoRows is what an empty table says.
	NoRows string `json:"noRows"`
	// Footer holds a cell per column where the panel shows one.
	Footer []Cell `json:"footer,omitempty"`
	// CellHeight is sm, md or lg.
	CellHeight string `json:"cellHeight"`
}

// Column is the head of one column.
type Column struct {
	Title string `json:"title"`
	Align string `json:"align"` // left, center, right
	// Width in pixels as the panel asks for, 0 where it leaves that open.
	Width float64 `json:"width,omitempty"`
	// Wrap is true where long text is to be wrapped rather than cut.
	Wrap        bool   `json:"wrap,omitempty"`
	Description string `json:"description,omitempty"`
}

// Cell is one value with its colours; Background is set where the column colours its cells.
type Cell struct {
	Value      `tstype:",extends"`
	Background string `json:"background,omitempty"`
	// BackgroundFrom, where set, is the colour that a gradient to Background begins with.
	BackgroundFrom string `json:"backgroundFrom,omitempty"`
	Href           string `json:"href,omitempty"`
}
