package transform

import (
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/matcher"
	"macrowatch/internal/viewer/settings"
)

// joinByField makes one frame of several, by the values of a field that they share.
func joinByField() Transformation {
	return Transformation{ID: "joinByField", FormerIDs: []string{"seriesToColumns"}, run: runJoinByField, Options: []string{"byField", "mode"},
		Supports: "outer, inner, outerTabular; also under its old name seriesToColumns",
		Outline: func(o settings.Object, before Columns) Outline {
			return Outline{Columns: []string{o.Text("byField")}, After: before.opened()}
		}}
}

func runJoinByField(frames []*frame.Frame, o settings.Object, p *Pipeline) ([]*frame.Frame, error) {
	name, err := p.fill(o, "byField", "")
	if err != nil {
		return nil, err
	}
	var by matcher.Func
	if o.Text("byField") != "" {
		by = matcher.ByNames([]string{name})
	}
	return joinFrames(frames, by, o.TextOr("mode", "outer"), p), nil
}

// joinFrames joins frames by the field that by matches, or by their times if by is nil.
func joinFrames(frames []*frame.Frame, by matcher.Func, mode string, p *Pipeline) []*frame.Frame {
	if len(frames) < 2 {
		return frames
	}
	if by == nil {
		by = joinField(frames)
	}
	var fields []*frame.Field
	var tables []table
	for _, fr := range frames {
		key, rest := splitJoin(fr, by, frames)
		if key == nil {
			continue
		}
		if len(fields) == 0 {
			fields = append(fields, key)
		}
		t := table{keys: key.Values, first: len(fields)}
		for _, f := range rest {
			f.Memo.Name = ""
			t.columns = append(t.columns, f.Values)
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
			p.Notices.Add("The join mode %q is not known; the rows are joined as outer.", mode)
		}
		joined = joinOuter(tables)
	}
	out := make([]*frame.Field, len(fields))
	for i, f := range fields {
		c := *f
		c.Values = joined[i]
		out[i] = &c
	}
	length := 0
	if len(joined) > 0 && len(fields) > 0 {
		length = len(joined[0])
	}
	return []*frame.Frame{frame.NewDerived(out, length)}
}

// table is one frame to join.
type table struct {
	keys    []any
	columns [][]any
	first   int // the place of the first column among the fields of the joined frame
}

// joinField is the field by which frames are joined if the options name none: the first time field. As in Grafana there
// is none if the first frame has no time field.
func joinField(frames []*frame.Frame) matcher.Func {
	timed := frames[0].FirstOf(frame.Time) != nil
	return func(f *frame.Field, in *frame.Frame, _ []*frame.Frame) bool {
		return timed && f == in.FirstOf(frame.Time)
	}
}

// splitJoin returns the key field of a frame, and copies of its other fields, which get the frame's name as a name or as a
// label.
func splitJoin(fr *frame.Frame, by matcher.Func, all []*frame.Frame) (key *frame.Field, rest []*frame.Field) {
	for _, f := range fr.Fields {
		if key == nil && by(f, fr, all) {
			key = f
			continue
		}
		c := *f
		c.Labels = map[string]string{}
		for k, v := range f.Labels {
			c.Labels[k] = v
		}
		if fr.Name != "" {
			if f.Name == frame.ValueFieldName {
				c.Name = fr.Name
			} else if _, named := c.Labels["name"]; !named {
				c.Labels["name"] = fr.Name
			}
		}
		rest = append(rest, &c)
	}
	return key, rest
}
