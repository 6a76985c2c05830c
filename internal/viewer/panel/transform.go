package panel

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"macrowatch/internal/viewer/macro"
)

// A transformation turns the frames of a panel's queries into others before the panel's field
// settings are applied, by Grafana 11.4's rules. Files named transform_*.go hold one each.

// Pipeline is what the transformations of one panel share.
type Pipeline struct {
	// Interpolate fills variables into a text as Grafana's transformations do: several values
	// become {a,b}.
	Interpolate func(string) (string, error)
	Notices     *List
}

// UnsupportedError says that a panel can't be drawn as it is meant.
type UnsupportedError string

func (e UnsupportedError) Error() string { return string(e) }

func notSupported(format string, args ...any) error {
	return UnsupportedError(fmt.Sprintf(format, args...))
}

// step computes what a transformation makes of frames. It may change what it is given.
type step func(frames []*Frame, o Object, p *Pipeline) ([]*Frame, error)

func stepFor(id string) (step, bool) {
	switch id {
	case "groupingToMatrix":
		return groupingToMatrix, true
	case "organize":
		return organize, true
	case "filterFieldsByName":
		return filterFieldsByName, true
	case "sortBy":
		return sortBy, true
	case "reduce":
		return reduceFrames, true
	case "groupBy":
		return groupBy, true
	case "joinByField", "seriesToColumns": // the latter is its old name
		return joinByField, true
	case "calculateField":
		return calculateField, true
	case "merge":
		return mergeFrames, true
	case "partitionByValues":
		return partitionByValues, true
	case "configFromData":
		return configFromData, true
	}
	return nil, false
}

// transform applies the panel's transformations to the frames of its queries.
func (j *Job) transform() error {
	if len(j.Panel.Transformations) == 0 {
		return nil
	}
	p := &Pipeline{Notices: j.Notices, Interpolate: func(s string) (string, error) {
		return macro.InterpolateAs(s, "glob", j.Macros)
	}}
	frames, err := transformFrames(j.Panel.Transformations, j.Frames, p)
	if err != nil {
		return err
	}
	j.Frames = frames
	return nil
}

func transformFrames(list []Transformation, frames []*Frame, p *Pipeline) ([]*Frame, error) {
	for _, fr := range frames {
		for _, f := range fr.Fields {
			f.Memo = &NameMemo{}
			f.Labels = maps.Clone(f.Labels) // some transformations change them
		}
	}
	for _, t := range list {
		run, known := stepFor(t.ID)
		switch {
		case !known:
			return nil, notSupported("The transformation %q is not supported.", t.ID)
		case t.Topic != "" && t.Topic != "series":
			return nil, notSupported("The transformation %q of %s is not supported.", t.ID, t.Topic)
		}
		var err error
		if frames, err = t.apply(run, frames, p); err != nil {
			return nil, fmt.Errorf("the transformation %q: %w", t.ID, err)
		}
	}
	for _, fr := range frames {
		fr.Complete()
	}
	return frames, nil
}

// apply runs one step on the frames that its filter takes; the others stay, together, where the
// first of them that is not the very first was.
func (t Transformation) apply(run step, before []*Frame, p *Pipeline) ([]*Frame, error) {
	if !filters(t.Filter) {
		return run(slices.Clone(before), t.Options, p)
	}
	match, err := frameMatcher(t.Filter)
	if err != nil {
		return nil, err
	}
	var taken, left []*Frame
	insert := 0
	for i, fr := range before {
		if match(fr) {
			taken = append(taken, fr)
			continue
		}
		if insert == 0 {
			insert = i
		}
		left = append(left, fr)
	}
	after, err := run(taken, t.Options, p)
	if err != nil {
		return nil, err
	}
	return slices.Insert(after, min(insert, len(after)), left...), nil
}

// filters reports whether there is a filter: Grafana takes one without options for none.
func filters(filter Object) bool { return truthy(filter["options"]) }

func frameMatcher(m Object) (func(*Frame) bool, error) {
	switch id := m.Text("id"); id {
	case "byRefId", "byName":
		re, _, err := jsRegexp(m.Text("options"))
		if err != nil {
			return nil, err
		}
		if id == "byName" {
			return func(fr *Frame) bool { return re.MatchString(fr.Name) }, nil
		}
		return func(fr *Frame) bool { return re.MatchString(fr.RefID) }, nil
	case "alwaysMatch":
		return func(*Frame) bool { return true }, nil
	case "neverMatch":
		return func(*Frame) bool { return false }, nil
	case "invertMatch":
		inner, err := frameMatcher(m.Child("options"))
		if err != nil {
			return nil, err
		}
		return func(fr *Frame) bool { return !inner(fr) }, nil
	default:
		return nil, fmt.Errorf("the filter %q is not supported", id)
	}
}

// noteUnknownOptions says which of a transformation's options have no meaning here.
func (p *Pipeline) noteUnknownOptions(id string, o Object, known ...string) {
	for _, key := range sortedKeys(o) {
		if o[key] != nil && !slices.Contains(known, key) {
			p.Notices.Add("The option %q of the transformation %q is not supported.", key, id)
		}
	}
}

// fill interpolates the text at a key, or the fallback where there is none.
func (p *Pipeline) fill(o Object, key, fallback string) (string, error) {
	return p.Interpolate(o.TextOr(key, fallback))
}

// WithFields is the frame with other fields.
func (fr *Frame) WithFields(fields []*Field) *Frame {
	c := *fr
	c.Fields = fields
	return &c
}

// made is a frame that knows nothing of the query it comes from.
func made(fields []*Field, length int) *Frame {
	return &Frame{Fields: fields, Length: length, Untyped: true}
}

// newField is a field that a transformation makes.
func newField(name string, kind Kind, values []any) *Field {
	return &Field{Name: name, Kind: kind, Values: values, Memo: &NameMemo{}}
}

// At is a value, absent beyond the field's end.
func (f *Field) At(row int) any {
	if row < len(f.Values) {
		return f.Values[row]
	}
	return Undefined{}
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
	case Undefined:
		return nil
	case []any:
		for i, e := range v {
			v[i] = present(e)
		}
	}
	return v
}

// names lists the fields of frames, for a sentence.
func names(frames []*Frame) string {
	var all []string
	for _, fr := range frames {
		for _, f := range fr.Fields {
			all = append(all, displayName(f, fr, frames))
		}
	}
	return strings.Join(all, ", ")
}
