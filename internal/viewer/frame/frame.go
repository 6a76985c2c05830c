package frame

import (
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"macrowatch/internal/viewer/settings"
)

// Kind is the kind of values that a field holds.
type Kind string

const (
	// Time is the kind of instants.
	Time Kind = "time"
	// Number is the kind of numbers.
	Number Kind = "number"
	// String is the kind of texts.
	String Kind = "string"
	// Boolean is the kind of true and false.
	Boolean Kind = "boolean"
	// Other is the kind of everything else.
	Other Kind = "other"
)

// Frame is a query's answer while a panel is computed.
type Frame struct {
	Name, RefID string
	Fields      []*Field
	Length      int
	// Untyped is true for a frame that a transformation made. Grafana then no longer knows what type of answer it was,
	// and is laxer about the names of its fields.
	Untyped bool
}

// Field is a column, together with what the panel's settings make of it. A value is nil, float64, string or bool. A time
// is a float64 in milliseconds.
type Field struct {
	Name   string
	Kind   Kind
	Labels map[string]string
	Values []any
	// DataSettings are settings that a transformation made. They take precedence over the panel's.
	DataSettings settings.Object
	// Memo keeps the display name. It is nil if the name is not kept.
	Memo *NameMemo

	// Set by fieldconfig.Apply.
	Merged      settings.Object // the settings after all overrides, as JSON
	Config      settings.Config // the same settings, read
	SeriesIndex int
	Title       string // display name
	Span        *Span
	Show        func(v any, adjacent *int) Display
	// JoinedFrom is the original field, if this field was made by joining it with others by time; nil otherwise.
	JoinedFrom *Field
}

// Span is the range of values that colours and percentages refer to. An end that is nil counts as 0, as null does in
// JavaScript.
type Span struct {
	Min, Max *float64
	Delta    float64
}

// FromData reads a data frame of Grafana's plugin SDK.
func FromData(d *data.Frame, refID string) (*Frame, error) {
	f := &Frame{Name: d.Name, RefID: refID}
	for _, src := range d.Fields {
		dst := &Field{Name: src.Name, Labels: src.Labels, Kind: kindOf(src.Type())}
		n := src.Len()
		dst.Values = make([]any, n)
		for i := range n {
			v, err := valueAt(src, i)
			if err != nil {
				return nil, err
			}
			dst.Values[i] = v
		}
		f.Length = n
		f.Fields = append(f.Fields, dst)
	}
	return f, nil
}

func kindOf(t data.FieldType) Kind {
	switch {
	case t.Time():
		return Time
	case t.Numeric():
		return Number
	case t == data.FieldTypeString || t == data.FieldTypeNullableString:
		return String
	case t == data.FieldTypeBool || t == data.FieldTypeNullableBool:
		return Boolean
	}
	return Other
}

func valueAt(f *data.Field, i int) (any, error) {
	switch v := f.At(i).(type) { // the usual types, without the copies that ConcreteAt makes
	case *float64:
		if v == nil {
			return nil, nil
		}
		return *v, nil
	case *time.Time:
		if v == nil {
			return nil, nil
		}
		return float64(v.UnixMilli()), nil
	}
	v, ok := f.ConcreteAt(i)
	if !ok {
		return nil, nil
	}
	switch v := v.(type) {
	case time.Time:
		return float64(v.UnixMilli()), nil
	case string:
		return v, nil
	case bool:
		return v, nil
	}
	n, err := f.FloatAt(i)
	if err != nil {
		return nil, fmt.Errorf("read column %q: %w", f.Name, err)
	}
	return n, nil
}

// FirstOf returns the first field of a kind, nil if there is none.
func (f *Frame) FirstOf(kind Kind) *Field {
	for _, c := range f.Fields {
		if c.Kind == kind {
			return c
		}
	}
	return nil
}

// Named returns the first field with a title or a name, nil if there is none.
func (f *Frame) Named(name string) *Field {
	if name == "" {
		return nil
	}
	for _, c := range f.Fields {
		if c.Title == name || c.Name == name {
			return c
		}
	}
	return nil
}
