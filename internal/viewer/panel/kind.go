package panel

import (
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// Kind is one kind of panel, for example the time series. A kind says here, once, everything that other
// packages ask about it. Package kinds lists the kinds.
type Kind struct {
	// Type is the kind's name in a dashboard's JSON, for example "timeseries".
	Type string
	// Title is the kind's name on Grafana's screens, for example "Time series".
	Title string
	// Supports is the kind's line in docs/grafana-support.md: which of Grafana's settings the viewer honours.
	Supports string

	// NoQueries is true if panels of this kind show no data, as rows and texts do.
	NoQueries bool
	// ShowsNumbers is true if panels of this kind show numbers, so that a reader must be told their unit.
	ShowsNumbers bool
	// ShowsAnnotations is true if the dashboard's annotations are drawn on panels of this kind.
	ShowsAnnotations bool

	// Options are the options that Grafana knows for this kind, and Custom are the settings that it knows
	// under fieldConfig's custom. A panel gets a notice for each value that the viewer does not honour.
	Options, Custom func() KnownOptions
	// FieldDefaults are the field settings that a panel of this kind has if its JSON does not set them.
	FieldDefaults func() settings.Object
	// Columns lists the columns that a panel's options name. It is nil if no option names one.
	Columns func(options settings.Object) []NamedColumn

	// Draw computes what the page draws. It is nil for a row, of which the page draws the title alone.
	Draw func(*Job) (*view.View, error)
}

// NamedColumn is a column that one of a panel's options names.
type NamedColumn struct {
	// Option is the option's path, for example "reduceOptions.fields".
	Option string
	// Name is what the option says: a column's name, or a pattern for the names of several.
	Name      string
	IsPattern bool
}

// Defaults returns the field settings that a panel of this kind has if its JSON does not set them.
func (k Kind) Defaults() settings.Object {
	if k.FieldDefaults == nil {
		return nil
	}
	return k.FieldDefaults()
}

// View computes what the page draws for the panel of a job, with a notice for everything that is not drawn as
// Grafana would draw it.
func (k Kind) View(j *Job) (*view.View, error) {
	j.kind = k
	j.checkSettings()
	v, err := k.Draw(j)
	if err != nil {
		return nil, err
	}
	if v.Kind == "" {
		v.Kind = k.Type
	}
	v.Notices = append(v.Notices, j.Notices.Sentences...)
	return v, nil
}

// Row is the kind of rows: the lines with a title that divide a dashboard.
func Row() Kind {
	return Kind{Type: "row", Title: "Row", Supports: "open and collapsed", NoQueries: true}
}
