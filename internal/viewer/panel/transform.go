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

// pipeline is what the transformations of one panel share.
type pipeline struct {
	// interpolate fills variables into a text as Grafana's transformations do: several values
	// become {a,b}.
	interpolate func(string) (string, error)
	notices     *notices
}

// unsupportedError says that a panel can't be drawn as it is meant.
type unsupportedError string

func (e unsupportedError) Error() string { return string(e) }

func notSupported(format string, args ...any) error {
	return unsupportedError(fmt.Sprintf(format, args...))
}

// step computes what a transformation makes of frames. It may change what it is given.
type step func(frames []*frame, o props, p *pipeline) ([]*frame, error)

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
func (j *job) transform() error {
	if len(j.panel.transformations) == 0 {
		return nil
	}
	p := &pipeline{notices: j.notices, interpolate: func(s string) (string, error) {
		return macro.InterpolateAs(s, "glob", j.macros)
	}}
	frames, err := transformFrames(j.panel.transformations, j.frames, p)
	if err != nil {
		return err
	}
	j.frames = frames
	return nil
}

func transformFrames(list []transformation, frames []*frame, p *pipeline) ([]*frame, error) {
	for _, fr := range frames {
		for _, f := range fr.fields {
			f.memo = &nameMemo{}
			f.labels = maps.Clone(f.labels) // some transformations change them
		}
	}
	for _, t := range list {
		run, known := stepFor(t.id)
		switch {
		case !known:
			return nil, notSupported("The transformation %q is not supported.", t.id)
		case t.topic != "" && t.topic != "series":
			return nil, notSupported("The transformation %q of %s is not supported.", t.id, t.topic)
		}
		var err error
		if frames, err = t.apply(run, frames, p); err != nil {
			return nil, fmt.Errorf("the transformation %q: %w", t.id, err)
		}
	}
	for _, fr := range frames {
		fr.settle()
	}
	return frames, nil
}

// apply runs one step on the frames that its filter takes; the others stay, together, where the
// first of them that is not the very first was.
func (t transformation) apply(run step, before []*frame, p *pipeline) ([]*frame, error) {
	if !filters(t.filter) {
		return run(slices.Clone(before), t.options, p)
	}
	match, err := frameMatcher(t.filter)
	if err != nil {
		return nil, err
	}
	var taken, left []*frame
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
	after, err := run(taken, t.options, p)
	if err != nil {
		return nil, err
	}
	return slices.Insert(after, min(insert, len(after)), left...), nil
}

// filters reports whether there is a filter: Grafana takes one without options for none.
func filters(filter props) bool { return truthy(filter["options"]) }

func frameMatcher(m props) (func(*frame) bool, error) {
	switch id := m.text("id"); id {
	case "byRefId", "byName":
		re, _, err := jsRegexp(m.text("options"))
		if err != nil {
			return nil, err
		}
		if id == "byName" {
			return func(fr *frame) bool { return re.MatchString(fr.name) }, nil
		}
		return func(fr *frame) bool { return re.MatchString(fr.refID) }, nil
	case "alwaysMatch":
		return func(*frame) bool { return true }, nil
	case "neverMatch":
		return func(*frame) bool { return false }, nil
	case "invertMatch":
		inner, err := frameMatcher(m.child("options"))
		if err != nil {
			return nil, err
		}
		return func(fr *frame) bool { return !inner(fr) }, nil
	default:
		return nil, fmt.Errorf("the filter %q is not supported", id)
	}
}

// only says which of a transformation's options have no meaning here.
func (p *pipeline) only(id string, o props, known ...string) {
	for _, key := range sortedKeys(o) {
		if o[key] != nil && !slices.Contains(known, key) {
			p.notices.add("The option %q of the transformation %q is not supported.", key, id)
		}
	}
}

// fill interpolates the text at a key, or the fallback where there is none.
func (p *pipeline) fill(o props, key, fallback string) (string, error) {
	return p.interpolate(o.textOr(key, fallback))
}

// with is the frame with other fields.
func (fr *frame) with(fields []*field) *frame {
	c := *fr
	c.fields = fields
	return &c
}

// made is a frame that knows nothing of the query it comes from.
func made(fields []*field, length int) *frame {
	return &frame{fields: fields, length: length, untyped: true}
}

// newField is a field that a transformation makes.
func newField(name string, kind fieldType, values []any) *field {
	return &field{name: name, kind: kind, values: values, memo: &nameMemo{}}
}

// at is a value, absent beyond the field's end.
func (f *field) at(row int) any {
	if row < len(f.values) {
		return f.values[row]
	}
	return absent{}
}

// settle makes a transformed frame one like any other: every field is as long as the frame, and
// what is not there is null.
func (fr *frame) settle() {
	for _, f := range fr.fields {
		for len(f.values) < fr.length {
			f.values = append(f.values, nil)
		}
		f.values = f.values[:fr.length]
		for i, v := range f.values {
			f.values[i] = present(v)
		}
	}
}

// present makes null of what is absent, in lists too.
func present(v any) any {
	switch v := v.(type) {
	case absent:
		return nil
	case []any:
		for i, e := range v {
			v[i] = present(e)
		}
	}
	return v
}

// names lists the fields of frames, for a sentence.
func names(frames []*frame) string {
	var all []string
	for _, fr := range frames {
		for _, f := range fr.fields {
			all = append(all, displayName(f, fr, frames))
		}
	}
	return strings.Join(all, ", ")
}
