package transform

import (
	"fmt"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/matcher"
	"macrowatch/internal/viewer/settings"
)

// groupingToMatrix pivots one frame. The new frame has a row for each value of one field and a column for each value of
// another, in the order in which the values first appear. If a cell has several values, it shows the last one.
func groupingToMatrix() Transformation {
	return Transformation{ID: "groupingToMatrix", run: runGroupingToMatrix,
		Options:  []string{"columnField", "rowField", "valueField", "emptyValue"},
		Supports: "column, row and value fields, `emptyValue`; a row without a value in the column field is an error, as in Grafana",
		Outline: func(o settings.Object, _ Columns) Outline {
			column, row := o.Text("columnField"), o.Text("rowField")
			return Outline{Columns: []string{column, row, o.Text("valueField")},
				After: Columns{Names: []string{matrixCorner(row, column)}, Open: true}}
		}}
}

// matrixCorner is the name of a matrix's first column, which holds the names of the rows.
func matrixCorner(row, column string) string { return row + `\` + column }

func runGroupingToMatrix(frames []*frame.Frame, o settings.Object, p *Pipeline) ([]*frame.Frame, error) {
	column, err := p.fill(o, "columnField", "Time")
	if err != nil {
		return nil, err
	}
	row, err := p.fill(o, "rowField", "Time")
	if err != nil {
		return nil, err
	}
	value, err := p.fill(o, "valueField", frame.ValueFieldName)
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
				p.Notices.Add("Grouping to matrix changes nothing: there is no field %q; there are %s.", name, frame.FieldNames(frames))
			}
		}
		return frames, nil
	}
	at := map[string]map[string]any{}
	for i, v := range cells.Values {
		c, r := js.Spelled(columnKeys.Values[i]), js.Spelled(rowKeys.Values[i])
		if at[c] == nil {
			at[c] = map[string]any{}
		}
		at[c][r] = v
	}
	empty := emptyCell(o.Text("emptyValue"))
	rows := js.Unique(rowKeys.Values)
	out := []*frame.Field{frame.NewField(matrixCorner(row, column), frame.String, rows)}
	for _, key := range js.Unique(columnKeys.Values) {
		if js.Missing(key) {
			return nil, fmt.Errorf("the field %q has rows without a value, from which no column can be named", column)
		}
		f := frame.NewField(js.Spelled(key), cells.Kind, make([]any, len(rows)))
		f.DataSettings = cells.DataSettings.Clone()
		for i, r := range rows {
			if f.Values[i] = at[f.Name][js.Spelled(r)]; js.Missing(f.Values[i]) {
				f.Values[i] = empty
			}
		}
		out = append(out, f)
	}
	return []*frame.Frame{frame.NewDerived(out, len(rows))}, nil
}

// keyField is the field with a name or a display name, nil if there is none.
func keyField(fr *frame.Frame, name string) *frame.Field {
	match := matcher.ByNames([]string{name})
	for _, f := range fr.Fields {
		if match(f, fr, []*frame.Frame{fr}) {
			return f
		}
	}
	return nil
}

// emptyCell is the value of a cell for which there is no row.
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
