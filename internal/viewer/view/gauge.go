package view

// Gauge is a dial per value.
type Gauge struct {
	Orientation          string  `json:"orientation"` // auto, horizontal or vertical: how several dials are laid out
	ShowThresholdLabels  bool    `json:"showThresholdLabels"`
	ShowThresholdMarkers bool    `json:"showThresholdMarkers"`
	SizeMode             string  `json:"sizeMode"` // auto or manual, with MinWidth and MinHeight in pixels
	MinWidth             float64 `json:"minWidth"`
	MinHeight            float64 `json:"minHeight"`
	// ValueSize is the size of the numbers in pixels, where the panel sets one; a number that is too long for it
	// is drawn smaller.
	ValueSize float64     `json:"valueSize,omitempty"`
	Items     []GaugeItem `json:"items"`
}

// GaugeItem is one dial. Places on it are shares of its sweep, from 0 at its least to 1 at its
// greatest value.
type GaugeItem struct {
	Title string `json:"title"`
	Value Value  `json:"value"`
	Min   Value  `json:"min"`
	Max   Value  `json:"max"`
	// Fill is how far the dial is filled, cut to 0 … 1; null where there is no number.
	Fill *float64 `json:"fill" tstype:"number | null,required"`
	// FillFrom is where the filling begins: 0, or the neutral value's place.
	FillFrom float64 `json:"fillFrom"`
	// FillColor is the filling's colour. It is the threshold's where Value.Color may be a value mapping's.
	FillColor string `json:"fillColor"`
	// Bands are the thresholds' stretches, in order, without gaps.
	Bands []Band `json:"bands"`
	// Marks are the thresholds within the dial, with the text that stands beside each.
	Marks []Mark `json:"marks"`
}

// Band is a stretch of a scale in one colour.
type Band struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Color string  `json:"color"`
}

// Mark is a labelled place on a scale.
type Mark struct {
	At    float64 `json:"at"`
	Text  string  `json:"text"`
	Color string  `json:"color"`
}

// BarGauge is a bar per value.
type BarGauge struct {
	DisplayMode   string         `json:"displayMode"`   // basic, gradient or lcd
	Orientation   string         `json:"orientation"`   // auto, horizontal or vertical
	ValueMode     string         `json:"valueMode"`     // color, text or hidden
	NamePlacement string         `json:"namePlacement"` // auto, top, left or hidden
	ShowUnfilled  bool           `json:"showUnfilled"`
	SizeMode      string         `json:"sizeMode"` // auto or manual, with the sizes in pixels below
	MinWidth      float64        `json:"minWidth"`
	MinHeight     float64        `json:"minHeight"`
	MaxHeight     float64        `json:"maxHeight"`
	Legend        Legend         `json:"legend"`
	Items         []BarGaugeItem `json:"items"`
}

// BarGaugeItem is one bar. Places are shares of the bar's length from its least (0) to its
// greatest value (1).
type BarGaugeItem struct {
	Title string `json:"title"`
	Value Value  `json:"value"`
	Min   Value  `json:"min"`
	Max   Value  `json:"max"`
	// Fill is how far the bar reaches, cut to 0 … 1; null where there is no number.
	Fill *float64 `json:"fill" tstype:"number | null,required"`
	// Stops colour the bar along its length: for gradient a smooth run between them, for lcd each
	// cell's colour is that of the last stop at or before it. Empty: the bar has Value.Color.
	Stops []ColorStop `json:"stops,omitempty"`
}

// ColorStop is a colour at a place of a scale, 0 to 1.
type ColorStop struct {
	At    float64 `json:"at"`
	Color string  `json:"color"`
}
