package panel

import (
	"net/url"
	"strconv"
	"strings"

	"macrowatch/internal/viewer/macro"
)

// scope is where a name template or a link stands: the field and, for a value, its row.
type scope struct {
	frames     []*frame
	frame      *frame
	frameIndex int
	field      *field
	row        int
	hasRow     bool
	calc       string
	value      *display
	raw        any
}

// replacer fills ${__field.name}, ${__data.fields.x}, ${__value.text} and their like into a text,
// then the dashboard's variables. What it does not know it leaves as it is.
func replacer(c macro.Context) func(string, scope) string {
	return func(text string, s scope) string {
		text = fillScope(text, s, func(v string) string { return v })
		out, err := macro.Interpolate(text, c)
		if err != nil {
			return text
		}
		return out
	}
}

// linkReplacer is replacer for URLs: values are percent-encoded unless ":raw" is asked for.
func linkReplacer(c macro.Context, from, to string) func(string, scope) string {
	plain := replacer(c)
	return func(text string, s scope) string {
		text = strings.ReplaceAll(text, "${__url_time_range}", "from="+from+"&to="+to)
		return plain(fillScope(text, s, url.QueryEscape), s)
	}
}

func fillScope(text string, s scope, encode func(string) string) string {
	var b strings.Builder
	for {
		start := strings.Index(text, "${__")
		cell := strings.Index(text, "$__cell_")
		if cell >= 0 && (start < 0 || cell < start) {
			n := 0
			for rest := text[cell+8:]; n < len(rest) && rest[n] >= '0' && rest[n] <= '9'; n++ {
			}
			if v, ok := s.lookup("__cell_" + text[cell+8:cell+8+n]); ok {
				b.WriteString(text[:cell] + encode(v))
			} else {
				b.WriteString(text[:cell+8+n])
			}
			text = text[cell+8+n:]
			continue
		}
		if start < 0 {
			return b.String() + text
		}
		end := strings.IndexByte(text[start:], '}')
		if end < 0 {
			return b.String() + text
		}
		b.WriteString(text[:start])
		path, format, _ := strings.Cut(text[start+2:start+end], ":")
		if v, ok := s.lookup(path); !ok {
			b.WriteString(text[start : start+end+1])
		} else if format == "raw" {
			b.WriteString(v)
		} else {
			b.WriteString(encode(v))
		}
		text = text[start+end+1:]
	}
}

func (s scope) lookup(path string) (string, bool) {
	head, rest, _ := strings.Cut(path, ".")
	switch {
	case s.field == nil:
		return "", false
	case path == "__field.name":
		return displayOr(s), true
	case path == "__field.displayName":
		return displayOr(s), true
	case path == "__field.labels":
		return formatLabels(s.field.labels), true
	case head == "__field" && strings.HasPrefix(rest, "labels."):
		return s.field.labels[strings.Trim(rest[len("labels."):], `"`)], true
	case path == "__series.name", path == "__frame.name":
		return s.frame.name, true
	case path == "__calc":
		return s.calc, s.calc != ""
	case head == "__value" && s.value != nil:
		return s.valuePart(rest)
	case strings.HasPrefix(head, "__cell_"):
		i, err := strconv.Atoi(head[len("__cell_"):])
		if err != nil || i < 0 || i >= len(s.frame.fields) {
			return "", false
		}
		return s.cell(s.frame.fields[i], "text")
	case strings.HasPrefix(path, "__data.fields"):
		return s.dataField(path[len("__data.fields"):])
	}
	return "", false
}

// displayOr is the field's name before any configured one: the template may be that name.
func displayOr(s scope) string {
	bare := *s.field
	bare.raw = nil
	in := *s.frame
	in.fields = append([]*field(nil), s.frame.fields...)
	for i, f := range in.fields {
		if f == s.field {
			in.fields[i] = &bare
		}
	}
	return displayName(&bare, &in, s.frames)
}

func (s scope) valuePart(part string) (string, bool) {
	switch part {
	case "text":
		return s.value.full(), true
	case "raw", "":
		return toText(s.raw), true
	case "numeric":
		return toText(s.value.numeric), true
	case "time":
		if t := s.frame.firstOf(typeTime); t != nil && s.hasRow {
			return toText(t.values[s.row]), true
		}
	}
	return "", false
}

// dataField reads [0], ["name"] or .name, then .text or .numeric.
func (s scope) dataField(path string) (string, bool) {
	part := "text"
	for _, p := range []string{"text", "numeric"} {
		if cut, ok := strings.CutSuffix(path, "."+p); ok && cut != "" {
			path, part = cut, p
			break
		}
	}
	key := strings.Trim(strings.TrimPrefix(path, "."), `[]"'`)
	if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(s.frame.fields) {
		return s.cell(s.frame.fields[i], part)
	}
	for _, f := range s.frame.fields {
		if f.name == key || f.title == key {
			return s.cell(f, part)
		}
	}
	return "", false
}

func (s scope) cell(f *field, part string) (string, bool) {
	row := s.row
	if !s.hasRow {
		if s.frame.length != 1 {
			return "", false
		}
		row = 0
	}
	if f.show == nil {
		return toText(f.values[row]), true
	}
	d := f.show(f.values[row], nil)
	if part == "numeric" {
		return toText(d.numeric), true
	}
	return d.full(), true
}
