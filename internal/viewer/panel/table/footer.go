package table

import (
	"fmt"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/reducer"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// footer is the row under the table, which shows each number column reduced to one value. It is nil if the panel shows
// none.
func footer(j *panel.Job, o settings.Object, columns []*tableColumn, fr *frame.Frame) []view.Cell {
	calcs := o.Texts("reducer")
	if !o.Flag("show") || len(calcs) == 0 {
		return nil
	}
	if o.Flag("enablePagination") {
		j.Notices.Add("The table is not divided into pages.")
	}
	cells := make([]view.Cell, len(columns))
	id := calcs[0]
	info, known := reducer.Lookup(reducer.CurrentName(id))
	if !known {
		j.Notices.Add("%s", notice.Sentence(reducer.Unknown(id)))
		return nil
	}
	if id == "count" && o.Flag("countRows") {
		cells[0].Text = "Count"
		if len(cells) > 1 {
			cells[1] = view.Cell{Value: view.Value{Text: fmt.Sprint(fr.Length), Number: new(float64(fr.Length))}}
		} else {
			cells[0] = view.Cell{Value: view.Value{Text: fmt.Sprint(fr.Length), Number: new(float64(fr.Length))}}
		}
		return cells
	}
	only := o.Texts("fields")
	labelled := false
	for i, c := range columns {
		if c.field.Kind != frame.Number || len(only) > 0 && !settings.Contains(only, c.field.Name, c.field.Title) {
			if i == 0 {
				cells[0].Text, labelled = info.Title, true
			}
			continue
		}
		v, _ := reducer.Reduce(c.field, id)
		show := c.field.Show
		if !info.KeepsUnit {
			show = j.WithUnit(c.field, "none")
		}
		cells[i] = view.Cell{Value: show(v, nil).Value()}
		cells[i].Color = ""
	}
	if !labelled && len(cells) > 0 {
		j.Notices.Add("The last row shows: %s.", info.Title)
	}
	return cells
}
