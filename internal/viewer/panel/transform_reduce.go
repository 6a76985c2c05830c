package panel

import "math"

// reduceFrames is the transformation "reduce": every field becomes a row of its calculations, or,
// in the mode reduceFields, one value.
func reduceFrames(frames []*frame, o props, p *pipeline) ([]*frame, error) {
	p.only("reduce", o, "reducers", "fields", "mode", "includeTimeField", "labelsToFields")
	ids := []string{"max"}
	if o["reducers"] != nil {
		ids = o.texts("reducers")
	}
	ids, err := calcsOf(ids)
	if err != nil || len(ids) == 0 {
		return frames, err
	}
	mode := o.textOr("mode", "seriesToRows")
	match := matcher(func(f *field, _ *frame, _ []*frame) bool { return f.kind != typeTime })
	switch fields := o.child("fields"); {
	case fields != nil:
		if match, err = newMatcher(fields.text("id"), fields["options"]); err != nil {
			return nil, err
		}
	case o.flag("includeTimeField") && mode == "reduceFields":
		match = func(*field, *frame, []*frame) bool { return true }
	}
	if mode == "reduceFields" {
		return reduceToFields(frames, match, ids), nil
	}
	if mode != "seriesToRows" {
		p.notices.add("The mode %q of the transformation %q is not known; it makes a row of each field.", mode, "reduce")
	}
	return reduceToRows(frames, match, ids, o.flag("labelsToFields")), nil
}

func reduceToRows(frames []*frame, match matcher, ids []string, labelled bool) []*frame {
	var keys []string
	if labelled {
		keys = labelKeys(frames)
	}
	var rows []*frame
	for _, fr := range frames {
		fields := []*field{newField("Field", typeString, []any{})}
		for _, key := range keys {
			fields = append(fields, newField(key, typeString, []any{}))
		}
		for _, id := range ids {
			info, _ := reducerInfo(id)
			fields = append(fields, newField(info.title, typeOther, []any{}))
		}
		n := 0
		for _, f := range fr.fields {
			if !match(f, fr, frames) {
				continue
			}
			n++
			name := f.name
			if !labelled {
				name = displayName(f, fr, frames)
			}
			fields[0].values = append(fields[0].values, name)
			for k, key := range keys {
				var v any = absent{}
				if label, ok := f.labels[key]; ok {
					v = label
				}
				fields[1+k].values = append(fields[1+k].values, v)
			}
			for k, id := range ids {
				v := reduceStep(f, id)
				if v == nil {
					v = math.NaN()
				}
				to := fields[1+len(keys)+k]
				to.values = append(to.values, v)
			}
		}
		for _, f := range fields {
			if f.kind == typeOther {
				if k := guessKind(f); k != "" {
					f.kind = k
				}
			}
		}
		row := fr.with(fields)
		row.length = n
		rows = append(rows, row)
	}
	return underEachOther(rows)
}

// labelKeys are the keys of all labels. A field's own are taken in the order of the alphabet.
func labelKeys(frames []*frame) []string {
	var keys []string
	for _, fr := range frames {
		for _, f := range fr.fields {
			own := props{}
			for k := range f.labels {
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
func underEachOther(frames []*frame) []*frame {
	if len(frames) == 0 {
		return nil
	}
	base := frames[0]
	for _, fr := range frames[1:] {
		for i, to := range base.fields {
			for k, f := range fr.fields {
				if i == 0 && k == 0 || to.kind == f.kind && to.name == f.name {
					to.values = append(to.values, f.values...)
				}
			}
		}
	}
	base.name = ""
	base.length = len(base.fields[0].values)
	return []*frame{base}
}

func reduceToFields(frames []*frame, match matcher, ids []string) []*frame {
	var out []*frame
	for _, fr := range frames {
		var fields []*field
		for _, f := range fr.fields {
			if !match(f, fr, frames) {
				continue
			}
			for _, id := range ids {
				c := *f
				c.kind, c.values, c.memo = reducedKind(id, f.kind), []any{reduceStep(f, id)}, &nameMemo{}
				if len(ids) > 1 {
					info, _ := reducerInfo(id)
					// A field that has labels shares them with its copies, so that all of them are
					// called after the last calculation; Grafana does so.
					if c.labels == nil {
						c.labels = map[string]string{}
					}
					c.labels["reducer"] = info.title
				}
				fields = append(fields, &c)
			}
		}
		if len(fields) > 0 {
			reduced := fr.with(fields)
			reduced.length = 1
			out = append(out, reduced)
		}
	}
	return out
}

func reducedKind(id string, from fieldType) fieldType {
	switch id {
	case "allValues", "uniqueValues":
		return typeOther
	case "first", "firstNotNull", "last", "lastNotNull":
		return from
	}
	return typeNumber
}
