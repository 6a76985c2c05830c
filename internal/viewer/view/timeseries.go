package view

// TimeSeries is lines, bars and points over time. All series share Times (the outer join of the
// frames by time); a null value is a gap.
type TimeSeries struct {
	Times  []int64  `json:"times"`
	Series []Series `json:"series"`
	// X is the time axis; Axes are the value axes, Series.Axis is an index into them.
	X       Axis   `json:"x"`
	Axes    []Axis `json:"axes"`
	Legend  Legend `json:"legend"`
	Tooltip string `json:"tooltip"` // single, multi or none
	// Thresholds are drawn lines or areas, where the panel asks for them.
	Thresholds  []ThresholdMark `json:"thresholds,omitempty"`
	Annotations []Annotation    `json:"annotations,omitempty"`
}

// Series is one named run of values. Values and Texts are as long as TimeSeries.Times; Texts are
// the values as a reader sees them ("" at a gap).
type Series struct {
	Name   string     `json:"name"`
	Color  string     `json:"color"`
	Axis   int        `json:"axis"`
	Values []*float64 `json:"values" tstype:"(number | null)[]"`
	Texts  []string   `json:"texts"`
	// EndTexts are what stands at a bar chart's bars where that differs from Texts: the shares of a
	// stack in percent.
	EndTexts []string `json:"endTexts,omitempty"`
	// Notes say, by the index of a value, which runs it stands for: when they started and ended. They
	// are there where the query says so, and stand for the time in the tooltip.
	Notes map[int]string `json:"notes,omitempty"`
	// Colors hold a colour per value where colour depends on the value, else null.
	Colors []string `json:"colors,omitempty"`
	// Style is line, bars or points.
	Style             string    `json:"style"`
	LineWidth         float64   `json:"lineWidth"`
	LineDash          []float64 `json:"lineDash,omitempty"`
	Interpolation     string    `json:"interpolation"` // linear, smooth, stepBefore, stepAfter
	FillOpacity       float64   `json:"fillOpacity"`   // 0 to 100
	GradientMode      string    `json:"gradientMode"`  // none, opacity, hue, scheme
	ShowPoints        string    `json:"showPoints"`    // auto, never, always
	PointSize         float64   `json:"pointSize"`
	BarWidthFactor    float64   `json:"barWidthFactor"`
	BarMaxWidth       float64   `json:"barMaxWidth,omitempty"`
	ConnectGaps       bool      `json:"connectGaps"`
	ConnectGapsMaxMs  float64   `json:"connectGapsMaxMs,omitempty"` // 0: any gap
	Stack             string    `json:"stack,omitempty"`            // stacking group; "" is not stacked
	StackPercent      bool      `json:"stackPercent,omitempty"`
	HideFromLegend    bool      `json:"hideFromLegend,omitempty"`
	HideFromTooltip   bool      `json:"hideFromTooltip,omitempty"`
	HideFromViz       bool      `json:"hideFromViz,omitempty"`
	TransformNegative bool      `json:"transformNegative,omitempty"` // negative-Y: drawn below zero
	// Smallest distance between points, ms: the width that one bar may take. 0 if unknown.
	StepMs float64 `json:"stepMs,omitempty"`
	// Absent are the indexes of Times at which the series has no point because the instant comes
	// from another query: a line goes on over them, which it does not over a null.
	Absent []int `json:"absent,omitempty"`
	// Beyond are the indexes of Values that are too large to be drawn with the others: Plot has them at the
	// edge of the axis, where they are marked.
	Beyond []int `json:"beyond,omitempty"`
	// Plot is what is drawn where that differs from Values: the shares of a stack in percent
	// (0 to 1), turned signs, and the edge of the axis for what lies beyond it. It is as long as Values; null where there is nothing to draw.
	Plot []*float64 `json:"plot,omitempty" tstype:"(number | null)[]"`
}

// Axis is a value or time axis with the ticks to draw; the page formats nothing.
type Axis struct {
	Label     string  `json:"label,omitempty"`
	Placement string  `json:"placement"` // left, right, hidden, bottom
	Min       float64 `json:"min"`
	Max       float64 `json:"max"`
	// Log is the base of a logarithmic axis, 0 where it is linear.
	Log   float64 `json:"log,omitempty"`
	Ticks []Tick  `json:"ticks"`
}

// Tick is one labelled place on an axis.
type Tick struct {
	Value float64 `json:"value"`
	Text  string  `json:"text"`
}

// Legend lists the series under or beside the drawing.
type Legend struct {
	Show      bool   `json:"show"`
	Mode      string `json:"mode"`      // list or table
	Placement string `json:"placement"` // bottom or right
	// Calcs are the column titles of Items' Values.
	Calcs []string     `json:"calcs,omitempty"`
	Items []LegendItem `json:"items"`
}

// LegendItem is one line of a legend. Series is the index of what it names.
type LegendItem struct {
	Series int     `json:"series"`
	Name   string  `json:"name"`
	Color  string  `json:"color"`
	Values []Value `json:"values,omitempty"`
}

// ThresholdMark is a line, or an area from Value up to the next mark.
type ThresholdMark struct {
	Axis  int      `json:"axis"`
	Value *float64 `json:"value" tstype:"number | null,required"` // null: from minus infinity
	Color string   `json:"color"`
	Line  bool     `json:"line"`
	Dash  bool     `json:"dash"`
	Area  bool     `json:"area"`
}

// Annotation marks an instant, or a span where TimeEnd is later than Time.
type Annotation struct {
	Time     int64    `json:"time"`
	TimeEnd  int64    `json:"timeEnd,omitempty"`
	TimeText string   `json:"timeText"`
	Name     string   `json:"name"` // the annotation query's name
	Text     string   `json:"text"`
	Tags     []string `json:"tags,omitempty"`
	Color    string   `json:"color"`
	// Count is how many events the mark stands for where the query says so and they are more than
	// one; such marks are drawn as a density.
	Count int `json:"count,omitempty"`
}
