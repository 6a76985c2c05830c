package panel

import (
	"math"
	"strings"
)

// props is a piece of settings as the dashboard's JSON holds it. Its readers are lenient, as
// Grafana is: what is missing or of another type reads as the zero value.
type props map[string]any

func (p props) text(key string) string {
	s, _ := p[key].(string)
	return s
}

// textOr is text with a default for what is missing or empty.
func (p props) textOr(key, fallback string) string {
	if s := p.text(key); s != "" {
		return s
	}
	return fallback
}

func (p props) flag(key string) bool {
	b, _ := p[key].(bool)
	return b
}

func (p props) flagOr(key string, fallback bool) bool {
	if b, ok := p[key].(bool); ok {
		return b
	}
	return fallback
}

// number reads a number, also one that is written as a text; nil where there is none.
func (p props) number(key string) *float64 {
	if p[key] == nil {
		return nil
	}
	n := leadingNumber(p[key])
	if math.IsNaN(n) {
		return nil
	}
	return &n
}

func (p props) numberOr(key string, fallback float64) float64 {
	if n := p.number(key); n != nil {
		return *n
	}
	return fallback
}

func (p props) child(key string) props {
	m, _ := p[key].(map[string]any)
	return m
}

func (p props) list(key string) []any {
	l, _ := p[key].([]any)
	return l
}

func (p props) texts(key string) []string {
	var out []string
	for _, v := range p.list(key) {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// clone copies p so deep that set can't reach the original.
func (p props) clone() props {
	out := make(props, len(p))
	for k, v := range p {
		if m, ok := v.(map[string]any); ok {
			v = map[string]any(props(m).clone())
		}
		out[k] = v
	}
	return out
}

// set puts a value at a path such as "custom.lineWidth"; nil removes it.
func (p props) set(path string, value any) {
	head, rest, nested := strings.Cut(path, ".")
	if !nested {
		if value == nil {
			delete(p, head)
		} else {
			p[head] = value
		}
		return
	}
	m, ok := p[head].(map[string]any)
	if !ok {
		if value == nil {
			return
		}
		m = map[string]any{}
		p[head] = m
	}
	props(m).set(rest, value)
}

// over lays p over defaults: objects are merged, anything else replaces.
func (p props) over(defaults props) props {
	out := defaults.clone()
	for k, v := range p {
		m, isMap := v.(map[string]any)
		d, hasMap := out[k].(map[string]any)
		if isMap && hasMap {
			out[k] = map[string]any(props(m).over(d))
		} else if v != nil || out[k] == nil {
			out[k] = v
		}
	}
	return out
}
