package panel

import (
	"fmt"
	"slices"
)

// Func says whether an override reaches a field.
type Func func(f *Field, in *Frame, all []*Frame) bool

// newMatcher builds the matcher with Grafana's id and options.
func newMatcher(id string, options any) (Func, error) {
	text, _ := options.(string)
	m, _ := options.(map[string]any)
	o := Object(m)
	switch id {
	case "byName":
		return byNames([]string{text}), nil
	case "byNames":
		match := byNames(o.Texts("names"))
		if o.Text("mode") == "exclude" {
			return func(f *Field, in *Frame, all []*Frame) bool { return !match(f, in, all) }, nil
		}
		return match, nil
	case "byRegexp":
		return byRegexp(text)
	case "byRegexpOrNames":
		names := byNames(o.Texts("names"))
		re, err := byRegexp(o.Text("pattern"))
		if err != nil {
			return nil, err
		}
		return func(f *Field, in *Frame, all []*Frame) bool { return names(f, in, all) || re(f, in, all) }, nil
	case "byType":
		return byKind(Kind(text)), nil
	case "numeric":
		return byKind(typeNumber), nil
	case "time":
		return byKind(typeTime), nil
	case "byFrameRefID":
		return func(_ *Field, in *Frame, _ []*Frame) bool { return in.RefID == text }, nil
	case "first":
		return func(f *Field, in *Frame, _ []*Frame) bool { return f == in.Fields[0] }, nil
	case "firstTimeField":
		return func(f *Field, in *Frame, _ []*Frame) bool { return f == in.FirstOf(typeTime) }, nil
	case "alwaysMatch":
		return func(*Field, *Frame, []*Frame) bool { return true }, nil
	case "neverMatch":
		return func(*Field, *Frame, []*Frame) bool { return false }, nil
	case "byValue":
		return byReducedValue(o)
	case "anyMatch", "allMatch", "invertMatch":
		return combined(id, options)
	}
	return nil, fmt.Errorf("the matcher %q is not supported", id)
}

func byKind(kind Kind) Func {
	return func(f *Field, _ *Frame, _ []*Frame) bool { return f.Kind == kind }
}

func byNames(names []string) Func {
	return func(f *Field, in *Frame, all []*Frame) bool {
		return slices.Contains(names, f.Name) || slices.Contains(names, displayName(f, in, all)) || laxName(f, in, names)
	}
}

// laxName lets old names stand for fields that are called otherwise today: "Value" for a series
// that has its metric's name, "Time" for any time field of a frame that no query typed.
func laxName(f *Field, in *Frame, names []string) bool {
	if slices.Contains(names, valueFieldName) {
		return f.Labels["__name__"] == f.Name && f.Labels["__name__"] != ""
	}
	return in.Untyped && f.Kind == typeTime && (slices.Contains(names, "Time") || slices.Contains(names, "time"))
}

// byRegexp goes by the display name; an empty pattern matches nothing.
func byRegexp(pattern string) (Func, error) {
	if pattern == "" {
		return func(*Field, *Frame, []*Frame) bool { return false }, nil
	}
	re, _, err := jsRegexp(pattern)
	if err != nil {
		return nil, err
	}
	return func(f *Field, in *Frame, all []*Frame) bool { return re.MatchString(displayName(f, in, all)) }, nil
}

func byReducedValue(o Object) (Func, error) {
	id, op, want := o.Text("reducer"), o.TextOr("op", "eq"), o["value"]
	if id == "" {
		return func(*Field, *Frame, []*Frame) bool { return false }, nil
	}
	if _, known := reducerInfo(reducerID(id)); !known {
		return nil, unknownCalc(id)
	}
	return func(f *Field, _ *Frame, _ []*Frame) bool {
		got, _ := reduceField(f, id)
		if id == "allIsNull" || id == "allIsZero" {
			return truthy(got)
		}
		return compare(got, op, want)
	}, nil
}

// compare is Grafana's comparison of a reduced value; null equals only null.
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
	x, y := toNumber(a), toNumber(b)
	s, sText := a.(string)
	t, tText := b.(string)
	switch op {
	case "eq":
		return toText(a) == toText(b)
	case "neq":
		return toText(a) != toText(b)
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

func combined(id string, options any) (Func, error) {
	list, ok := options.([]any)
	if !ok {
		list = []any{options}
	}
	var parts []Func
	for _, entry := range list {
		m, _ := entry.(map[string]any)
		part, err := newMatcher(Object(m).Text("id"), m["options"])
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return func(f *Field, in *Frame, all []*Frame) bool {
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
