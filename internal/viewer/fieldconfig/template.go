package fieldconfig

import (
	"strconv"
	"strings"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/macro"
)

// Scope says what a text such as ${__field.name} refers to: a field and, if the text is shown for a single
// value, that value.
type Scope struct {
	Frames []*frame.Frame
	Frame  *frame.Frame
	Field  *frame.Field
	Row    int
	HasRow bool           // whether Row is set
	Calc   string         // the calculation that the value is a result of
	Value  *frame.Display // the value as it is shown
	Raw    any            // the value as it is in the data
}

// Replacer returns a function that fills in a text: first ${__field.name}, ${__data.fields.x}, ${__value.text} and the
// like, then the dashboard's variables. Names that it does not know stay as they are.
func Replacer(c macro.Context) func(string, Scope) string {
	return func(text string, s Scope) string {
		text = fillScope(text, s)
		out, err := macro.Interpolate(text, c)
		if err != nil {
			return text
		}
		return out
	}
}

// fillScope fills in the references to the scope, that is, ${__…} and $__cell_N.
func fillScope(text string, s Scope) string {
	var b strings.Builder
	for {
		start := strings.Index(text, "${__")
		cell := strings.Index(text, "$__cell_")
		if cell >= 0 && (start < 0 || cell < start) {
			n := 0
			for rest := text[cell+8:]; n < len(rest) && rest[n] >= '0' && rest[n] <= '9'; n++ {
			}
			if v, ok := s.lookup("__cell_" + text[cell+8:cell+8+n]); ok {
				b.WriteString(text[:cell] + v)
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
		path, _, _ := strings.Cut(text[start+2:start+end], ":")
		if v, ok := s.lookup(path); ok {
			b.WriteString(v)
		} else {
			b.WriteString(text[start : start+end+1])
		}
		text = text[start+end+1:]
	}
}

// lookup returns the text that a path such as "__field.name" refers to. The second result is false if there is no
// such text.
func (s Scope) lookup(path string) (string, bool) {
	head, rest, _ := strings.Cut(path, ".")
	switch {
	case s.Field == nil:
		return "", false
	case path == "__field.name":
		return unconfiguredName(s), true
	case path == "__field.displayName":
		return unconfiguredName(s), true
	case path == "__field.labels":
		return frame.FormatLabels(s.Field.Labels), true
	case head == "__field" && strings.HasPrefix(rest, "labels."):
		return s.Field.Labels[strings.Trim(rest[len("labels."):], `"`)], true
	case path == "__series.name", path == "__frame.name":
		return s.Frame.Name, true
	case path == "__calc":
		return s.Calc, s.Calc != ""
	case head == "__value" && s.Value != nil:
		return s.valuePart(rest)
	case strings.HasPrefix(head, "__cell_"):
		i, err := strconv.Atoi(head[len("__cell_"):])
		if err != nil || i < 0 || i >= len(s.Frame.Fields) {
			return "", false
		}
		return s.cell(s.Frame.Fields[i], "text")
	case strings.HasPrefix(path, "__data.fields"):
		return s.dataField(path[len("__data.fields"):])
	}
	return "", false
}

// unconfiguredName is the name that the field has without the settings. The configured name is left out because it may
// be the very text that is being filled in.
func unconfiguredName(s Scope) string {
	bare := *s.Field
	bare.Merged = nil
	in := *s.Frame
	in.Fields = append([]*frame.Field(nil), s.Frame.Fields...)
	for i, f := range in.Fields {
		if f == s.Field {
			in.Fields[i] = &bare
		}
	}
	return frame.DisplayName(&bare, &in, s.Frames)
}

func (s Scope) valuePart(part string) (string, bool) {
	switch part {
	case "text":
		return s.Value.Full(), true
	case "raw", "":
		return js.Text(s.Raw), true
	case "numeric":
		return js.Text(s.Value.Numeric), true
	case "time":
		if t := s.Frame.FirstOf(frame.Time); t != nil && s.HasRow {
			return js.Text(t.Values[s.Row]), true
		}
	}
	return "", false
}

// dataField returns the text that ${__data.fields…} refers to. The argument `path` is the part that follows: [0],
// ["name"] or .name, and then perhaps .text or .numeric.
func (s Scope) dataField(path string) (string, bool) {
	part := "text"
	for _, p := range []string{"text", "numeric"} {
		if cut, ok := strings.CutSuffix(path, "."+p); ok && cut != "" {
			path, part = cut, p
			break
		}
	}
	key := strings.Trim(strings.TrimPrefix(path, "."), `[]"'`)
	if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(s.Frame.Fields) {
		return s.cell(s.Frame.Fields[i], part)
	}
	for _, f := range s.Frame.Fields {
		if f.Name == key || f.Title == key {
			return s.cell(f, part)
		}
	}
	return "", false
}

func (s Scope) cell(f *frame.Field, part string) (string, bool) {
	row := s.Row
	if !s.HasRow {
		if s.Frame.Length != 1 {
			return "", false
		}
		row = 0
	}
	if f.Show == nil {
		return js.Text(f.Values[row]), true
	}
	d := f.Show(f.Values[row], nil)
	if part == "numeric" {
		return js.Text(d.Numeric), true
	}
	return d.Full(), true
}
