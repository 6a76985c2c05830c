package matcher

import (
	"fmt"
	"slices"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/reducer"
	"macrowatch/internal/viewer/settings"
)

// Func reports whether a field is meant. The argument `in` is the field's frame, and `all` has the frames of the panel.
type Func func(f *frame.Field, in *frame.Frame, all []*frame.Frame) bool

// New returns the matcher with an id of Grafana's, for example "byName", and its options.
func New(id string, options any) (Func, error) {
	text, _ := options.(string)
	m, _ := options.(map[string]any)
	o := settings.Object(m)
	switch id {
	case "byName":
		return ByNames([]string{text}), nil
	case "byNames":
		match := ByNames(o.Texts("names"))
		if o.Text("mode") == "exclude" {
			return func(f *frame.Field, in *frame.Frame, all []*frame.Frame) bool { return !match(f, in, all) }, nil
		}
		return match, nil
	case "byRegexp":
		return ByRegexp(text)
	case "byRegexpOrNames":
		names := ByNames(o.Texts("names"))
		re, err := ByRegexp(o.Text("pattern"))
		if err != nil {
			return nil, err
		}
		return func(f *frame.Field, in *frame.Frame, all []*frame.Frame) bool {
			return names(f, in, all) || re(f, in, all)
		}, nil
	case "byType":
		return ByKind(frame.Kind(text)), nil
	case "numeric":
		return ByKind(frame.Number), nil
	case "time":
		return ByKind(frame.Time), nil
	case "byFrameRefID":
		return func(_ *frame.Field, in *frame.Frame, _ []*frame.Frame) bool { return in.RefID == text }, nil
	case "first":
		return func(f *frame.Field, in *frame.Frame, _ []*frame.Frame) bool { return f == in.Fields[0] }, nil
	case "firstTimeField":
		return func(f *frame.Field, in *frame.Frame, _ []*frame.Frame) bool { return f == in.FirstOf(frame.Time) }, nil
	case "alwaysMatch":
		return func(*frame.Field, *frame.Frame, []*frame.Frame) bool { return true }, nil
	case "neverMatch":
		return func(*frame.Field, *frame.Frame, []*frame.Frame) bool { return false }, nil
	case "byValue":
		return byReducedValue(o)
	case "anyMatch", "allMatch", "invertMatch":
		return combined(id, options)
	}
	return nil, fmt.Errorf("the matcher %q is not supported", id)
}

// ByKind matches the fields of a kind.
func ByKind(kind frame.Kind) Func {
	return func(f *frame.Field, _ *frame.Frame, _ []*frame.Frame) bool { return f.Kind == kind }
}

// ByNames matches the fields with one of several names or display names.
func ByNames(names []string) Func {
	return func(f *frame.Field, in *frame.Frame, all []*frame.Frame) bool {
		return slices.Contains(names, f.Name) || slices.Contains(names, frame.DisplayName(f, in, all)) || laxName(f, in, names)
	}
}

// laxName accepts two names that fields had in older versions of Grafana. "Value" means a series that is named after its
// metric. "Time" means any time field of a frame that a transformation made.
func laxName(f *frame.Field, in *frame.Frame, names []string) bool {
	if slices.Contains(names, frame.ValueFieldName) {
		return f.Labels["__name__"] == f.Name && f.Labels["__name__"] != ""
	}
	return in.Untyped && f.Kind == frame.Time && (slices.Contains(names, "Time") || slices.Contains(names, "time"))
}

// ByRegexp matches the fields whose display name fits a pattern. An empty pattern matches nothing.
func ByRegexp(pattern string) (Func, error) {
	if pattern == "" {
		return func(*frame.Field, *frame.Frame, []*frame.Frame) bool { return false }, nil
	}
	re, _, err := js.Regexp(pattern)
	if err != nil {
		return nil, err
	}
	return func(f *frame.Field, in *frame.Frame, all []*frame.Frame) bool {
		return re.MatchString(frame.DisplayName(f, in, all))
	}, nil
}

// byReducedValue matches the fields whose reduced value compares with a given one.
func byReducedValue(o settings.Object) (Func, error) {
	id, op, want := o.Text("reducer"), o.TextOr("op", "eq"), o["value"]
	if id == "" {
		return func(*frame.Field, *frame.Frame, []*frame.Frame) bool { return false }, nil
	}
	if _, known := reducer.Lookup(reducer.CurrentName(id)); !known {
		return nil, reducer.Unknown(id)
	}
	return func(f *frame.Field, _ *frame.Frame, _ []*frame.Frame) bool {
		got, _ := reducer.Reduce(f, id)
		if id == "allIsNull" || id == "allIsZero" {
			return js.Truthy(got)
		}
		return compare(got, op, want)
	}, nil
}

// compare compares a reduced value as Grafana does. Null equals null only.
func compare(a any, op string, b any) bool {
	if a == nil || b == nil {
		if a == nil {
			a = "null"
		}
		if b == nil {
			b = "null"
		}
		if op == "gte" || op == "lte" {
			op = "eq"
		}
	}
	x, y := js.Number(a), js.Number(b)
	s, sText := a.(string)
	t, tText := b.(string)
	switch op {
	case "eq":
		return js.Text(a) == js.Text(b)
	case "neq":
		return js.Text(a) != js.Text(b)
	case "gt":
		return sText && tText && s > t || !(sText && tText) && x > y
	case "gte":
		return sText && tText && s >= t || !(sText && tText) && x >= y
	case "lt":
		return sText && tText && s < t || !(sText && tText) && x < y
	case "lte":
		return sText && tText && s <= t || !(sText && tText) && x <= y
	}
	return false
}

// combined matches the fields that any of several matchers match, or that all of them match, or that one
// matcher does not match.
func combined(id string, options any) (Func, error) {
	list, ok := options.([]any)
	if !ok {
		list = []any{options}
	}
	var parts []Func
	for _, entry := range list {
		m, _ := entry.(map[string]any)
		part, err := New(settings.Object(m).Text("id"), m["options"])
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return func(f *frame.Field, in *frame.Frame, all []*frame.Frame) bool {
		for _, p := range parts {
			switch hit := p(f, in, all); {
			case id == "invertMatch":
				return !hit
			case id == "anyMatch" && hit:
				return true
			case id == "allMatch" && !hit:
				return false
			}
		}
		return id == "allMatch"
	}, nil
}
