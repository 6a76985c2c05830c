// Package view holds what a panel shows. Its types are the wire format between the program, which
// decides what every number, text and colour means, and the page, which only draws them.
//
// The package imports nothing of ours. web/src/view.gen.ts is generated from it, so the two can't
// differ. Times are milliseconds since the Unix epoch. Colours are CSS hex colours ("#73bf69") or
// "transparent"; they already fit the requested theme.
package view

import "encoding/json"

// Panel is the answer for one panel: the data frames as the query returned them, and the view,
// which is what is drawn.
type Panel struct {
	ID          int    `json:"id"`
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	// Range is the time range that the panel was computed for, after a panel's own timeFrom.
	Range Range `json:"range"`
	// Frames are Grafana data frames in Grafana's own JSON form, before any transformation.
	// schema.meta.executedQueryString holds the SQL that was sent.
	Frames []json.RawMessage `json:"frames"`
	View   *View             `json:"view"`
	// Error is a sentence for the reader when the panel could not be computed, else empty.
	Error string `json:"error,omitempty"`
}

// Range is a closed time range in milliseconds.
type Range struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
	// Label says where the range comes from when it is not the picker's (a panel's timeFrom).
	Label string `json:"label,omitempty"`
}

// View is what a panel draws. Kind names the one pointer that is set; "unsupported" and "empty"
// have only a Message.
type View struct {
	Kind string `json:"kind"`
	// Message is shown instead of a drawing: "No data", the panel's own noValue text, or what is
	// not supported.
	Message string `json:"message,omitempty"`
	// Notices are shown beside the drawing: an option that is not supported, rows that were cut.
	Notices []string `json:"notices,omitempty"`
	// Cut says what the panel's query leaves out ("latest 20 of 908"), "" where that is nothing.
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

// Value is one shown value, as Grafana's display processor gives it. What is read is
// Prefix + Text + Suffix.
type Value struct {
	Text   string `json:"text"`
	Prefix string `json:"prefix,omitempty"`
	Suffix string `json:"suffix,omitempty"`
	// Number is the numeric value, null for texts and missing values.
	Number *float64 `json:"number" tstype:"number | null,required"`
	Color  string   `json:"color,omitempty"`
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
	// Sparkline holds the series behind the value where graphMode is area, else null.
	Sparkline []*float64 `json:"sparkline,omitempty" tstype:"(number | null)[]"`
}

// Text is a text panel: HTML that was made from Markdown and sanitised.
type Text struct {
	HTML string `json:"html"`
}
