package macro

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Variable is the present value of a dashboard variable.
type Variable struct {
	// Values holds one value, or several where the variable allows them.
	Values []string
	// Text is what the reader sees of it; "" means the values joined with " + ".
	Text string
	// Multi is true where the variable may hold several values or has an All: then each value is
	// quoted in SQL even if there is only one.
	Multi bool
}

// Interpolate fills variables into a text that is shown ("$var", "${var}", "${var:csv}",
// "[[var]]"); what names no variable stays as it is. An unknown format is an error.
func Interpolate(text string, c Context) (string, error) {
	return c.interpolate(text, func(v Variable) string { return v.text() })
}

// InterpolateAs is Interpolate with a format for the references that name none, such as "glob" or
// "regex".
func InterpolateAs(text, format string, c Context) (string, error) {
	var bad error
	out, err := c.interpolate(text, func(v Variable) string {
		s, err := v.format(format)
		if err != nil {
			bad = err
		}
		return s
	})
	return out, errors.Join(err, bad)
}

// quoteForSQL is the form that Grafana's SQL datasources give to a variable without a format.
func quoteForSQL(v Variable) string {
	if !v.Multi && len(v.Values) == 1 {
		return strings.ReplaceAll(v.Values[0], "'", "''")
	}
	return joined(v.Values, ",", quoteLiteral)
}

func quoteLiteral(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func joined(values []string, sep string, each func(string) string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = each(v)
	}
	return strings.Join(out, sep)
}

func (v Variable) text() string {
	if v.Text != "" {
		return v.Text
	}
	return strings.Join(v.Values, " + ")
}

// reference is one place in a text that may name a variable: text[start:end].
type reference struct {
	name, format string
	start, end   int
}

func (c Context) interpolate(text string, plain func(Variable) string) (string, error) {
	var b strings.Builder
	last := 0
	for i := 0; i < len(text); i++ {
		ref, ok := referenceAt(text, i)
		if !ok {
			continue
		}
		value, known, err := c.lookup(ref, plain)
		if err != nil {
			return "", err
		}
		if known {
			b.WriteString(text[last:ref.start])
			b.WriteString(value)
			last = ref.end
		}
		i = ref.end - 1
	}
	b.WriteString(text[last:])
	return b.String(), nil
}

// referenceAt reads $name, ${name}, ${name:format}, [[name]] or [[name:format]] at text[i:].
func referenceAt(text string, i int) (reference, bool) {
	rest := text[i:]
	var body, closing string
	switch {
	case strings.HasPrefix(rest, "${"):
		body, closing = rest[2:], "}"
	case strings.HasPrefix(rest, "[["):
		body, closing = rest[2:], "]]"
	case strings.HasPrefix(rest, "$"):
		n := wordLen(rest[1:])
		return reference{name: rest[1 : 1+n], start: i, end: i + 1 + n}, n > 0
	default:
		return reference{}, false
	}
	end := strings.Index(body, closing)
	n := wordLen(body)
	if end < 1 || n < 1 || n < end && body[n] != ':' {
		return reference{}, false
	}
	ref := reference{name: body[:n], start: i, end: i + 2 + end + len(closing)}
	if n < end {
		ref.format = body[n+1 : end]
	}
	return ref, true
}

func wordLen(s string) int {
	n := 0
	for n < len(s) && isWord(s[n]) {
		n++
	}
	return n
}

func (c Context) lookup(ref reference, plain func(Variable) string) (value string, known bool, err error) {
	if v, ok := c.Variables[ref.name]; ok {
		if ref.format == "" {
			return plain(v), true, nil
		}
		value, err = v.format(ref.format)
		return value, true, err
	}
	var t time.Time
	switch ref.name {
	case "__interval":
		return FormatInterval(c.Interval), true, nil
	case "__interval_ms":
		return strconv.FormatInt(max(c.Interval.Milliseconds(), 1), 10), true, nil
	case "__range":
		return strconv.FormatInt(rangeSeconds(c), 10) + "s", true, nil
	case "__range_s":
		return strconv.FormatInt(rangeSeconds(c), 10), true, nil
	case "__range_ms":
		return strconv.FormatInt(c.To.UnixMilli()-c.From.UnixMilli(), 10), true, nil
	case "__from":
		t = c.From
	case "__to":
		t = c.To
	default:
		return "", false, nil
	}
	switch ref.format {
	case "", "raw":
		return strconv.FormatInt(t.UnixMilli(), 10), true, nil
	case "date", "date:iso":
		return t.UTC().Format("2006-01-02T15:04:05.000Z"), true, nil
	case "date:seconds":
		return strconv.FormatInt(t.Unix(), 10), true, nil
	}
	return "", false, fmt.Errorf("the format %q of ${%s} is not supported; date, date:iso and date:seconds are", ref.format, ref.name)
}

// rangeSeconds rounds half a second up, as the browser does.
func rangeSeconds(c Context) int64 { return (c.To.UnixMilli() - c.From.UnixMilli() + 500) / 1000 }

func (v Variable) format(format string) (string, error) {
	name, arg, _ := strings.Cut(format, ":")
	switch name {
	case "raw", "csv":
		return strings.Join(v.Values, ","), nil
	case "text":
		return v.text(), nil
	case "pipe":
		return strings.Join(v.Values, "|"), nil
	case "join":
		if arg == "" {
			arg = ","
		}
		return strings.Join(v.Values, arg), nil
	case "sqlstring":
		return joined(v.Values, ",", quoteLiteral), nil
	case "singlequote":
		return joined(v.Values, ",", func(s string) string { return "'" + strings.ReplaceAll(s, "'", `\'`) + "'" }), nil
	case "doublequote":
		return joined(v.Values, ",", func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }), nil
	case "regex":
		if len(v.Values) == 1 {
			return regexp.QuoteMeta(v.Values[0]), nil
		}
		return "(" + joined(v.Values, "|", regexp.QuoteMeta) + ")", nil
	case "glob":
		if len(v.Values) == 1 {
			return v.Values[0], nil
		}
		return "{" + strings.Join(v.Values, ",") + "}", nil
	case "percentencode", "uriencode":
		if len(v.Values) == 1 {
			return url.PathEscape(v.Values[0]), nil
		}
		return url.PathEscape("{" + strings.Join(v.Values, ",") + "}"), nil
	case "json":
		if !v.Multi && len(v.Values) == 1 {
			return marshal(v.Values[0])
		}
		return marshal(v.Values)
	}
	return "", fmt.Errorf("the variable format %q is not known; raw, csv, text, pipe, join, sqlstring, singlequote, "+
		"doublequote, regex, glob, percentencode and json are", format)
}

func marshal(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
