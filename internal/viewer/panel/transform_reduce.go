package panel

import "math"

// reduceFrames is the transformation "reduce": every field becomes a row of its calculations, or,
// in the mode reduceFields, one value.
func reduceFrames(frames []*Frame, o Object, p *Pipeline) ([]*Frame, error) {
	p.noteUnknownOptions("reduce", o, "reducers", "fields", "mode", "includeTimeField", "labelsToFields")
	ids := []string{"max"}
	if o["reducers"] != nil {
		ids = o.Texts("reducers")
	}
	ids, err := calcsOf(ids)
	if err != nil || len(ids) == 0 {
		return frames, err
	}
	mode := o.TextOr("mode", "seriesToRows")
	match := Func(func(f *Field, _ *Frame, _ []*Frame) bool { return f.Kind != typeTime })
	switch fields := o.Child("fields"); {
	case fields != nil:
		if match, err = newMatcher(fields.Text("id"), fields["options"]); err != nil {
			return nil, err
		}
	case o.Flag("includeTimeField") && mode == "reduceFields":
		match = func(*Field, *Frame, []*Frame) bool { return true }
	}
	if mode == "reduceFields" {
		return reduceToFields(frames, match, ids), nil
	}
	if mode != "seriesToRows" {
		p.Notices.Add("The mode %q of the transformation %q is not known; it makes a row of each field.", mode, "reduce")
	}
	return reduceToRows(frames, match, ids, o.Flag("labelsToFields")), nil
}

func reduceToRows(frames []*Frame, match Func, ids []string, labelled bool) []*Frame {
	var keys []string
	if labelled {
		keys = labelKeys(frames)
	}
	var rows []*Frame
	for _, fr := range frames {
		fields := []*Field{newField("Field", typeString, []any{})}
		for _, key := range keys {
			fields = append(fields, newField(key, typeString, []any{}))
		}
		for _, id := range ids {
			info, _ := reducerInfo(id)
			fields = append(fields, newField(info.Title, typeOther, []any{}))
		}
		n := 0
		for _, f := range fr.Fields {
			if !match(f, fr, frames) {
				continue
			}
			n++
			name := f.Name
			if !labelled {
				name = displayName(f, fr, frames)
			}
			fields[0].Values = append(fields[0].Values, name)
			for k, key := range keys {
				var v any = Undefined{}
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
			if f.Kind == typeOther {
				if k := guessKind(f); k != "" {
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

// labelKeys are the keys of all labels. A field's own are taken in the order of the alphabet.
func labelKeys(frames []*Frame) []string {
	var keys []string
	for _, fr := range frames {
		for _, f := range fr.Fields {
			own := Object{}
			for k := range f.Labels {
				own[k] = true
			}
			for _, k := range sortedKeys(own) {
				if !contains(keys, k) {
					keys = append(keys, k)
				}
			}
		}
	}
	return keys
}

// underEachOther appends the reduced rows of further frames to those of the first: to the first
// field the first, to the others those of the same name and kind.
func underEachOther(frames []*Frame) []*Frame {
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
	return []*Frame{base}
}

func reduceToFields(frames []*Frame, match Func, ids []string) []*Frame {
	var out []*Frame
	for _, fr := range frames {
		var fields []*Field
		for _, f := range fr.Fields {
			if !match(f, fr, frames) {
				continue
			}
			for _, id := range ids {
				c := *f
				c.Kind, c.Values, c.Memo = reducedKind(id, f.Kind), []any{reduceStep(f, id)}, &NameMemo{}
				if len(ids) > 1 {
					info, _ := reducerInfo(id)
					// A field that has labels shares them with its copies, so that all of them are
					// called after the last calculation; Grafana does so.
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

func reducedKind(id string, from Kind) Kind {
	switch id {
	case "allValues", "uniqueValues":
		return typeOther
	case "first", "firstNotNull", "last", "lastNotNull":
		return from
	}
	return typeNumber
}
