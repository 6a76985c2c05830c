package panel

import "maps"

// partitionByValues splits one frame into a frame for each combination of the values of some
// fields, in the order in which they first appear. The values become labels of the new frames'
// fields, or names of the frames.
func partitionByValues(frames []*frame, o props, p *pipeline) ([]*frame, error) {
	p.only("partitionByValues", o, "fields", "keepFields", "naming")
	if len(frames) == 0 || len(o.texts("fields")) == 0 {
		return frames, nil
	}
	if len(frames) > 1 {
		p.notices.add("Partition by values takes the first of the panel's %d frames; the others are left out.", len(frames))
	}
	fr := frames[0]
	keys, rest := partitionFields(fr, o)
	if len(keys) == 0 {
		return []*frame{fr}, nil
	}
	naming := o.child("naming")
	var out []*frame
	for _, rows := range partitions(keys, fr.length) {
		labels, name := map[string]string{}, fr.name
		if naming.flagOr("asLabels", true) {
			for _, k := range keys {
				labels[k.name] = spelled(k.at(rows[0]))
			}
		} else {
			name = partitionName(naming, fr.name, keys, rows[0])
		}
		part := &frame{name: name, length: len(rows), untyped: fr.untyped}
		for _, f := range rest {
			part.fields = append(part.fields, partOf(f, rows, labels))
		}
		out = append(out, part)
	}
	return out, nil
}

// partitionFields are the fields whose values are the keys, and those that the new frames hold.
func partitionFields(fr *frame, o props) (keys, rest []*field) {
	match := byNames(o.texts("fields"))
	taken := map[string]bool{}
	for _, f := range fr.fields {
		if match(f, fr, []*frame{fr}) {
			keys = append(keys, f)
			taken[f.name] = true
		}
	}
	for _, f := range fr.fields {
		if o.flag("keepFields") || !taken[f.name] {
			rest = append(rest, f)
		}
	}
	return keys, rest
}

// partitions are the rows of each combination of values.
func partitions(keys []*field, length int) [][]int {
	type branch struct {
		children map[any]*branch
		order    []any
		rows     []int
	}
	root := &branch{}
	for row := range length {
		at := root
		for _, k := range keys {
			v := mapKey(k.at(row))
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

// partitionName is "Europe Chef", or with the fields' names "Region=Europe Profession=Chef".
func partitionName(naming props, before string, keys []*field, row int) string {
	name := ""
	for i, k := range keys {
		if i > 0 {
			name += naming.textOr("separator2", " ")
		}
		if naming.flag("withNames") {
			name += k.name + naming.textOr("separator1", "=")
		}
		name += spelled(k.at(row))
	}
	if naming.flag("append") && before != "" {
		return before + " " + name
	}
	return name
}

// partOf is a field with some of its rows and more labels.
func partOf(f *field, rows []int, labels map[string]string) *field {
	part := *f
	part.memo = &nameMemo{}
	part.labels = map[string]string{}
	maps.Copy(part.labels, f.labels)
	maps.Copy(part.labels, labels)
	part.values = make([]any, len(rows))
	for i, row := range rows {
		part.values[i] = f.at(row)
	}
	return &part
}
