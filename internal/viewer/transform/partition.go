package transform

import (
	"maps"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/matcher"
	"macrowatch/internal/viewer/settings"
)

// partitionByValues splits one frame by the values of some fields: rows with the same values go into the same new frame.
// The new frames stand in the order in which their values first appear. The values become labels of the new frames'
// fields, or names of the frames.
func partitionByValues() Transformation {
	return Transformation{ID: "partitionByValues", run: runPartitionByValues, Options: []string{"fields", "keepFields", "naming"},
		Supports: "all of it; uses the first of several frames, as in Grafana",
		Outline: func(o settings.Object, before Columns) Outline {
			return Outline{Columns: o.Texts("fields"), After: before.opened()}
		}}
}

func runPartitionByValues(frames []*frame.Frame, o settings.Object, p *Pipeline) ([]*frame.Frame, error) {
	if len(frames) == 0 || len(o.Texts("fields")) == 0 {
		return frames, nil
	}
	if len(frames) > 1 {
		p.Notices.Add("Partition by values takes the first of the panel's %d frames; the others are left out.", len(frames))
	}
	fr := frames[0]
	keys, rest := partitionFields(fr, o)
	if len(keys) == 0 {
		return []*frame.Frame{fr}, nil
	}
	naming := o.Child("naming")
	var out []*frame.Frame
	for _, rows := range partitions(keys, fr.Length) {
		labels, name := map[string]string{}, fr.Name
		if naming.FlagOr("asLabels", true) {
			for _, k := range keys {
				labels[k.Name] = js.Spelled(k.At(rows[0]))
			}
		} else {
			name = partitionName(naming, fr.Name, keys, rows[0])
		}
		part := &frame.Frame{Name: name, Length: len(rows), Untyped: fr.Untyped}
		for _, f := range rest {
			part.Fields = append(part.Fields, partOf(f, rows, labels))
		}
		out = append(out, part)
	}
	return out, nil
}

// partitionFields are the fields whose values decide about the new frames, and the fields that the new frames have.
func partitionFields(fr *frame.Frame, o settings.Object) (keys, rest []*frame.Field) {
	match := matcher.ByNames(o.Texts("fields"))
	taken := map[string]bool{}
	for _, f := range fr.Fields {
		if match(f, fr, []*frame.Frame{fr}) {
			keys = append(keys, f)
			taken[f.Name] = true
		}
	}
	for _, f := range fr.Fields {
		if o.Flag("keepFields") || !taken[f.Name] {
			rest = append(rest, f)
		}
	}
	return keys, rest
}

// partitions are the rows of each new frame.
func partitions(keys []*frame.Field, length int) [][]int {
	type branch struct {
		children map[any]*branch
		order    []any
		rows     []int
	}
	root := &branch{}
	for row := range length {
		at := root
		for _, k := range keys {
			v := js.MapKey(k.At(row))
			next := at.children[v]
			if next == nil {
				next = &branch{}
				if at.children == nil {
					at.children = map[any]*branch{}
				}
				at.children[v] = next
				at.order = append(at.order, v)
			}
			at = next
		}
		at.rows = append(at.rows, row)
	}
	var out [][]int
	var walk func(*branch)
	walk = func(b *branch) {
		if b.rows != nil {
			out = append(out, b.rows)
		}
		for _, v := range b.order {
			walk(b.children[v])
		}
	}
	walk(root)
	return out
}

// partitionName is the name of a new frame: "Europe Chef", or with the fields' names "Region=Europe Profession=Chef".
func partitionName(naming settings.Object, before string, keys []*frame.Field, row int) string {
	name := ""
	for i, k := range keys {
		if i > 0 {
			name += naming.TextOr("separator2", " ")
		}
		if naming.Flag("withNames") {
			name += k.Name + naming.TextOr("separator1", "=")
		}
		name += js.Spelled(k.At(row))
	}
	if naming.Flag("append") && before != "" {
		return before + " " + name
	}
	return name
}

// partOf is a field with some of its rows and with further labels.
func partOf(f *frame.Field, rows []int, labels map[string]string) *frame.Field {
	part := *f
	part.Memo = &frame.NameMemo{}
	part.Labels = map[string]string{}
	maps.Copy(part.Labels, f.Labels)
	maps.Copy(part.Labels, labels)
	part.Values = make([]any, len(rows))
	for i, row := range rows {
		part.Values[i] = f.At(row)
	}
	return &part
}
