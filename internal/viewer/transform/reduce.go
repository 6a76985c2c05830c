package transform

import (
	"math"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/matcher"
	"macrowatch/internal/viewer/reducer"
	"macrowatch/internal/viewer/settings"
)

// reduce makes a row of every field, with the results of the calculations that the options name. In the mode
// reduceFields every field keeps its place and is reduced to one value.
func reduce() Transformation {
	return Transformation{ID: "reduce", run: runReduce,
		Options:  []string{"reducers", "fields", "mode", "includeTimeField", "labelsToFields"},
		Supports: "rows and fields, `labelsToFields`, `includeTimeField`, a matcher of fields, all reductions",
		Outline:  func(_ settings.Object, before Columns) Outline { return Outline{After: before.opened()} }}
}

func runReduce(frames []*frame.Frame, o settings.Object, p *Pipeline) ([]*frame.Frame, error) {
	ids := []string{"max"}
	if o["reducers"] != nil {
		ids = o.Texts("reducers")
	}
	ids, err := calcsOf(ids)
	if err != nil || len(ids) == 0 {
		return frames, err
	}
	mode := o.TextOr("mode", "seriesToRows")
	match := matcher.Func(func(f *frame.Field, _ *frame.Frame, _ []*frame.Frame) bool { return f.Kind != frame.Time })
	switch fields := o.Child("fields"); {
	case fields != nil:
		if match, err = matcher.New(fields.Text("id"), fields["options"]); err != nil {
			return nil, err
		}
	case o.Flag("includeTimeField") && mode == "reduceFields":
		match = func(*frame.Field, *frame.Frame, []*frame.Frame) bool { return true }
	}
	if mode == "reduceFields" {
		return reduceToFields(frames, match, ids), nil
	}
	if mode != "seriesToRows" {
		p.Notices.Add("The mode %q of the transformation %q is not known; it makes a row of each field.", mode, "reduce")
	}
	return reduceToRows(frames, match, ids, o.Flag("labelsToFields")), nil
}

// reduceToRows makes a row of every field.
func reduceToRows(frames []*frame.Frame, match matcher.Func, ids []string, labelled bool) []*frame.Frame {
	var keys []string
	if labelled {
		keys = labelKeys(frames)
	}
	var rows []*frame.Frame
	for _, fr := range frames {
		fields := []*frame.Field{frame.NewField("Field", frame.String, []any{})}
		for _, key := range keys {
			fields = append(fields, frame.NewField(key, frame.String, []any{}))
		}
		for _, id := range ids {
			info, _ := reducer.Lookup(id)
			fields = append(fields, frame.NewField(info.Title, frame.Other, []any{}))
		}
		n := 0
		for _, f := range fr.Fields {
			if !match(f, fr, frames) {
				continue
			}
			n++
			name := f.Name
			if !labelled {
				name = frame.DisplayName(f, fr, frames)
			}
			fields[0].Values = append(fields[0].Values, name)
			for k, key := range keys {
				var v any = js.Undefined{}
				if label, ok := f.Labels[key]; ok {
					v = label
				}
				fields[1+k].Values = append(fields[1+k].Values, v)
			}
			for k, id := range ids {
				v := reduceStep(f, id)
				if v == nil {
					v = math.NaN()
				}
				to := fields[1+len(keys)+k]
				to.Values = append(to.Values, v)
			}
		}
		for _, f := range fields {
			if f.Kind == frame.Other {
				if k := frame.GuessKind(f); k != "" {
					f.Kind = k
				}
			}
		}
		row := fr.WithFields(fields)
		row.Length = n
		rows = append(rows, row)
	}
	return underEachOther(rows)
}

// labelKeys are the keys of all labels, each once. The keys of one field are in alphabetical order.
func labelKeys(frames []*frame.Frame) []string {
	var keys []string
	for _, fr := range frames {
		for _, f := range fr.Fields {
			own := settings.Object{}
			for k := range f.Labels {
				own[k] = true
			}
			for _, k := range settings.SortedKeys(own) {
				if !settings.Contains(keys, k) {
					keys = append(keys, k)
				}
			}
		}
	}
	return keys
}

// underEachOther appends the rows of the other frames to the rows of the first frame. The first field gets the values of
// the other frames' first fields. Every other field gets the values of the fields with its name and kind.
func underEachOther(frames []*frame.Frame) []*frame.Frame {
	if len(frames) == 0 {
		return nil
	}
	base := frames[0]
	for _, fr := range frames[1:] {
		for i, to := range base.Fields {
			for k, f := range fr.Fields {
				if i == 0 && k == 0 || to.Kind == f.Kind && to.Name == f.Name {
					to.Values = append(to.Values, f.Values...)
				}
			}
		}
	}
	base.Name = ""
	base.Length = len(base.Fields[0].Values)
	return []*frame.Frame{base}
}

// reduceToFields reduces every field to one value.
func reduceToFields(frames []*frame.Frame, match matcher.Func, ids []string) []*frame.Frame {
	var out []*frame.Frame
	for _, fr := range frames {
		var fields []*frame.Field
		for _, f := range fr.Fields {
			if !match(f, fr, frames) {
				continue
			}
			for _, id := range ids {
				c := *f
				c.Kind, c.Values, c.Memo = reducedKind(id, f.Kind), []any{reduceStep(f, id)}, &frame.NameMemo{}
				if len(ids) > 1 {
					info, _ := reducer.Lookup(id)
					// As in Grafana a field that has labels shares them with its copies, so all the copies
					// are named after the last calculation.
					if c.Labels == nil {
						c.Labels = map[string]string{}
					}
					c.Labels["reducer"] = info.Title
				}
				fields = append(fields, &c)
			}
		}
		if len(fields) > 0 {
			reduced := fr.WithFields(fields)
			reduced.Length = 1
			out = append(out, reduced)
		}
	}
	return out
}

// reducedKind is the kind of a field after a reducer.
func reducedKind(id string, from frame.Kind) frame.Kind {
	switch id {
	case "allValues", "uniqueValues":
		return frame.Other
	case "first", "firstNotNull", "last", "lastNotNull":
		return from
	}
	return frame.Number
}
