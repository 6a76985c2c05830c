package transform

import (
	"math"
	"sort"
	"strings"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/matcher"
	"macrowatch/internal/viewer/settings"
)

// filterFieldsByName keeps the fields that are included and not excluded. A frame that keeps no field is dropped.
func filterFieldsByName() Transformation {
	return Transformation{ID: "filterFieldsByName", run: runFilterFieldsByName, Options: []string{"include", "exclude", "byVariable"},
		Supports: "include and exclude by names, by pattern, by a variable",
		Outline: func(o settings.Object, before Columns) Outline {
			include := o.Child("include")
			out := Outline{Columns: include.Texts("names"), After: before}
			if include.Text("pattern") == "" && len(out.Columns) > 0 {
				out.After.Names = out.Columns
			}
			return out
		}}
}

func runFilterFieldsByName(frames []*frame.Frame, o settings.Object, p *Pipeline) ([]*frame.Frame, error) {
	include, err := namesMatcher(o.Child("include"), o.Flag("byVariable"), p)
	if err != nil {
		return nil, err
	}
	exclude, err := namesMatcher(o.Child("exclude"), o.Flag("byVariable"), p)
	if err != nil {
		return nil, err
	}
	return filterFields(frames, include, exclude), nil
}

// filterFields keeps the fields that include matches and exclude does not. A nil matcher has no effect.
func filterFields(frames []*frame.Frame, include, exclude matcher.Func) []*frame.Frame {
	if include == nil && exclude == nil {
		return frames
	}
	var out []*frame.Frame
	for _, fr := range frames {
		var kept []*frame.Field
		for _, f := range fr.Fields {
			if exclude != nil && exclude(f, fr, frames) || include != nil && !include(f, fr, frames) {
				continue
			}
			kept = append(kept, f)
		}
		if len(kept) > 0 {
			out = append(out, fr.WithFields(kept))
		}
	}
	return out
}

// namesMatcher reads which fields are meant: by names, by a pattern, or by a variable that holds names. It returns nil if
// the options name none.
func namesMatcher(o settings.Object, byVariable bool, p *Pipeline) (matcher.Func, error) {
	if o == nil {
		return nil, nil
	}
	if v := o.Text("variable"); byVariable && v != "" {
		list, err := p.Interpolate(v)
		if err != nil {
			return nil, err
		}
		if open := strings.Index(list, "{"); open >= 0 && strings.Contains(list[open:], "}") {
			list = list[1 : len(list)-1]
		}
		return matcher.ByNames(strings.Split(list, ",")), nil
	}
	listed, pattern := o.Texts("names"), o.Text("pattern")
	if pattern == "" {
		if len(listed) == 0 {
			return nil, nil
		}
		return matcher.ByNames(listed), nil
	}
	pattern, err := p.Interpolate(pattern)
	if err != nil {
		return nil, err
	}
	match, err := matcher.ByRegexp(pattern)
	if err != nil || len(listed) == 0 {
		return match, err
	}
	named := matcher.ByNames(listed)
	return func(f *frame.Field, in *frame.Frame, all []*frame.Frame) bool {
		return named(f, in, all) || match(f, in, all)
	}, nil
}

// organize leaves fields out, puts the others in an order and renames them.
func organize() Transformation {
	return Transformation{ID: "organize", run: runOrganize, Options: []string{"excludeByName", "indexByName", "renameByName", "includeByName"},
		Supports: "exclude, include, order and rename by name", Outline: outlineOfOrganize}
}

func outlineOfOrganize(o settings.Object, before Columns) Outline {
	excluded, renamed := o.Child("excludeByName"), o.Child("renameByName")
	out := Outline{Columns: keys(excluded, renamed, o.Child("indexByName")), After: Columns{Open: before.Open}}
	for _, name := range before.Names {
		if !excluded.Flag(name) {
			out.After.Names = append(out.After.Names, renamed.TextOr(name, name))
		}
	}
	return out
}

func runOrganize(frames []*frame.Frame, o settings.Object, p *Pipeline) ([]*frame.Frame, error) {
	var include, exclude matcher.Func
	if listed := trueKeys(o.Child("includeByName")); len(listed) > 0 {
		include = matcher.ByNames(listed)
	}
	if listed := trueKeys(o.Child("excludeByName")); len(listed) > 0 {
		exclude = matcher.ByNames(listed)
	}
	frames = filterFields(frames, include, exclude)
	return renameFields(orderFields(frames, o.Child("indexByName")), o.Child("renameByName")), nil
}

// trueKeys are the keys whose values are true in JavaScript's sense.
func trueKeys(o settings.Object) []string {
	var out []string
	for _, k := range settings.SortedKeys(o) {
		if js.Truthy(o[k]) {
			out = append(out, k)
		}
	}
	return out
}

// orderFields sorts the fields by the places that index gives their display names. Fields without a place come last.
func orderFields(frames []*frame.Frame, index settings.Object) []*frame.Frame {
	if len(index) == 0 {
		return frames
	}
	out := make([]*frame.Frame, len(frames))
	for i, fr := range frames {
		place := map[*frame.Field]float64{}
		for _, f := range fr.Fields {
			place[f] = math.MaxFloat64
			if n, ok := index[frame.DisplayName(f, fr, frames)].(float64); ok && n == math.Trunc(n) {
				place[f] = n
			}
		}
		sorted := append([]*frame.Field(nil), fr.Fields...)
		sort.SliceStable(sorted, func(a, b int) bool { return place[sorted[a]] < place[sorted[b]] })
		out[i] = fr.WithFields(sorted)
	}
	return out
}

// renameFields gives fields display names. They keep their own names, by which overrides still find them.
func renameFields(frames []*frame.Frame, to settings.Object) []*frame.Frame {
	if len(to) == 0 {
		return frames
	}
	out := make([]*frame.Frame, len(frames))
	for i, fr := range frames {
		fields := make([]*frame.Field, len(fr.Fields))
		for k, f := range fr.Fields {
			name := to.Text(frame.DisplayName(f, fr, nil))
			if name == "" {
				fields[k] = f
				continue
			}
			c := *f
			c.DataSettings = f.DataSettings.Over(settings.Object{})
			c.DataSettings["displayName"] = name
			c.Memo = &frame.NameMemo{Name: name, Multi: f.Memo.Multi}
			fields[k] = &c
		}
		out[i] = fr.WithFields(fields)
	}
	return out
}
