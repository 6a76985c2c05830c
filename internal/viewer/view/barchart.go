package view

// BarChart is bars over categories. Series.Values are as long as Categories; Series.Color is a
// bar's colour unless Series.Colors holds one for each. A legend item whose Series is −1 stands for
// a colour of the field that colours the bars.
type BarChart struct {
	Categories []Category `json:"categories"`
	Series     []Series   `json:"series"`
	// Orientation is horizontal (bars lie, categories go down), vertical or auto: horizontal where
	// the panel is higher than wide.
	Orientation string `json:"orientation"`
	// Stacking is none, normal or percent.
	Stacking  string `json:"stacking"`
	ShowValue string `json:"showValue"` // auto, always or never: the texts at the bars' ends
	// GroupWidth is the share of a category that its bars take together, BarWidth a bar's share of
	// its part of that, BarRadius the roundness of its end from 0 to 0.5.
	GroupWidth    float64 `json:"groupWidth"`
	BarWidth      float64 `json:"barWidth"`
	BarRadius     float64 `json:"barRadius"`
	FullHighlight bool    `json:"fullHighlight"`
	// TickRotation in degrees; TickMaxLength cuts a category's text, 0 does not; TickSpacing is the
	// least distance of category texts in pixels.
	TickRotation  float64 `json:"tickRotation"`
	TickMaxLength int     `json:"tickMaxLength"`
	TickSpacing   float64 `json:"tickSpacing"`
	Axes          []Axis  `json:"axes"` // value axes
	CategoryLabel string  `json:"categoryLabel,omitempty"`
	// CategoryHidden leaves out the category axis.
	CategoryHidden bool            `json:"categoryHidden,omitempty"`
	Legend         Legend          `json:"legend"`
	Tooltip        string          `json:"tooltip"`
	Thresholds     []ThresholdMark `json:"thresholds,omitempty"`
}

// Category is one place of a bar chart's category axis.
type Category struct {
	Text string `json:"text"`
	// Time is set where the category is an instant, in milliseconds.
	Time *int64 `json:"time,omitempty"`
}
