package frame

import (
	"strings"

	"macrowatch/internal/viewer/js"
)

// WithFields returns a copy of the frame with other fields.
func (fr *Frame) WithFields(fields []*Field) *Frame {
	c := *fr
	c.Fields = fields
	return &c
}

// NewDerived returns a frame that a transformation made, and that no longer belongs to a query.
func NewDerived(fields []*Field, length int) *Frame {
	return &Frame{Fields: fields, Length: length, Untyped: true}
}

// NewField returns a field that a transformation made.
func NewField(name string, kind Kind, values []any) *Field {
	return &Field{Name: name, Kind: kind, Values: values, Memo: &NameMemo{}}
}

// At returns the value in a row, js.Undefined beyond the field's end.
func (f *Field) At(row int) any {
	if row < len(f.Values) {
		return f.Values[row]
	}
	return js.Undefined{}
}

// Complete ends the transformations of a frame. It makes every field as long as the frame, and replaces
// undefined by null.
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

// present replaces undefined by null, in lists too.
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

// FieldNames lists the names of all fields for a sentence: "a, b, c".
func FieldNames(frames []*Frame) string {
	var all []string
	for _, fr := range frames {
		for _, f := range fr.Fields {
			all = append(all, DisplayName(f, fr, frames))
		}
	}
	return strings.Join(all, ", ")
}
