package panel

import (
	"fmt"
	"math"
)

// calculateField adds a field that is computed from others, row by row or along the rows.
func calculateField(frames []*frame, o props, p *pipeline) ([]*frame, error) {
	p.only("calculateField", o, "mode", "reduce", "binary", "unary", "cumulative", "window", "index", "replaceFields", "alias", "timeSeries")
	if o.flagOr("timeSeries", true) {
		frames = ensureColumns(frames, p)
	}
	alias, err := p.interpolate(o.text("alias"))
	if err != nil {
		return nil, err
	}
	c := &calculation{options: o, frames: frames, pipeline: p, alias: alias, replace: truthy(o["replaceFields"]), withTime: o.flagOr("timeSeries", true)}
	switch mode := o.textOr("mode", "reduceRow"); mode {
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

// ensureColumns joins several series by their times, where those are called alike.
func ensureColumns(frames []*frame, p *pipeline) []*frame {
	name := ""
	for _, fr := range frames {
		t := fr.firstOf(typeTime)
		if t == nil || name != "" && name != t.name {
			return frames
		}
		name = t.name
	}
	if len(frames) < 2 || name == "" {
		return frames
	}
	return joinFrames(frames, byNames([]string{name}), "outer", p)
}

type calculation struct {
	options  props
	frames   []*frame
	pipeline *pipeline
	alias    string
	replace  bool
	withTime bool
}

// each adds to every frame the field whose values compute gives; nil leaves a frame as it is.
func (c *calculation) each(name string, compute func(*frame) ([]any, error)) ([]*frame, error) {
	if c.alias != "" {
		name = c.alias
	}
	out := make([]*frame, len(c.frames))
	for i, fr := range c.frames {
		values, err := compute(fr)
		if err != nil {
			return nil, err
		}
		if values == nil {
			out[i] = fr
			continue
		}
		f := newField(name, typeNumber, values)
		fields := append(append([]*field(nil), fr.fields...), f)
		if c.replace {
			fields = []*field{f}
			if t := fr.firstOf(typeTime); t != nil && c.withTime {
				fields = []*field{t, f}
			}
		}
		out[i] = fr.with(fields)
	}
	return out, nil
}

func (c *calculation) index() []*frame {
	asShare := c.options.child("index").flag("asPercentile")
	name := "Row"
	if c.options["alias"] != nil {
		name = c.alias
	}
	out := make([]*frame, len(c.frames))
	for i, fr := range c.frames {
		f := newField(name, typeNumber, make([]any, fr.length))
		for row := range f.values {
			f.values[row] = float64(row)
			if asShare {
				f.values[row] = float64(row) / float64(fr.length)
			}
		}
		if asShare {
			f.own = props{"unit": "percentunit"}
		}
		if c.replace {
			out[i] = fr.with([]*field{f})
		} else {
			out[i] = fr.with(append(append([]*field(nil), fr.fields...), f))
		}
	}
	return out
}

func (c *calculation) unary() ([]*frame, error) {
	o := c.options.child("unary")
	operator, on := o.textOr("operator", "abs"), o.text("fieldName")
	name := ""
	if o != nil {
		name = operator
		if on != "" {
			name += "(" + on + ")"
		}
	}
	operate := map[string]func(float64) float64{"abs": math.Abs, "exp": math.Exp, "ln": math.Log, "floor": math.Floor, "ceil": math.Ceil}[operator]
	if operate == nil {
		return nil, fmt.Errorf("the operation %q is not known", operator)
	}
	return c.each(name, func(fr *frame) ([]any, error) {
		var source *field
		for _, f := range fr.fields {
			if on == displayName(f, fr, c.frames) && f.kind == typeNumber {
				source = f
			}
		}
		if source == nil || len(source.values) == 0 {
			return nil, nil
		}
		out := make([]any, len(source.values))
		for i, v := range source.values {
			out[i] = operate(coerce(v))
		}
		return out, nil
	})
}
