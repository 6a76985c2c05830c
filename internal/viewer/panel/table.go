package panel

import (
	"cmp"
	"fmt"
	"sort"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"macrowatch/internal/viewer/view"
)

func tableOptions() knownOptions {
	return knownOptions{"showHeader": read{}, "cellHeight": []any{"sm", "md", "lg"}, "footer": read{}, "sortBy": read{}, "frameIndex": read{},
		"showTypeIcons": false}
}

func tableCustom() knownOptions {
	return knownOptions{
		"align": []any{"auto", "left", "center", "right"}, "cellOptions": read{}, "displayMode": read{}, "width": read{}, "minWidth": read{},
		"hidden": read{}, "hideFrom": read{},
		// These add a menu or a window and draw nothing else.
		"filterable": read{}, "inspect": read{},
	}
}

func drawTable(j *job) (*view.View, error) {
	j.checkOptions(tableOptions())
	j.checkCustom(tableCustom())
	j.configure(nil)
	if !j.hasRows() {
		return j.empty("No data"), nil
	}
	o := j.panel.options
	fr := j.tableFrame(int(o.numberOr("frameIndex", 0)))
	t := &view.Table{ShowHeader: o.flagOr("showHeader", true), CellHeight: o.textOr("cellHeight", "sm"),
		NoRows: "No data", Rows: [][]view.Cell{}, Columns: []view.Column{}}
	var columns []*tableColumn
	for _, f := range fr.fields {
		if f.config.custom.flag("hidden") || f.config.custom.child("hideFrom").flag("viz") {
			continue
		}
		c := j.tableColumn(f, fr)
		columns = append(columns, c)
		t.Columns = append(t.Columns, c.head)
	}
	whole := j.rowColumn(fr)
	for _, row := range j.rowOrder(fr) {
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
	t.Footer = j.footer(o.child("footer"), columns, fr)
	return &view.View{Kind: "table", Table: t}, nil
}

// tableFrame picks the one frame that a table shows.
func (j *job) tableFrame(index int) *frame {
	if len(j.frames) > 1 {
		j.notices.add("The panel has %d queries; a table shows one of them.", len(j.frames))
	}
	if index < 0 || index >= len(j.frames) {
		index = 0
	}
	return j.frames[index]
}

// tableColumn is how one column shows its values.
type tableColumn struct {
	job   *job
	field *field
	frame *frame
	head  view.Column
	// style is auto, color-text or color-background; gradient is of the last.
	style    string
	gradient bool
	links    func(string, scope) string
}

func (j *job) tableColumn(f *field, fr *frame) *tableColumn {
	custom := f.config.custom
	c := &tableColumn{job: j, field: f, frame: fr, style: "auto"}
	cell := cellOptions(custom)
	switch kind := cell.textOr("type", "auto"); kind {
	case "auto", "color-text":
		c.style = kind
	case "color-background":
		c.style, c.gradient = kind, cell.textOr("mode", "gradient") == "gradient"
	default:
		j.notices.add("Table cells of the type %q are not supported and are shown as text.", kind)
	}
	c.head = view.Column{Title: f.title, Align: columnAlign(f), Width: custom.numberOr("width", 0),
		Wrap: cell.flag("wrapText"), Description: f.config.description}
	if len(f.config.links) > 0 {
		c.links = linkReplacer(j.macros, fmt.Sprint(j.from.UnixMilli()), fmt.Sprint(j.to.UnixMilli()))
	}
	return c
}

// cellOptions are a column's settings for its cells. Where both are given the older displayMode
// counts, as in Grafana.
func cellOptions(custom props) props {
	switch mode := custom.text("displayMode"); mode {
	case "":
		return custom.child("cellOptions")
	case "color-background":
		return props{"type": mode, "mode": "gradient"}
	case "color-background-solid":
		return props{"type": "color-background", "mode": "basic"}
	case "basic", "gradient-gauge", "lcd-gauge":
		return props{"type": "gauge"}
	default:
		return props{"type": mode}
	}
}

// rowColumn is the column that colours whole rows, nil where none does.
func (j *job) rowColumn(fr *frame) *tableColumn {
	for _, f := range fr.fields {
		if cell := cellOptions(f.config.custom); cell.text("type") == "color-background" && cell.flag("applyToRow") {
			return j.tableColumn(f, fr)
		}
	}
	return nil
}

func columnAlign(f *field) string {
	switch a := f.config.custom.text("align"); a {
	case "left", "center", "right":
		return a
	}
	if f.kind == typeNumber {
		return "right"
	}
	return "left"
}

func (c *tableColumn) cell(row int) view.Cell {
	v := c.field.values[row]
	d := c.field.show(v, nil)
	out := view.Cell{Value: d.value()}
	switch c.style {
	case "auto":
		out.Color = ""
	case "color-background":
		out.Color, out.Background = c.job.env.colors.textOn(d.color), d.color
		if c.gradient {
			out.BackgroundFrom = c.job.env.colors.gradientStart(d.color)
		}
	}
	if c.links != nil {
		s := scope{frames: c.job.frames, frame: c.frame, field: c.field, row: row, hasRow: true, value: &d, raw: v}
		out.Href = safeHref(c.links(c.field.config.links[0].url, s))
	}
	return out
}

// safeHref drops what would run as a script.
func safeHref(href string) string {
	head, _, hasScheme := strings.Cut(strings.ToLower(strings.TrimSpace(href)), ":")
	if hasScheme && !strings.ContainsAny(head, "/?#") && head != "http" && head != "https" && head != "mailto" {
		return ""
	}
	return href
}

// rowOrder sorts the rows as the panel asks for, the first criterion first. Rows that are equal by all
// stay in their order, or are turned round where the first criterion descends, as in Grafana.
func (j *job) rowOrder(fr *frame) []int {
	rows := make([]int, fr.length)
	for i := range rows {
		rows[i] = i
	}
	type criterion struct {
		field   *field
		compare func(a, b any) int
		sign    int
	}
	var by []criterion
	for _, entry := range j.panel.options.list("sortBy") {
		m, _ := entry.(map[string]any)
		for _, f := range fr.fields {
			if f.title == props(m).text("displayName") {
				sign := 1
				if props(m).flag("desc") {
					sign = -1
				}
				by = append(by, criterion{f, cellOrder(f.kind), sign})
				break
			}
		}
	}
	if len(by) == 0 {
		return rows
	}
	sort.SliceStable(rows, func(a, b int) bool {
		for _, c := range by {
			if order := c.compare(c.field.values[rows[a]], c.field.values[rows[b]]); order != 0 {
				return order*c.sign < 0
			}
		}
		return (rows[a]-rows[b])*by[0].sign < 0
	})
	return rows
}

// cellOrder compares the values of a column as Grafana's table does: numbers with what is none before
// all others, times with what is missing as 1970, and everything else as text in the order of the
// language, without regard to case and accents; a missing text is the word null.
func cellOrder(kind fieldType) func(a, b any) int {
	switch kind {
	case typeNumber:
		return func(a, b any) int { return compareNumbers(number(a), number(b)) }
	case typeTime:
		return func(a, b any) int { return cmp.Compare(orZero(number(a)), orZero(number(b))) }
	}
	texts := collate.New(language.AmericanEnglish, collate.Loose)
	return func(a, b any) int { return texts.CompareString(spelled(a), spelled(b)) }
}

// footer reduces the columns under the table, nil where the panel shows none.
func (j *job) footer(o props, columns []*tableColumn, fr *frame) []view.Cell {
	calcs := o.texts("reducer")
	if !o.flag("show") || len(calcs) == 0 {
		return nil
	}
	if o.flag("enablePagination") {
		j.notices.add("The table is not divided into pages.")
	}
	cells := make([]view.Cell, len(columns))
	id := calcs[0]
	info, known := reducerInfo(reducerID(id))
	if !known {
		j.notices.add("%s", sentence(unknownCalc(id)))
		return nil
	}
	if id == "count" && o.flag("countRows") {
		cells[0].Text = "Count"
		if len(cells) > 1 {
			cells[1] = view.Cell{Value: view.Value{Text: fmt.Sprint(fr.length), Number: ptr(float64(fr.length))}}
		} else {
			cells[0] = view.Cell{Value: view.Value{Text: fmt.Sprint(fr.length), Number: ptr(float64(fr.length))}}
		}
		return cells
	}
	only := o.texts("fields")
	labelled := false
	for i, c := range columns {
		if c.field.kind != typeNumber || len(only) > 0 && !contains(only, c.field.name, c.field.title) {
			if i == 0 {
				cells[0].Text, labelled = info.title, true
			}
			continue
		}
		v, _ := reduceField(c.field, id)
		show := c.field.show
		if !info.keepsUnit {
			show = j.withUnit(c.field, "none")
		}
		cells[i] = view.Cell{Value: show(v, nil).value()}
		cells[i].Color = ""
	}
	if !labelled && len(cells) > 0 {
		j.notices.add("The last row shows: %s.", info.title)
	}
	return cells
}

func contains(list []string, names ...string) bool {
	for _, e := range list {
		for _, n := range names {
			if e == n {
				return true
			}
		}
	}
	return false
}
