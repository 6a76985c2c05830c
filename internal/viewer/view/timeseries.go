package view

// TimeSeries has lines, bars and points over time. All series have a value at each of Times; a null is a gap.
type TimeSeries struct {
	Times  []int64  `json:"times"`
	Series []Series `json:"series"`
	// X is the time axis and Axes are the value axes. Series.Axis is an index into Axes.
	X       Axis   `json:"x"`
	Axes    []Axis `json:"axes"`
	Legend  Legend `json:"legend"`
	Tooltip string `json:"tooltip"` // single, multi or none
	// Thresholds are lines or areas, if the panel draws its thresholds.
	Thresholds  []ThresholdMark `json:"thresholds,omitempty"`
	Annotations []Annotation    `json:"annotations,omitempty"`
}

// Series is one named row of values of a time series or a bar chart. Texts are the values as a reader sees them, "" at a
// gap.
type Series struct {
	Name   string     `json:"name"`
	Color  string     `json:"color"`
	Status bool       `json:"status,omitempty"` // as in Value, for Color
	Axis   int        `json:"axis"`
	Values []*float64 `json:"values" tstype:"(number | null)[]"`
	Texts  []string   `json:"texts"`
	// EndTexts are the texts at the ends of bars, if they differ from Texts: the shares of a stack in percent.
	EndTexts []string `json:"endTexts,omitempty"`
	// Shares are the shares of the values in their stack as a reader sees them, "" at a gap. There are none unless the stack
	// has several series.
	Shares []string `json:"shares,omitempty"`
	// Notes say, by the index of a value, when the runs behind the value started and ended. The tooltip shows them in
	// place of the time. There are none unless the query returns the runs' times.
	Notes map[int]string `json:"notes,omitempty"`
	// Links are the links of the values, by the index of a value.
	Links map[int][]Link `json:"links,omitempty"`
	// LinksOf is the index of an earlier series of a time series with the same links at each value of this one. Links is then left out.
	LinksOf *int `json:"linksOf,omitempty"`
	// Colors are the colours of the values, if colours depend on values.
	Colors []string `json:"colors,omitempty"`
	// Statuses tell of each of Colors whether it is a status, as in Value.
	Statuses []bool `json:"statuses,omitempty"`
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
	ConnectGapsMaxMs  float64   `json:"connectGapsMaxMs,omitempty"` // gaps of this length or longer stay; 0 if none stays
	Stack             string    `json:"stack,omitempty"`            // series with the same Stack are stacked; "" is not stacked
	StackPercent      bool      `json:"stackPercent,omitempty"`
	HideFromLegend    bool      `json:"hideFromLegend,omitempty"`
	HideFromTooltip   bool      `json:"hideFromTooltip,omitempty"`
	HideFromViz       bool      `json:"hideFromViz,omitempty"`
	TransformNegative bool      `json:"transformNegative,omitempty"` // the sign of the values is turned (negative-Y)
	// StepMs is the least distance between two values in milliseconds, 0 if it is not known. A bar may be that wide.
	StepMs float64 `json:"stepMs,omitempty"`
	// Absent are the indexes of Times that only other queries have. A line goes on over them, while it breaks at a null.
	Absent []int `json:"absent,omitempty"`
	// Beyond are the indexes of Values that are too large to be drawn to scale with the others. They are drawn and marked
	// at the edge of the axis.
	Beyond []int `json:"beyond,omitempty"`
	// Plot are the heights that are drawn, if they differ from Values: shares of a stack in percent (0 to 1), values with
	// their sign turned, and the edge of the axis for values beyond it. A null is not drawn.
	Plot []*float64 `json:"plot,omitempty" tstype:"(number | null)[]"`
}

// Axis is an axis of values or of time, with its ticks.
type Axis struct {
	Label     string  `json:"label,omitempty"`
	Placement string  `json:"placement"` // left, right, hidden, bottom
	Min       float64 `json:"min"`
	Max       float64 `json:"max"`
	// Log is the base of a logarithmic axis, 0 if the axis is linear.
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
	// Calcs are the titles of the columns with the items' Values.
	Calcs []string     `json:"calcs,omitempty"`
	Items []LegendItem `json:"items"`
}

// LegendItem is one line of a legend. Series is the index of the series that it names.
type LegendItem struct {
	Series int     `json:"series"`
	Name   string  `json:"name"`
	Color  string  `json:"color"`
	Status bool    `json:"status,omitempty"` // as in Value
	Values []Value `json:"values,omitempty"`
}

// ThresholdMark is a line at Value, or an area from Value up to the next mark, or both.
type ThresholdMark struct {
	Axis  int      `json:"axis"`
	Value *float64 `json:"value" tstype:"number | null,required"` // null: from minus infinity
	Color string   `json:"color"`
	Line  bool     `json:"line"`
	Dash  bool     `json:"dash"`
	Area  bool     `json:"area"`
}

// Annotation marks a time, or the time from Time to TimeEnd if TimeEnd is set.
type Annotation struct {
	Time     int64    `json:"time"`
	TimeEnd  int64    `json:"timeEnd,omitempty"`
	TimeText string   `json:"timeText"`
	Name     string   `json:"name"` // the annotation query's name
	Text     string   `json:"text"`
	Tags     []string `json:"tags,omitempty"`
	Color    string   `json:"color"`
	// Count is the number of events behind the mark, if the query returns it and there are several. Such marks are
	// drawn as a density.
	Count int `json:"count,omitempty"`
	// HTML is the text with its markup, sanitised, if it has any. Text is then the same without markup.
	HTML string `json:"html,omitempty"`
}
