package table

import (
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// tableColumn knows how one column shows its values.
type tableColumn struct {
	job      *panel.Job
	field    *frame.Field
	frame    *frame.Frame
	head     view.Column
	style    string // auto, color-text or color-background
	gradient bool   // true if a background is a gradient
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
	switch {
	case c.style == "auto":
		out.Color, out.Status = "", false
	case c.style == "color-background" && !d.Unrated:
		out.Color, out.Background = c.job.Env.Colors.TextOn(d.Color), d.Color
		if c.gradient {
			out.BackgroundFrom = c.job.Env.Colors.GradientStart(d.Color)
		}
	}
	out.Links = c.job.Links(c.frame, c.field, row, d)
	return out
}
