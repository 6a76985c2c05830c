package view

// BarChart is a bar chart. Each series has a value for each category. Its bars have Series.Color, unless Series.Colors has
// a colour for each. If another field colours the bars, the legend lists that field's colours in items whose Series is −1.
type BarChart struct {
	Categories []Category `json:"categories"`
	Series     []Series   `json:"series"`
	// Orientation is horizontal (the bars lie, and the categories stand below each other), vertical, or auto: horizontal
	// if the panel is higher than wide.
	Orientation string `json:"orientation"`
	// Stacking is none, normal or percent.
	Stacking  string `json:"stacking"`
	ShowValue string `json:"showValue"` // auto, always or never: the texts at the bars' ends
	// GroupWidth is the share of a category's width that its bars take together. Each bar has an equal part of that, and
	// BarWidth is the share of this part that it fills. BarRadius is the roundness of a bar's end, from 0 to 0.5.
	GroupWidth    float64 `json:"groupWidth"`
	BarWidth      float64 `json:"barWidth"`
	BarRadius     float64 `json:"barRadius"`
	FullHighlight bool    `json:"fullHighlight"`
	// TickRotation is the rotation of the categories' texts in degrees. TickMaxLength is the greatest length of a text in
	// characters, 0 for any. TickSpacing is the least distance between the texts in pixels.
	TickRotation  float64 `json:"tickRotation"`
	TickMaxLength int     `json:"tickMaxLength"`
	TickSpacing   float64 `json:"tickSpacing"`
	Axes          []Axis  `json:"axes"` // value axes
	CategoryLabel string  `json:"categoryLabel,omitempty"`
	// CategoryHidden is true if the category axis is not drawn.
	CategoryHidden bool            `json:"categoryHidden,omitempty"`
	Legend         Legend          `json:"legend"`
	Tooltip        string          `json:"tooltip"`
	Thresholds     []ThresholdMark `json:"thresholds,omitempty"`
}

// Category is one place on a bar chart's category axis.
type Category struct {
	Text string `json:"text"`
	// Time is set if the category is a time.
	Time *int64 `json:"time,omitempty"`
}
