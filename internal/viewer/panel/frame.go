package panel

import (
	"fmt"
	"math"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// fieldType is what kind of values a field holds.
type fieldType string

const (
	typeTime    fieldType = "time"
	typeNumber  fieldType = "number"
	typeString  fieldType = "string"
	typeBoolean fieldType = "boolean"
	typeOther   fieldType = "other"
)

// frame is a query's answer while a panel is computed.
type frame struct {
	name, refID string
	fields      []*field
	length      int
	// untyped is true of a frame that a transformation made: it has lost what a query's answer
	// says of its kind, and Grafana is then laxer about the names of its fields.
	untyped bool
}

// field is a column with what the panel's settings make of it. A value is nil, float64, string
// or bool; instants are milliseconds.
type field struct {
	name   string
	kind   fieldType
	labels map[string]string
	values []any
	// own are settings that come with the data, from a transformation; the panel's go below them.
	own props
	// memo is the display name as first asked for, nil where it is not kept.
	memo *nameMemo

	// Set by applyFieldConfig.
	raw         props  // the settings as merged
	config      config // the same, read
	seriesIndex int
	title       string // display name
	span        *span
	show        func(v any, adjacent *int) display
	// before is the field that this one was joined from, nil where it is as it came.
	before *field
}

// span is the range of values that colours and percentages refer to. A nil end is JavaScript's
// null, which counts as 0.
type span struct {
	min, max *float64
	delta    float64
}

// fromData takes over a data frame.
func fromData(d *data.Frame, refID string) (*frame, error) {
	f := &frame{name: d.Name, refID: refID}
	for _, src := range d.Fields {
		dst := &field{name: src.Name, labels: src.Labels, kind: kindOf(src.Type())}
		n := src.Len()
		dst.values = make([]any, n)
		for i := range n {
			v, err := valueAt(src, i)
			if err != nil {
				return nil, err
			}
			dst.values[i] = v
		}
		f.length = n
		f.fields = append(f.fields, dst)
	}
	return f, nil
}

func kindOf(t data.FieldType) fieldType {
	switch {
	case t.Time():
		return typeTime
	case t.Numeric():
		return typeNumber
	case t == data.FieldTypeString || t == data.FieldTypeNullableString:
		return typeString
	case t == data.FieldTypeBool || t == data.FieldTypeNullableBool:
		return typeBoolean
	}
	return typeOther
}

func valueAt(f *data.Field, i int) (any, error) {
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

// firstOf is the first field of a kind, nil if there is none.
func (f *frame) firstOf(kind fieldType) *field {
	for _, c := range f.fields {
		if c.kind == kind {
			return c
		}
	}
	return nil
}

// number is a value as a finite or infinite number, nil for what is missing or no number.
func number(v any) *float64 {
	n, ok := v.(float64)
	if !ok || math.IsNaN(n) {
		return nil
	}
	return &n
}
