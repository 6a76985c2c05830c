package settings

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	"macrowatch/internal/viewer/js"
)

// Mapping is a value mapping: it shows certain values with another text or colour.
type Mapping struct {
	Kind     string            // value, range, regex or special
	Values   map[string]Mapped // for the kind value: what each value is mapped to
	from, to *float64          // for the kind range: its ends, nil for an open one
	re       *regexp.Regexp    // for the kind regex
	global   bool              // for the kind regex: whether all matches are replaced
	Match    string            // for the kind special: null, nan, true and the like
	Result   Mapped            // for all other kinds: the text and the colour for values to which the mapping applies
}

// Mapped is the text and the colour that a value gets. A field that is nil changes nothing.
type Mapped struct {
	Text, Color *string
}

func readMapped(p Object) Mapped {
	var m Mapped
	if p["text"] != nil {
		s := js.Text(p["text"])
		m.Text = &s
	}
	if s, ok := p["color"].(string); ok {
		m.Color = &s
	}
	return m
}

func readMappings(list []any) []Mapping {
	var out []Mapping
	for _, entry := range list {
		e, _ := entry.(map[string]any)
		o := Object(e).Child("options")
		m := Mapping{Kind: Object(e).Text("type"), Result: readMapped(o.Child("result"))}
		switch m.Kind {
		case "value":
			m.Values = map[string]Mapped{}
			for k, v := range o {
				if r, ok := v.(map[string]any); ok {
					m.Values[k] = readMapped(r)
				}
			}
		case "range":
			m.from, m.to = bound(o, "from"), bound(o, "to")
		case "regex":
			// A pattern that can't be read matches nothing; MappingNotices reports it.
			m.re, m.global, _ = js.Regexp(o.Text("pattern"))
		case "special":
			m.Match = o.Text("match")
		}
		out = append(out, m)
	}
	return out
}

// bound reads one end of a range. An end that is missing is open (nil). Null is zero, as in JavaScript's comparisons.
func bound(o Object, key string) *float64 {
	v, present := o[key]
	if !present {
		return nil
	}
	n := 0.0
	if v != nil {
		n = js.Number(v)
	}
	if math.IsNaN(n) {
		return nil
	}
	return &n
}

// MapValue returns what the first mapping that applies to v maps it to. The second result is false if none applies.
func MapValue(mappings []Mapping, v any) (Mapped, bool) {
	for _, m := range mappings {
		if r, ok := m.apply(v); ok {
			return r, true
		}
	}
	return Mapped{}, false
}

// apply returns what v is mapped to. The second result is false if the mapping does not apply.
func (m Mapping) apply(v any) (Mapped, bool) {
	if m.Kind == "special" {
		return m.Result, m.special(v)
	}
	if v == nil {
		return Mapped{}, false
	}
	switch m.Kind {
	case "value":
		r, ok := m.Values[js.Text(v)]
		return r, ok
	case "range":
		n := js.LeadingNumber(v)
		if math.IsNaN(n) || m.from != nil && n < *m.from || m.to != nil && n > *m.to {
			return Mapped{}, false
		}
		return m.Result, true
	case "regex":
		s, ok := v.(string)
		if !ok || m.re == nil || !m.re.MatchString(s) {
			return Mapped{}, false
		}
		r := m.Result
		if r.Text != nil {
			t := replaceMatch(m.re, s, *r.Text, m.global)
			r.Text = &t
		}
		return r, true
	}
	return Mapped{}, false
}

// special reports whether a special mapping applies to v.
func (m Mapping) special(v any) bool {
	n, isNumber := v.(float64)
	nan := isNumber && math.IsNaN(n)
	switch m.Match {
	case "null":
		return v == nil
	case "nan":
		return nan
	case "null+nan":
		return v == nil || nan
	case "true":
		return v == true || v == "true"
	case "false":
		return v == false || v == "false"
	case "empty":
		return v == ""
	}
	return false
}

// replaceMatch replaces the first match in s, or all matches, as JavaScript's replace does. with may refer to the match by
// $1, $&, $<name> and $$.
func replaceMatch(re *regexp.Regexp, s, with string, all bool) string {
	n := 1
	if all {
		n = -1
	}
	var b strings.Builder
	last := 0
	for _, m := range re.FindAllStringSubmatchIndex(s, n) {
		b.WriteString(s[last:m[0]])
		b.WriteString(fillGroups(re, s, with, m))
		last = m[1]
	}
	b.WriteString(s[last:])
	return b.String()
}

// fillGroups fills one match into the text that replaces it.
func fillGroups(re *regexp.Regexp, s, with string, m []int) string {
	group := func(i int) string {
		if 2*i+1 >= len(m) || m[2*i] < 0 {
			return ""
		}
		return s[m[2*i]:m[2*i+1]]
	}
	var b strings.Builder
	for i := 0; i < len(with); i++ {
		if with[i] != '$' || i+1 == len(with) {
			b.WriteByte(with[i])
			continue
		}
		next := with[i+1]
		switch {
		case next == '$':
			b.WriteByte('$')
			i++
		case next == '&':
			b.WriteString(group(0))
			i++
		case next >= '1' && next <= '9' && int(next-'0') <= re.NumSubexp():
			n := int(next - '0')
			i++
			if i+1 < len(with) && with[i+1] >= '0' && with[i+1] <= '9' && n*10+int(with[i+1]-'0') <= re.NumSubexp() {
				i++
				n = n*10 + int(with[i]-'0')
			}
			b.WriteString(group(n))
		case next == '<' && strings.IndexByte(with[i:], '>') > 0:
			end := i + strings.IndexByte(with[i:], '>')
			b.WriteString(group(max(re.SubexpIndex(with[i+2:end]), 0)))
			i = end
		default:
			b.WriteByte('$')
		}
	}
	return b.String()
}

// MappingNotices returns a sentence for each mapping that can't be applied.
func MappingNotices(list []any) []string {
	var out []string
	for _, entry := range list {
		e, _ := entry.(map[string]any)
		switch kind := Object(e).Text("type"); kind {
		case "value", "range", "special":
		case "regex":
			if _, _, err := js.Regexp(Object(e).Child("options").Text("pattern")); err != nil {
				out = append(out, fmt.Sprintf("A value mapping is not applied: %s.", err))
			}
		default:
			out = append(out, fmt.Sprintf("Value mappings of the type %q are not supported.", kind))
		}
	}
	return out
}
