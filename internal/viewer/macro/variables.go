package macro

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Variable is the present value of a dashboard variable.
type Variable struct {
	// Values holds one value, or several where List is true.
	Values []string
	// Text is what the reader sees; "" means the values joined with " + ".
	Text string
	// Multi is true if the variable may hold several values or has an All. Each value is then quoted in SQL, even a
	// single one.
	Multi bool
	// List is true if the value is a list, even a list of one.
	List bool
	// All is the text that the dashboard's author wrote for the choice All, or "". Formats do not change this text,
	// but variables in it are filled in.
	All string
	// URL holds the values as they are in the page's address; nil means Values.
	URL []string
	// Free is true if a reader may write any value. In SQL such a value may only be a text or a number; see Expand.
	Free bool
	// Problem says why there is no value. A text that uses the variable fails with it.
	Problem error
}

// Interpolate fills variables into a text that is shown. A variable is written $var, ${var}, ${var:csv} or [[var]]. A
// name that is no variable stays as it is. An unknown format is an error.
func Interpolate(text string, c Context) (string, error) {
	return (&interpolation{Context: c, format: "text"}).fill(text)
}

// InterpolateAs does the same as Interpolate. References without a format get the given one, such as "glob" or "regex".
func InterpolateAs(text, format string, c Context) (string, error) {
	return (&interpolation{Context: c, format: format}).fill(text)
}

// References returns the names in a text that are written as variables are.
func References(text string) []string {
	var names []string
	for i := 0; i < len(text); i++ {
		if ref, ok := referenceAt(text, i); ok {
			names = append(names, ref.name)
			i = ref.end - 1
		}
	}
	return names
}

// interpolation fills in one text.
type interpolation struct {
	Context
	// format is for references that name none; "" quotes for SQL.
	format string
	// sql is true for a statement, whose free values are kept apart in slots.
	sql   bool
	slots []slot
	depth int
}

// joined applies the function `each` to every value and joins the results.
func joined(values []string, sep string, each func(string) string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = each(v)
	}
	return strings.Join(out, sep)
}

func quoteLiteral(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// reference is one place in a text that may name a variable: text[start:end].
type reference struct {
	name, format string
	start, end   int
}

// longest bounds a text that is filled in. Each of several variables may name the one before it twice, and so double its length.
const longest = 4 << 20

func (in *interpolation) fill(text string) (string, error) {
	var b strings.Builder
	last := 0
	for i := 0; i < len(text); i++ {
		ref, ok := referenceAt(text, i)
		if !ok {
			continue
		}
		value, known, err := in.lookup(ref)
		if err != nil {
			return "", err
		}
		if known {
			if b.Len()+len(value) > longest {
				return "", errors.New("the text becomes too long when its variables are filled in")
			}
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

func (in *interpolation) lookup(ref reference) (value string, known bool, err error) {
	if v, ok := in.Variables[ref.name]; ok {
		value, err = in.variable(v, ref)
		return value, true, err
	}
	return in.builtIn(ref)
}

// deepest bounds how deep texts for All may be nested, since such a text may name another variable.
const deepest = 8

func (in *interpolation) variable(v Variable, ref reference) (string, error) {
	format := ref.format
	if format == "" {
		format = in.format
	}
	switch {
	case v.Problem != nil:
		return "", fmt.Errorf("the variable %q: %w", ref.name, v.Problem)
	case v.All != "" && format != "text" && format != "percentencode" && format != "queryparam":
		if in.depth++; in.depth > deepest {
			return "", fmt.Errorf("the variable %q stands for itself", ref.name)
		}
		defer func() { in.depth-- }()
		return in.fill(v.All)
	case !in.sql || !v.Free:
		return v.format(ref.name, format)
	}
	for _, s := range v.Values {
		if err := checkFree(ref.name, s); err != nil {
			return "", err
		}
	}
	value, err := v.format(ref.name, format)
	if err != nil {
		return "", err
	}
	quoted := format == "sqlstring" || format == "" && (v.Multi || len(v.Values) != 1)
	if format == "" && !quoted {
		value = v.Values[0] // place doubles its quotes
	}
	if format == "singlequote" {
		return "", fmt.Errorf("the text box %q can't have the format singlequote in a query: PostgreSQL quotes otherwise", ref.name)
	}
	in.slots = append(in.slots, slot{name: ref.name, value: value, quoted: quoted})
	return slotMark(len(in.slots) - 1), nil
}

// builtIn fills in the variables that every dashboard has.
func (c Context) builtIn(ref reference) (value string, known bool, err error) {
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
	case "__timezone":
		if c.Zone == "" {
			return "UTC", true, nil
		}
		return c.Zone, true, nil
	case "__from":
		t = c.From
	case "__to":
		t = c.To
	default:
		return "", false, nil
	}
	value, err = formatInstant(t.UnixMilli(), ref)
	return value, true, err
}

func formatInstant(ms int64, ref reference) (string, error) {
	switch ref.format {
	case "", "raw", "date:ms":
		return strconv.FormatInt(ms, 10), nil
	case "date", "date:iso":
		return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z"), nil
	case "date:seconds":
		return strconv.FormatInt(int64(math.Round(float64(ms)/1000)), 10), nil
	}
	return "", fmt.Errorf("the format %q of ${%s} is not supported; date, date:iso, date:ms and date:seconds are", ref.format, ref.name)
}

// rangeSeconds returns the length of the range. It rounds half a second up, as the browser does.
func rangeSeconds(c Context) int64 { return (c.To.UnixMilli() - c.From.UnixMilli() + 500) / 1000 }
