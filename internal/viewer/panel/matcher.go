package panel

import (
	"fmt"
	"slices"
)

// matcher says whether an override reaches a field.
type matcher func(f *field, in *frame, all []*frame) bool

// newMatcher builds the matcher with Grafana's id and options.
func newMatcher(id string, options any) (matcher, error) {
	text, _ := options.(string)
	m, _ := options.(map[string]any)
	o := props(m)
	switch id {
	case "byName":
		return byNames([]string{text}), nil
	case "byNames":
		match := byNames(o.texts("names"))
		if o.text("mode") == "exclude" {
			return func(f *field, in *frame, all []*frame) bool { return !match(f, in, all) }, nil
		}
		return match, nil
	case "byRegexp":
		return byRegexp(text)
	case "byRegexpOrNames":
		names := byNames(o.texts("names"))
		re, err := byRegexp(o.text("pattern"))
		if err != nil {
			return nil, err
		}
		return func(f *field, in *frame, all []*frame) bool { return names(f, in, all) || re(f, in, all) }, nil
	case "byType":
		return byKind(fieldType(text)), nil
	case "numeric":
		return byKind(typeNumber), nil
	case "time":
		return byKind(typeTime), nil
	case "byFrameRefID":
		return func(_ *field, in *frame, _ []*frame) bool { return in.refID == text }, nil
	case "first":
		return func(f *field, in *frame, _ []*frame) bool { return f == in.fields[0] }, nil
	case "firstTimeField":
		return func(f *field, in *frame, _ []*frame) bool { return f == in.firstOf(typeTime) }, nil
	case "alwaysMatch":
		return func(*field, *frame, []*frame) bool { return true }, nil
	case "neverMatch":
		return func(*field, *frame, []*frame) bool { return false }, nil
	case "byValue":
		return byReducedValue(o)
	case "anyMatch", "allMatch", "invertMatch":
		return combined(id, options)
	}
	return nil, fmt.Errorf("the matcher %q is not supported", id)
}

func byKind(kind fieldType) matcher {
	return func(f *field, _ *frame, _ []*frame) bool { return f.kind == kind }
}

func byNames(names []string) matcher {
	return func(f *field, in *frame, all []*frame) bool {
		return slices.Contains(names, f.name) || slices.Contains(names, displayName(f, in, all)) || laxName(f, in, names)
	}
}

// laxName lets old names stand for fields that are called otherwise today: "Value" for a series
// that has its metric's name, "Time" for any time field of a frame that no query typed.
func laxName(f *field, in *frame, names []string) bool {
	if slices.Contains(names, valueFieldName) {
		return f.labels["__name__"] == f.name && f.labels["__name__"] != ""
	}
	return in.untyped && f.kind == typeTime && (slices.Contains(names, "Time") || slices.Contains(names, "time"))
}

// byRegexp goes by the display name; an empty pattern matches nothing.
func byRegexp(pattern string) (matcher, error) {
	if pattern == "" {
		return func(*field, *frame, []*frame) bool { return false }, nil
	}
	re, _, err := jsRegexp(pattern)
	if err != nil {
		return nil, err
	}
	return func(f *field, in *frame, all []*frame) bool { return re.MatchString(displayName(f, in, all)) }, nil
}

func byReducedValue(o props) (matcher, error) {
	id, op, want := o.text("reducer"), o.textOr("op", "eq"), o["value"]
	if id == "" {
		return func(*field, *frame, []*frame) bool { return false }, nil
	}
	if _, known := reducerInfo(reducerID(id)); !known {
		return nil, unknownCalc(id)
	}
	return func(f *field, _ *frame, _ []*frame) bool {
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

func combined(id string, options any) (matcher, error) {
	list, ok := options.([]any)
	if !ok {
		list = []any{options}
	}
	var parts []matcher
	for _, entry := range list {
		m, _ := entry.(map[string]any)
		part, err := newMatcher(props(m).text("id"), m["options"])
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return func(f *field, in *frame, all []*frame) bool {
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
