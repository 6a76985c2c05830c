package table

import (
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// Kind is the kind of tables.
func Kind() panel.Kind {
	return panel.Kind{Type: "table", Title: "Table", Options: tableOptions, Custom: tableCustom, Columns: namedColumns, Draw: draw,
		Supports: "cell types auto, color-text, color-background (basic, gradient; whole rows); hidden columns, widths, alignment, " +
			"sorting, links, footer, `noValue`",
	}
}

// namedColumns lists the columns that the table is sorted by.
func namedColumns(options settings.Object) []panel.NamedColumn {
	var out []panel.NamedColumn
	for _, entry := range options.List("sortBy") {
		by, _ := entry.(map[string]any)
		out = append(out, panel.NamedColumn{Option: "sortBy", Name: settings.Object(by).Text("displayName")})
	}
	return out
}

func tableOptions() panel.KnownOptions {
	return panel.KnownOptions{"showHeader": panel.Read{}, "cellHeight": []any{"sm", "md", "lg"}, "footer": panel.Read{},
		"sortBy": panel.Read{}, "frameIndex": panel.Read{},
		"showTypeIcons": false}
}

func tableCustom() panel.KnownOptions {
	return panel.KnownOptions{
		"align": []any{"auto", "left", "center", "right"}, "cellOptions": panel.Read{}, "displayMode": panel.Read{}, "width": panel.Read{},
		"minWidth": panel.Read{},
		"hidden":   panel.Read{}, "hideFrom": panel.Read{},
		// These two add a menu or a window to the table, and change nothing that is drawn.
		"filterable": panel.Read{}, "inspect": panel.Read{},
	}
}

func draw(j *panel.Job) (*view.View, error) {
	j.Configure()
	if !j.HasRows() {
		return j.Empty("No data"), nil
	}
	o := j.Panel.Options
	fr := tableFrame(j, int(o.NumberOr("frameIndex", 0)))
	t := &view.Table{ShowHeader: o.FlagOr("showHeader", true), CellHeight: o.TextOr("cellHeight", "sm"),
		NoRows: "No data", Rows: [][]view.Cell{}, Columns: []view.Column{}}
	var columns []*tableColumn
	for _, f := range fr.Fields {
		if f.Config.Custom.Flag("hidden") || f.Config.Custom.Child("hideFrom").Flag("viz") {
			continue
		}
		c := newTableColumn(j, f, fr)
		columns = append(columns, c)
		t.Columns = append(t.Columns, c.head)
	}
	whole := rowColumn(j, fr)
	for _, row := range RowOrder(j, fr) {
		cells := make([]view.Cell, len(columns))
		for i, c := range columns {
			cells[i] = c.cell(row)
			if whole != nil {
				as := whole.cell(row)
				cells[i].Color, cells[i].Background, cells[i].BackgroundFrom, cells[i].Status = as.Color, as.Background, as.BackgroundFrom, as.Status
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	t.Footer = footer(j, o.Child("footer"), columns, fr)
	return &view.View{Table: t}, nil
}

// tableFrame returns the one frame that a table shows.
func tableFrame(j *panel.Job, index int) *frame.Frame {
	if len(j.Frames) > 1 {
		j.Notices.Add("The panel has %d queries; a table shows one of them.", len(j.Frames))
	}
	if index < 0 || index >= len(j.Frames) {
		index = 0
	}
	return j.Frames[index]
}
