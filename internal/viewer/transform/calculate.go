package transform

import (
	"fmt"
	"math"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/matcher"
	"macrowatch/internal/viewer/settings"
)

// calculateField adds a field that is computed from others, row by row or along the rows.
func calculateField() Transformation {
	return Transformation{ID: "calculateField", run: runCalculateField,
		Options:  []string{"mode", "reduce", "binary", "unary", "cumulative", "window", "index", "replaceFields", "alias", "timeSeries"},
		Supports: "reduceRow, binary, unary, cumulativeFunctions, windowFunctions, index; alias, `replaceFields`, `timeSeries`",
		Outline: func(_ settings.Object, before Columns) Outline {
			return Outline{After: before.opened()} // the new column's name depends on the mode
		}}
}

func runCalculateField(frames []*frame.Frame, o settings.Object, p *Pipeline) ([]*frame.Frame, error) {
	if o.FlagOr("timeSeries", true) {
		frames = ensureColumns(frames, p)
	}
	alias, err := p.Interpolate(o.Text("alias"))
	if err != nil {
		return nil, err
	}
	c := &calculation{options: o, frames: frames, pipeline: p, alias: alias, replace: js.Truthy(o["replaceFields"]),
		withTime: o.FlagOr("timeSeries", true)}
	switch mode := o.TextOr("mode", "reduceRow"); mode {
	case "reduceRow":
		return c.reduceRow()
	case "cumulativeFunctions":
		return c.cumulative()
	case "windowFunctions":
		return c.window()
	case "unary":
		return c.unary()
	case "binary":
		return c.binary()
	case "index":
		return c.index(), nil
	default:
		return nil, notSupported("Calculations of the mode %q are not supported.", mode)
	}
}

// ensureColumns joins several series by their times, provided that all the time fields have the same name.
func ensureColumns(frames []*frame.Frame, p *Pipeline) []*frame.Frame {
	name := ""
	for _, fr := range frames {
		t := fr.FirstOf(frame.Time)
		if t == nil || name != "" && name != t.Name {
			return frames
		}
		name = t.Name
	}
	if len(frames) < 2 || name == "" {
		return frames
	}
	return joinFrames(frames, matcher.ByNames([]string{name}), "outer", p)
}

// calculation is one use of calculateField.
type calculation struct {
	options  settings.Object
	frames   []*frame.Frame
	pipeline *Pipeline
	alias    string
	replace  bool
	withTime bool
}

// each adds a field to every frame. compute returns the field's values, or nil if the frame is to be left as it is.
func (c *calculation) each(name string, compute func(*frame.Frame) ([]any, error)) ([]*frame.Frame, error) {
	if c.alias != "" {
		name = c.alias
	}
	out := make([]*frame.Frame, len(c.frames))
	for i, fr := range c.frames {
		values, err := compute(fr)
		if err != nil {
			return nil, err
		}
		if values == nil {
			out[i] = fr
			continue
		}
		f := frame.NewField(name, frame.Number, values)
		fields := append(append([]*frame.Field(nil), fr.Fields...), f)
		if c.replace {
			fields = []*frame.Field{f}
			if t := fr.FirstOf(frame.Time); t != nil && c.withTime {
				fields = []*frame.Field{t, f}
			}
		}
		out[i] = fr.WithFields(fields)
	}
	return out, nil
}

// index adds a field with the number of each row, or with its share of all rows.
func (c *calculation) index() []*frame.Frame {
	asShare := c.options.Child("index").Flag("asPercentile")
	name := "Row"
	if c.options["alias"] != nil {
		name = c.alias
	}
	out := make([]*frame.Frame, len(c.frames))
	for i, fr := range c.frames {
		f := frame.NewField(name, frame.Number, make([]any, fr.Length))
		for row := range f.Values {
			f.Values[row] = float64(row)
			if asShare {
				f.Values[row] = float64(row) / float64(fr.Length)
			}
		}
		if asShare {
			f.DataSettings = settings.Object{"unit": "percentunit"}
		}
		if c.replace {
			out[i] = fr.WithFields([]*frame.Field{f})
		} else {
			out[i] = fr.WithFields(append(append([]*frame.Field(nil), fr.Fields...), f))
		}
	}
	return out
}

// unary adds a field that is computed from one other.
func (c *calculation) unary() ([]*frame.Frame, error) {
	o := c.options.Child("unary")
	operator, on := o.TextOr("operator", "abs"), o.Text("fieldName")
	name := ""
	if o != nil {
		name = operator
		if on != "" {
			name += "(" + on + ")"
		}
	}
	operate := map[string]func(float64) float64{"abs": math.Abs, "exp": math.Exp, "ln": math.Log, "floor": math.Floor,
		"ceil": math.Ceil}[operator]
	if operate == nil {
		return nil, fmt.Errorf("the operation %q is not known", operator)
	}
	return c.each(name, func(fr *frame.Frame) ([]any, error) {
		var source *frame.Field
		for _, f := range fr.Fields {
			if on == frame.DisplayName(f, fr, c.frames) && f.Kind == frame.Number {
				source = f
			}
		}
		if source == nil || len(source.Values) == 0 {
			return nil, nil
		}
		out := make([]any, len(source.Values))
		for i, v := range source.Values {
			out[i] = operate(js.Coerce(v))
		}
		return out, nil
	})
}
