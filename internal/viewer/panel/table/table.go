package table

import (
	"cmp"
	"fmt"
	"sort"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/reducer"
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
				cells[i].Color, cells[i].Background, cells[i].BackgroundFrom = as.Color, as.Background, as.BackgroundFrom
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

// tableColumn knows how one column shows its values.
type tableColumn struct {
	job      *panel.Job
	field    *frame.Field
	frame    *frame.Frame
	head     view.Column
	style    string // auto, color-text or color-background
	gradient bool   // true if a background is a gradient
	// links fills in a link for a cell. It is nil if the column has no link.
	links func(string, fieldconfig.Scope) string
}

func newTableColumn(j *panel.Job, f *frame.Field, fr *frame.Frame) *tableColumn {
	custom := f.Config.Custom
	c := &tableColumn{job: j, field: f, frame: fr, style: "auto"}
	cell := cellOptions(custom)
	switch kind := cell.TextOr("type", "auto"); kind {
	case "auto", "color-text":
		c.style = kind
	case "color-background":
		c.style, c.gradient = kind, cell.TextOr("mode", "gradient") == "gradient"
	default:
		j.Notices.Add("Table cells of the type %q are not supported and are shown as text.", kind)
	}
	c.head = view.Column{Title: f.Title, Align: columnAlign(f), Width: custom.NumberOr("width", 0),
		Wrap: cell.Flag("wrapText"), Description: f.Config.Description}
	if len(f.Config.Links) > 0 {
		c.links = fieldconfig.LinkReplacer(j.Macros, fmt.Sprint(j.From.UnixMilli()), fmt.Sprint(j.To.UnixMilli()))
	}
	return c
}

// cellOptions are a column's settings for its cells. As in Grafana the older displayMode takes precedence over
// cellOptions.
func cellOptions(custom settings.Object) settings.Object {
	switch mode := custom.Text("displayMode"); mode {
	case "":
		return custom.Child("cellOptions")
	case "color-background":
		return settings.Object{"type": mode, "mode": "gradient"}
	case "color-background-solid":
		return settings.Object{"type": "color-background", "mode": "basic"}
	case "basic", "gradient-gauge", "lcd-gauge":
		return settings.Object{"type": "gauge"}
	default:
		return settings.Object{"type": mode}
	}
}

// rowColumn is the column that colours whole rows, nil if no column does.
func rowColumn(j *panel.Job, fr *frame.Frame) *tableColumn {
	for _, f := range fr.Fields {
		if cell := cellOptions(f.Config.Custom); cell.Text("type") == "color-background" && cell.Flag("applyToRow") {
			return newTableColumn(j, f, fr)
		}
	}
	return nil
}

func columnAlign(f *frame.Field) string {
	switch a := f.Config.Custom.Text("align"); a {
	case "left", "center", "right":
		return a
	}
	if f.Kind == frame.Number {
		return "right"
	}
	return "left"
}

func (c *tableColumn) cell(row int) view.Cell {
	v := c.field.Values[row]
	d := c.field.Show(v, nil)
	out := view.Cell{Value: d.Value()}
	switch c.style {
	case "auto":
		out.Color = ""
	case "color-background":
		out.Color, out.Background = c.job.Env.Colors.TextOn(d.Color), d.Color
		if c.gradient {
			out.BackgroundFrom = c.job.Env.Colors.GradientStart(d.Color)
		}
	}
	if c.links != nil {
		s := fieldconfig.Scope{Frames: c.job.Frames, Frame: c.frame, Field: c.field, Row: row, HasRow: true, Value: &d, Raw: v}
		out.Href = safeHref(c.links(c.field.Config.Links[0].URL, s))
	}
	return out
}

// safeHref is a link's address, or "" if the address could run a script.
func safeHref(href string) string {
	head, _, hasScheme := strings.Cut(strings.ToLower(strings.TrimSpace(href)), ":")
	if hasScheme && !strings.ContainsAny(head, "/?#") && head != "http" && head != "https" && head != "mailto" {
		return ""
	}
	return href
}

// RowOrder returns the rows in the order that the panel's sortBy asks for. As in Grafana rows that are equal by all
// criteria stay in their order, or are reversed if the first criterion is descending.
func RowOrder(j *panel.Job, fr *frame.Frame) []int {
	rows := make([]int, fr.Length)
	for i := range rows {
		rows[i] = i
	}
	type criterion struct {
		field   *frame.Field
		compare func(a, b any) int
		sign    int
	}
	var by []criterion
	for _, entry := range j.Panel.Options.List("sortBy") {
		m, _ := entry.(map[string]any)
		for _, f := range fr.Fields {
			if f.Title == settings.Object(m).Text("displayName") {
				sign := 1
				if settings.Object(m).Flag("desc") {
					sign = -1
				}
				by = append(by, criterion{f, cellOrder(f.Kind), sign})
				break
			}
		}
	}
	if len(by) == 0 {
		return rows
	}
	sort.SliceStable(rows, func(a, b int) bool {
		for _, c := range by {
			if order := c.compare(c.field.Values[rows[a]], c.field.Values[rows[b]]); order != 0 {
				return order*c.sign < 0
			}
		}
		return (rows[a]-rows[b])*by[0].sign < 0
	})
	return rows
}

// cellOrder returns the function by which Grafana's table compares the values of a column:
//
//   - numbers by size, with missing ones first;
//   - times by age, where a missing time counts as the beginning of 1970;
//   - everything else as text, in the order of American English without regard to case and accents. A missing text counts
//     as the word "null".
func cellOrder(kind frame.Kind) func(a, b any) int {
	switch kind {
	case frame.Number:
		return func(a, b any) int { return js.CompareNumbers(js.NumberOrNil(a), js.NumberOrNil(b)) }
	case frame.Time:
		return func(a, b any) int { return cmp.Compare(js.OrZero(js.NumberOrNil(a)), js.OrZero(js.NumberOrNil(b))) }
	}
	texts := collate.New(language.AmericanEnglish, collate.Loose)
	return func(a, b any) int { return texts.CompareString(js.Spelled(a), js.Spelled(b)) }
}

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
