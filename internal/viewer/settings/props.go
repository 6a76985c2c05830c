package settings

import (
	"math"
	"strings"

	"macrowatch/internal/viewer/js"
)

// Object is a JSON object with settings. Its methods are as lenient as Grafana: a setting that is missing or has another
// type reads as the zero value.
type Object map[string]any

// Text reads a text, "" if there is none.
func (p Object) Text(key string) string {
	s, _ := p[key].(string)
	return s
}

// TextOr reads a text, with a fallback if it is missing or empty.
func (p Object) TextOr(key, fallback string) string {
	if s := p.Text(key); s != "" {
		return s
	}
	return fallback
}

// Flag reads true or false.
func (p Object) Flag(key string) bool {
	b, _ := p[key].(bool)
	return b
}

// FlagOr reads true or false, with a fallback if it is missing.
func (p Object) FlagOr(key string, fallback bool) bool {
	if b, ok := p[key].(bool); ok {
		return b
	}
	return fallback
}

// Number reads a number, which may be written as a text. It is nil if there is none.
func (p Object) Number(key string) *float64 {
	if p[key] == nil {
		return nil
	}
	n := js.LeadingNumber(p[key])
	if math.IsNaN(n) {
		return nil
	}
	return &n
}

// NumberOr reads a number as Number does, with a fallback if it is missing.
func (p Object) NumberOr(key string, fallback float64) float64 {
	if n := p.Number(key); n != nil {
		return *n
	}
	return fallback
}

// Child reads an object.
func (p Object) Child(key string) Object {
	m, _ := p[key].(map[string]any)
	return m
}

// List reads a list.
func (p Object) List(key string) []any {
	l, _ := p[key].([]any)
	return l
}

// Texts reads a list of texts, and ignores whatever else is in the list.
func (p Object) Texts(key string) []string {
	var out []string
	for _, v := range p.List(key) {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// Clone copies p and the objects in it, so that Set does not change the original.
func (p Object) Clone() Object {
	out := make(Object, len(p))
	for k, v := range p {
		if m, ok := v.(map[string]any); ok {
			v = map[string]any(Object(m).Clone())
		}
		out[k] = v
	}
	return out
}

// Set puts a value at a path such as "custom.lineWidth"; nil removes it.
func (p Object) Set(path string, value any) {
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
	Object(m).Set(rest, value)
}

// Over returns the settings of p, with the settings of `defaults` that p lacks. An object that both have is
// merged in the same way.
func (p Object) Over(defaults Object) Object {
	out := defaults.Clone()
	for k, v := range p {
		m, isMap := v.(map[string]any)
		d, hasMap := out[k].(map[string]any)
		if isMap && hasMap {
			out[k] = map[string]any(Object(m).Over(d))
		} else if v != nil || out[k] == nil {
			out[k] = v
		}
	}
	return out
}

// Contains reports whether a list has at least one of several names.
func Contains(list []string, names ...string) bool {
	for _, e := range list {
		for _, n := range names {
			if e == n {
				return true
			}
		}
	}
	return false
}
