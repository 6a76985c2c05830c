package frame

import (
	"strings"

	"macrowatch/internal/viewer/js"
)

// WithFields is the frame with other fields.
func (fr *Frame) WithFields(fields []*Field) *Frame {
	c := *fr
	c.Fields = fields
	return &c
}

// NewDerived is a frame that knows nothing of the query it comes from.
func NewDerived(fields []*Field, length int) *Frame {
	return &Frame{Fields: fields, Length: length, Untyped: true}
}

// NewField is a field that a transformation makes.
func NewField(name string, kind Kind, values []any) *Field {
	return &Field{Name: name, Kind: kind, Values: values, Memo: &NameMemo{}}
}

// At is a value, absent beyond the field's end.
func (f *Field) At(row int) any {
	if row < len(f.Values) {
		return f.Values[row]
	}
	return js.Undefined{}
}

// Complete makes a transformed frame one like any other: every field is as long as the frame, and
// what is not there is null.
func (fr *Frame) Complete() {
	for _, f := range fr.Fields {
		for len(f.Values) < fr.Length {
			f.Values = append(f.Values, nil)
		}
		f.Values = f.Values[:fr.Length]
		for i, v := range f.Values {
			f.Values[i] = present(v)
		}
	}
}

// present makes null of what is absent, in lists too.
func present(v any) any {
	switch v := v.(type) {
	case js.Undefined:
		return nil
	case []any:
		for i, e := range v {
			v[i] = present(e)
		}
	}
	return v
}

// FieldNames lists the fields of frames, for a sentence.
func FieldNames(frames []*Frame) string {
	var all []string
	for _, fr := range frames {
		for _, f := range fr.Fields {
			all = append(all, DisplayName(f, fr, frames))
		}
	}
	return strings.Join(all, ", ")
}
