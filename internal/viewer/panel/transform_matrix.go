package panel

import "fmt"

// groupingToMatrix pivots one frame: a row per value of one field, a column per value of another,
// in the order of their first appearance; of several values for a cell the last stands.
func groupingToMatrix(frames []*Frame, o Object, p *Pipeline) ([]*Frame, error) {
	p.noteUnknownOptions("groupingToMatrix", o, "columnField", "rowField", "valueField", "emptyValue")
	column, err := p.fill(o, "columnField", "Time")
	if err != nil {
		return nil, err
	}
	row, err := p.fill(o, "rowField", "Time")
	if err != nil {
		return nil, err
	}
	value, err := p.fill(o, "valueField", valueFieldName)
	if err != nil {
		return nil, err
	}
	if len(frames) != 1 {
		if len(frames) > 1 {
			p.Notices.Add("Grouping to matrix takes one query's rows; there are %d, which stay as they are.", len(frames))
		}
		return frames, nil
	}
	fr := frames[0]
	columnKeys, rowKeys, cells := keyField(fr, column), keyField(fr, row), keyField(fr, value)
	if columnKeys == nil || rowKeys == nil || cells == nil {
		for _, name := range []string{column, row, value} {
			if len(fr.Fields) > 0 && keyField(fr, name) == nil {
				p.Notices.Add("Grouping to matrix changes nothing: there is no field %q; there are %s.", name, names(frames))
			}
		}
		return frames, nil
	}
	at := map[string]map[string]any{}
	for i, v := range cells.Values {
		c, r := spelled(columnKeys.Values[i]), spelled(rowKeys.Values[i])
		if at[c] == nil {
			at[c] = map[string]any{}
		}
		at[c][r] = v
	}
	empty := emptyCell(o.Text("emptyValue"))
	rows := unique(rowKeys.Values)
	out := []*Field{newField(row+`\`+column, typeString, rows)}
	for _, key := range unique(columnKeys.Values) {
		if missing(key) {
			return nil, fmt.Errorf("the field %q has rows without a value, from which no column can be named", column)
		}
		f := newField(spelled(key), cells.Kind, make([]any, len(rows)))
		f.DataSettings = cells.DataSettings.Clone()
		for i, r := range rows {
			if f.Values[i] = at[f.Name][spelled(r)]; missing(f.Values[i]) {
				f.Values[i] = empty
			}
		}
		out = append(out, f)
	}
	return []*Frame{made(out, len(rows))}, nil
}

// keyField finds a field by its name or display name.
func keyField(fr *Frame, name string) *Field {
	match := byNames([]string{name})
	for _, f := range fr.Fields {
		if match(f, fr, []*Frame{fr}) {
			return f
		}
	}
	return nil
}

func emptyCell(kind string) any {
	switch kind {
	case "null":
		return nil
	case "true":
		return true
	case "false":
		return false
	}
	return ""
}
