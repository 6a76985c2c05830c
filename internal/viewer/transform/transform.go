package transform

import (
	"fmt"
	"maps"
	"slices"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/settings"
)

// Pipeline is what the transformations of one panel share.
type Pipeline struct {
	// Interpolate fills variables into a text. Several values of one variable become {a,b}.
	Interpolate func(string) (string, error)
	Notices     *notice.List
}

// UnsupportedError says in a sentence for the reader why a panel can't be drawn.
type UnsupportedError string

func (e UnsupportedError) Error() string { return string(e) }

func notSupported(format string, args ...any) error {
	return UnsupportedError(fmt.Sprintf(format, args...))
}

// Apply applies transformations to frames, one after the other. It may change the frames that it is given.
func Apply(list []settings.Transformation, frames []*frame.Frame, p *Pipeline) ([]*frame.Frame, error) {
	for _, fr := range frames {
		for _, f := range fr.Fields {
			f.Memo = &frame.NameMemo{}
			f.Labels = maps.Clone(f.Labels) // some transformations change the labels
		}
	}
	for _, t := range list {
		step, known := Find(t.ID)
		switch {
		case !known:
			return nil, notSupported("The transformation %q is not supported.", t.ID)
		case t.Topic != "" && t.Topic != "series":
			return nil, notSupported("The transformation %q of %s is not supported.", t.ID, t.Topic)
		}
		var err error
		if frames, err = apply(t, step, frames, p); err != nil {
			return nil, fmt.Errorf("the transformation %q: %w", t.ID, err)
		}
	}
	for _, fr := range frames {
		fr.Complete()
	}
	return frames, nil
}

// apply runs one transformation on the frames that its filter accepts. The other frames are left as they are. As in
// Grafana, the resulting frames are then put together in the place of the first accepted frame. A frame at the very
// beginning of the list does not count for that.
func apply(t settings.Transformation, step Transformation, before []*frame.Frame, p *Pipeline) ([]*frame.Frame, error) {
	p.noteUnknownOptions(step, t.Options)
	if !filters(t.Filter) {
		return step.run(slices.Clone(before), t.Options, p)
	}
	match, err := frameMatcher(t.Filter)
	if err != nil {
		return nil, err
	}
	var taken, left []*frame.Frame
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
	after, err := step.run(taken, t.Options, p)
	if err != nil {
		return nil, err
	}
	return slices.Insert(after, min(insert, len(after)), left...), nil
}

// filters reports whether there is a filter. As in Grafana a filter without options is none.
func filters(filter settings.Object) bool { return js.Truthy(filter["options"]) }

// frameMatcher returns the function that reports whether a filter accepts a frame.
func frameMatcher(m settings.Object) (func(*frame.Frame) bool, error) {
	switch id := m.Text("id"); id {
	case "byRefId", "byName":
		re, _, err := js.Regexp(m.Text("options"))
		if err != nil {
			return nil, err
		}
		if id == "byName" {
			return func(fr *frame.Frame) bool { return re.MatchString(fr.Name) }, nil
		}
		return func(fr *frame.Frame) bool { return re.MatchString(fr.RefID) }, nil
	case "alwaysMatch":
		return func(*frame.Frame) bool { return true }, nil
	case "neverMatch":
		return func(*frame.Frame) bool { return false }, nil
	case "invertMatch":
		inner, err := frameMatcher(m.Child("options"))
		if err != nil {
			return nil, err
		}
		return func(fr *frame.Frame) bool { return !inner(fr) }, nil
	default:
		return nil, fmt.Errorf("the filter %q is not supported", id)
	}
}

// noteUnknownOptions adds a notice for each option that is set and has no meaning here.
func (p *Pipeline) noteUnknownOptions(t Transformation, options settings.Object) {
	for _, key := range settings.SortedKeys(options) {
		if options[key] != nil && !slices.Contains(t.Options, key) {
			p.Notices.Add("The option %q of the transformation %q is not supported.", key, t.ID)
		}
	}
}

// fill interpolates the text at a key, or the fallback if there is no text.
func (p *Pipeline) fill(o settings.Object, key, fallback string) (string, error) {
	return p.Interpolate(o.TextOr(key, fallback))
}
