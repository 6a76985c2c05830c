// Package view has the types of a panel's answer, which the server sends to the page. The server decides what every
// number, text and colour means, and the page only draws them. web/src/view.gen.ts is generated from these types.
//
// Times are milliseconds since the Unix epoch. Colours are CSS hex colours ("#73bf69") or "transparent", and fit the theme
// that the page asked for.
package view

import "encoding/json"

// Panel is the answer for one panel: the data frames that its queries returned, and the view, which the page draws.
type Panel struct {
	ID          int    `json:"id"`
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	// Range is the time range of the panel: the page's, or the panel's own.
	Range Range `json:"range"`
	// Frames are data frames in Grafana's own JSON form, before any transformation. Their
	// schema.meta.executedQueryString has the SQL that was sent. They are null if the request is without frames.
	Frames []json.RawMessage `json:"frames"`
	View   *View             `json:"view"`
	// Links are the panel's own links, which stand in its head.
	Links []Link `json:"links,omitempty"`
	// Error is a sentence for the reader if the panel could not be computed. View is then null.
	Error string `json:"error,omitempty"`
}

// Range is a closed time range in milliseconds.
type Range struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
	// Label describes the range if it is the panel's own ("Last 5 years").
	Label string `json:"label,omitempty"`
}

// View is what a panel draws. One of its pointers is set, and Kind is the kind of panel that it belongs to. A view of the
// kind "unsupported" or "empty" has a Message instead of such a part.
type View struct {
	Kind string `json:"kind"`
	// Message is shown in place of a drawing: "No data", the panel's own noValue, or what is not supported.
	Message string `json:"message,omitempty"`
	// Notices are sentences that are shown with the drawing, for example about an option that is not supported.
	Notices []string `json:"notices,omitempty"`
	// Cut says what the panel's query leaves out ("latest 20 of 908"). It is "" if the query leaves nothing out.
	Cut string `json:"cut,omitempty"`

	Stat          *Stat          `json:"stat,omitempty"`
	TimeSeries    *TimeSeries    `json:"timeseries,omitempty"`
	StateTimeline *StateTimeline `json:"stateTimeline,omitempty"`
	Table         *Table         `json:"table,omitempty"`
	Text          *Text          `json:"text,omitempty"`
	Gauge         *Gauge         `json:"gauge,omitempty"`
	BarGauge      *BarGauge      `json:"bargauge,omitempty"`
	BarChart      *BarChart      `json:"barchart,omitempty"`
	PieChart      *PieChart      `json:"piechart,omitempty"`
	Heatmap       *Heatmap       `json:"heatmap,omitempty"`
}

// Value is one value as it is shown. A reader sees Prefix + Text + Suffix.
type Value struct {
	Text   string `json:"text"`
	Prefix string `json:"prefix,omitempty"`
	Suffix string `json:"suffix,omitempty"`
	// Number is the value as a number. It is null for texts and for missing values.
	Number *float64 `json:"number" tstype:"number | null,required"`
	Color  string   `json:"color,omitempty"`
	// Status is true if the colour says how good or bad the value is: it comes from a threshold or a value mapping, and does
	// not only tell gains from losses. The page then marks the colour by a pattern too.
	Status bool `json:"status,omitempty"`
}

// Stat is one or more big values.
type Stat struct {
	// ColorMode is none, value, background or background_solid.
	ColorMode string `json:"colorMode"`
	// TextMode is auto, value, value_and_name, name or none.
	TextMode string `json:"textMode"`
	// Orientation is auto, horizontal or vertical.
	Orientation string     `json:"orientation"`
	JustifyMode string     `json:"justifyMode"`
	Items       []StatItem `json:"items"`
}

// StatItem is one value of a stat panel.
type StatItem struct {
	Title string `json:"title"`
	Value Value  `json:"value"`
	// Sparkline is the series behind the value, if the panel draws it.
	Sparkline []*float64 `json:"sparkline,omitempty" tstype:"(number | null)[]"`
	Links     []Link     `json:"links,omitempty"`
	// SparkTimes and SparkTexts are the times and the texts of the sparkline's values.
	SparkTimes []int64  `json:"sparkTimes,omitempty"`
	SparkTexts []string `json:"sparkTexts,omitempty"`
}

// Text is a text panel. Its HTML has been sanitised.
type Text struct {
	HTML string `json:"html"`
}
