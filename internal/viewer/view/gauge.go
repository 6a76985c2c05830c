package view

// Gauge has a dial for each value.
type Gauge struct {
	Orientation          string  `json:"orientation"` // auto, horizontal or vertical: how several dials are laid out
	ShowThresholdLabels  bool    `json:"showThresholdLabels"`
	ShowThresholdMarkers bool    `json:"showThresholdMarkers"`
	SizeMode             string  `json:"sizeMode"` // auto or manual, with MinWidth and MinHeight in pixels
	MinWidth             float64 `json:"minWidth"`
	MinHeight            float64 `json:"minHeight"`
	// ValueSize is the size of the numbers in pixels, if the panel sets one. A number that is too long is drawn smaller.
	ValueSize float64     `json:"valueSize,omitempty"`
	Items     []GaugeItem `json:"items"`
}

// GaugeItem is one dial. A place on it is a number from 0, at its least value, to 1, at its greatest.
type GaugeItem struct {
	Title string `json:"title"`
	Value Value  `json:"value"`
	Min   Value  `json:"min"`
	Max   Value  `json:"max"`
	// Fill is the place up to which the dial is filled. It is null if there is no number.
	Fill *float64 `json:"fill" tstype:"number | null,required"`
	// FillFrom is the place at which the filling begins: 0, or the place of the neutral value.
	FillFrom float64 `json:"fillFrom"`
	// FillColor is the filling's colour. It comes from the thresholds, while Value.Color may come from a value mapping.
	FillColor string `json:"fillColor"`
	// Bands are the stretches of the dial between its thresholds, in order and without gaps.
	Bands []Band `json:"bands"`
	// Marks are the thresholds on the dial, each with its text.
	Marks []Mark `json:"marks"`
	Links []Link `json:"links,omitempty"`
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

// BarGauge has a bar for each value.
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

// BarGaugeItem is one bar. A place on it is a number from 0, at its least value, to 1, at its greatest.
type BarGaugeItem struct {
	Title string `json:"title"`
	Value Value  `json:"value"`
	Min   Value  `json:"min"`
	Max   Value  `json:"max"`
	// Fill is the place up to which the bar is filled. It is null if there is no number.
	Fill *float64 `json:"fill" tstype:"number | null,required"`
	// Stops are the colours along the bar. In the mode gradient the colour changes smoothly between them. In the mode lcd a
	// cell has the colour of the last stop at or before it. If there are none, the bar has Value.Color.
	Stops []ColorStop `json:"stops,omitempty"`
	Links []Link      `json:"links,omitempty"`
}

// ColorStop is a colour at a place on a scale, which goes from 0 to 1.
type ColorStop struct {
	At    float64 `json:"at"`
	Color string  `json:"color"`
}
