package panel

// joinByField makes one frame of several, by the values of a field that they share.
func joinByField(frames []*frame, o props, p *pipeline) ([]*frame, error) {
	p.only("joinByField", o, "byField", "mode")
	name, err := p.fill(o, "byField", "")
	if err != nil {
		return nil, err
	}
	var by matcher
	if o.text("byField") != "" {
		by = byNames([]string{name})
	}
	return joinFrames(frames, by, o.textOr("mode", "outer"), p), nil
}

// joinFrames joins frames by the field that matches, or, where by is nil, by their times.
func joinFrames(frames []*frame, by matcher, mode string, p *pipeline) []*frame {
	if len(frames) < 2 {
		return frames
	}
	if by == nil {
		by = joinField(frames)
	}
	var fields []*field
	var tables []table
	for _, fr := range frames {
		key, rest := splitJoin(fr, by, frames)
		if key == nil {
			continue
		}
		if len(fields) == 0 {
			fields = append(fields, key)
		}
		t := table{keys: key.values, first: len(fields)}
		for _, f := range rest {
			f.memo.name = ""
			t.columns = append(t.columns, f.values)
			fields = append(fields, f)
		}
		tables = append(tables, t)
	}
	var joined [][]any
	switch mode {
	case "outerTabular":
		joined = joinTabular(tables, len(fields))
	case "inner":
		joined = joinInner(tables)
	default:
		if mode != "outer" {
			p.notices.add("The join mode %q is not known; the rows are joined as outer.", mode)
		}
		joined = joinOuter(tables)
	}
	out := make([]*field, len(fields))
	for i, f := range fields {
		c := *f
		c.values = joined[i]
		out[i] = &c
	}
	length := 0
	if len(joined) > 0 && len(fields) > 0 {
		length = len(joined[0])
	}
	return []*frame{made(out, length)}
}

// table is one frame to join; first is the place of its first column among all fields.
type table struct {
	keys    []any
	columns [][]any
	first   int
}

// joinField is the field that frames are joined by where none is named: the first time. Without
// times Grafana finds none at all.
func joinField(frames []*frame) matcher {
	timed := frames[0].firstOf(typeTime) != nil
	return func(f *field, in *frame, _ []*frame) bool { return timed && f == in.firstOf(typeTime) }
}

// splitJoin finds the key of a frame and gives its other fields, which take over the frame's name.
func splitJoin(fr *frame, by matcher, all []*frame) (key *field, rest []*field) {
	for _, f := range fr.fields {
		if key == nil && by(f, fr, all) {
			key = f
			continue
		}
		c := *f
		c.labels = map[string]string{}
		for k, v := range f.labels {
			c.labels[k] = v
		}
		if fr.name != "" {
			if f.name == valueFieldName {
				c.name = fr.name
			} else if _, named := c.labels["name"]; !named {
				c.labels["name"] = fr.name
			}
		}
		rest = append(rest, &c)
	}
	return key, rest
}
