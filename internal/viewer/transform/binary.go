package transform

import (
	"fmt"
	"math"
	"strings"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/reducer"
	"macrowatch/internal/viewer/settings"
)

// operand is one side of a binary operation: a field by name, all fields of a kind, or a constant.
type operand struct {
	matcherID, match, fixed string
	hasFixed                bool
}

// readOperand reads an operand in its present form, or in the older form: a text that is a number or names a field.
func (c *calculation) readOperand(v any) operand {
	if m, ok := v.(map[string]any); ok {
		match := settings.Object(m).Child("matcher")
		return operand{match.Text("id"), match.Text("options"), js.Text(m["fixed"]), m["fixed"] != nil}
	}
	text := js.Text(v)
	if !math.IsNaN(js.NumberFromText(text)) && !c.hasField(text) {
		return operand{fixed: text, hasFixed: true}
	}
	return operand{matcherID: "byName", match: text}
}

func (c *calculation) hasField(name string) bool {
	for _, fr := range c.frames {
		for _, f := range fr.Fields {
			if f.Name == name {
				return true
			}
		}
	}
	return false
}

func (d operand) label() string {
	if d.matcherID != "" {
		return d.match
	}
	return d.fixed
}

// values are an operand's values in a frame, nil if it has none there.
func (c *calculation) values(d operand, fr *frame.Frame) ([]any, error) {
	name, err := c.pipeline.Interpolate(d.match)
	if err != nil {
		return nil, err
	}
	if d.matcherID == "byName" {
		for _, f := range fr.Fields {
			if name != frame.DisplayName(f, fr, c.frames) {
				continue
			}
			if f.Kind != frame.Boolean {
				return append([]any{}, f.Values...), nil
			}
			out := make([]any, len(f.Values))
			for i, v := range f.Values {
				out[i] = 0.0
				if js.Truthy(v) && !js.Missing(v) {
					out[i] = 1.0
				}
			}
			return out, nil
		}
	}
	text := name
	if d.hasFixed {
		text = d.fixed
	}
	n := js.LeadingNumber(text)
	if math.IsNaN(n) {
		return nil, nil
	}
	out := make([]any, fr.Length)
	for i := range out {
		out[i] = n
	}
	return out, nil
}

// binary adds a field that is computed from two operands.
func (c *calculation) binary() ([]*frame.Frame, error) {
	o := c.options.Child("binary")
	side := func(key string) operand {
		if o[key] == nil {
			return c.readOperand("")
		}
		return c.readOperand(o[key])
	}
	left, right := side("left"), side("right")
	operator := o.TextOr("operator", "+")
	if !strings.Contains("+-*/", operator) || len(operator) != 1 {
		return nil, fmt.Errorf("the operation %q is not known", operator)
	}
	if left.matcherID == "byType" {
		return c.binaryOfKind(frame.Kind(left.match), operator, right)
	}
	name := left.label() + " " + operator + " " + right.label()
	return c.each(strings.ReplaceAll(name, "$", ""), func(fr *frame.Frame) ([]any, error) {
		a, err := c.values(left, fr)
		if err != nil {
			return nil, err
		}
		b, err := c.values(right, fr)
		if a == nil || b == nil || err != nil {
			return nil, err
		}
		return operated(a, operator, b), nil
	})
}

// binaryOfKind adds a computed field after each field of the given kind.
func (c *calculation) binaryOfKind(kind frame.Kind, operator string, right operand) ([]*frame.Frame, error) {
	out := make([]*frame.Frame, len(c.frames))
	for i, fr := range c.frames {
		var fields []*frame.Field
		if t := fr.FirstOf(frame.Time); t != nil && c.withTime {
			first := *t // as in Grafana the time stands there twice, unless fields are replaced
			fields = append(fields, &first)
		}
		for _, f := range fr.Fields {
			if !c.replace {
				fields = append(fields, f)
			}
			if f.Kind != kind {
				continue
			}
			b, err := c.values(right, fr)
			if err != nil {
				return nil, err
			}
			if b == nil {
				continue
			}
			added := *f
			added.Name, added.Values = f.Name+" "+operator+" "+right.label(), operated(f.Values, operator, b)
			fields = append(fields, &added)
		}
		out[i] = fr.WithFields(fields)
	}
	return out, nil
}

// operated computes row by row. As in JavaScript, adding a text gives a longer text.
func operated(a []any, operator string, b []any) []any {
	out := make([]any, len(a))
	for i := range a {
		x, y := a[i], valueOf(b, i)
		switch operator {
		case "+":
			out[i] = reducer.Plus(x, y)
		case "-":
			out[i] = js.Coerce(x) - js.Coerce(y)
		case "*":
			out[i] = js.Coerce(x) * js.Coerce(y)
		default:
			out[i] = js.Coerce(x) / js.Coerce(y)
		}
	}
	return out
}
