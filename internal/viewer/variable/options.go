package variable

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/view"
)

// options computes the choices of a variable. c has the values of the variables that it refers to.
func options(ctx context.Context, v model.Variable, q request.Querier, c macro.Context) ([]view.VariableOption, error) {
	switch v.Kind {
	case "custom":
		return customOptions(c, v)
	case "query":
		return queryOptions(ctx, v, q, c)
	case "interval":
		var out []view.VariableOption
		if v.Auto {
			out = append(out, view.VariableOption{Text: model.AutoText, Value: model.AutoValue})
		}
		for _, s := range intervals(v.Query) {
			out = append(out, view.VariableOption{Text: s, Value: s})
		}
		return out, nil
	case "textbox", "constant":
		return nil, nil
	}
	return nil, fmt.Errorf("variables of the kind %q are not supported", v.Kind)
}

// mostChoices bounds the list of a variable. With the variables before it filled in, a list may be much longer than it is written.
const mostChoices = 10_000

// customOptions reads a list such as "a, b, text : value". A comma within a choice is written "\,".
func customOptions(c macro.Context, v model.Variable) ([]view.VariableOption, error) {
	list, err := macro.InterpolateAs(v.Query, "glob", c)
	if err != nil {
		return nil, err
	}
	pair := regexp.MustCompile(`^(.+)\s:\s(.+)$`)
	var out []view.VariableOption
	for _, s := range regexp.MustCompile(`(?:\\,|[^,])+`).FindAllString(list, mostChoices+1) {
		if len(out) == mostChoices {
			return nil, fmt.Errorf("its list has more than %d choices", mostChoices)
		}
		s = strings.ReplaceAll(s, `\,`, ",")
		o := view.VariableOption{Text: strings.TrimSpace(s), Value: strings.TrimSpace(s)}
		if m := pair.FindStringSubmatch(s); m != nil {
			o = view.VariableOption{Text: strings.TrimSpace(m[1]), Value: strings.TrimSpace(m[2])}
		}
		out = append(out, o)
	}
	return out, nil
}

func queryOptions(ctx context.Context, v model.Variable, q request.Querier, c macro.Context) ([]view.VariableOption, error) {
	if strings.TrimSpace(v.Query) == "" {
		return nil, nil
	}
	if !request.IsPostgres(v.Datasource) {
		return nil, fmt.Errorf("its query goes to a datasource of the type %q; only PostgreSQL is supported", v.Datasource.Text("type"))
	}
	pattern, err := macro.InterpolateAs(v.Regex, "regex", c)
	if err != nil {
		return nil, err
	}
	c.Interval = macro.Interval(c.Range, request.DefaultWidth, time.Minute)
	sql, _, err := macro.Expand(v.Query, c)
	if err != nil {
		return nil, err
	}
	answer, err := q.Query(ctx, sql, "table", nil)
	if err != nil {
		return nil, err
	}
	found, err := findValues(answer)
	if err != nil {
		return nil, err
	}
	if found, err = picked(found, pattern); err != nil {
		return nil, err
	}
	return sortOptions(distinctOptions(found), v.Sort), nil
}

// findValues reads the choices from the columns __text and __value. If one of these is missing, every value of every column
// is a choice. Of several choices with the same text it keeps the first.
func findValues(answer *data.Frame) ([]view.VariableOption, error) {
	fr, err := frame.FromData(answer, "")
	if err != nil {
		return nil, err
	}
	var out []view.VariableOption
	seen := map[string]bool{}
	add := func(text, value string) {
		if !seen[text] {
			seen[text] = true
			out = append(out, view.VariableOption{Text: text, Value: value})
		}
	}
	var texts, values *frame.Field
	for _, f := range fr.Fields {
		switch f.Name {
		case "__text":
			texts = f
		case "__value":
			values = f
		}
	}
	if texts != nil && values != nil {
		for i := range fr.Length {
			add(js.Spelled(texts.Values[i]), js.Spelled(values.Values[i]))
		}
		return out, nil
	}
	for _, f := range fr.Fields {
		for _, v := range f.Values {
			add(js.Text(v), js.Text(v))
		}
	}
	return out, nil
}

// picked applies the variable's regular expression, and drops choices that do not match. The groups named text and value, or
// else the first group, become the choice.
func picked(options []view.VariableOption, pattern string) ([]view.VariableOption, error) {
	if pattern == "" {
		return options, nil
	}
	re, global, err := js.Regexp(pattern)
	if err != nil {
		return nil, err
	}
	var out []view.VariableOption
	for _, o := range options {
		matches := allMatches(re, o.Value, global)
		if len(matches) == 0 {
			continue
		}
		value, text := namedGroup(re, matches, "value"), namedGroup(re, matches, "text")
		switch {
		case value != "" || text != "":
			if value == "" {
				value = text
			}
			if text == "" {
				text = value
			}
			out = append(out, view.VariableOption{Text: text, Value: value})
		case re.NumSubexp() > 0:
			for _, m := range matches {
				out = append(out, view.VariableOption{Text: m[1], Value: m[1]})
			}
		default:
			out = append(out, o)
		}
	}
	return out, nil
}

// allMatches returns the first match, or with the flag g all matches up to an empty one.
func allMatches(re *regexp.Regexp, s string, global bool) [][]string {
	if !global {
		if m := re.FindStringSubmatch(s); m != nil {
			return [][]string{m}
		}
		return nil
	}
	var out [][]string
	for _, m := range re.FindAllStringSubmatch(s, -1) {
		out = append(out, m)
		if m[0] == "" {
			break
		}
	}
	return out
}

// namedGroup returns what a group matched first, "" if it is missing or matched nothing.
func namedGroup(re *regexp.Regexp, matches [][]string, name string) string {
	i := re.SubexpIndex(name)
	for _, m := range matches {
		if i > 0 && m[i] != "" {
			return m[i]
		}
	}
	return ""
}

// distinctOptions keeps the first choice of each value.
func distinctOptions(options []view.VariableOption) []view.VariableOption {
	seen := map[string]bool{}
	var out []view.VariableOption
	for _, o := range options {
		if !seen[o.Value] {
			seen[o.Value] = true
			out = append(out, o)
		}
	}
	return out
}

// sortOptions sorts choices by their texts. Grafana numbers the orders: 1 is alphabetical, 3 by the first number in the
// text, 5 without regard to case, and 7 natural (2 before 10). The next even number is the same order backwards.
func sortOptions(options []view.VariableOption, order int) []view.VariableOption {
	var less func(a, b string) bool
	switch order {
	case 1, 2:
		less = func(a, b string) bool { return a < b }
	case 3, 4:
		less = func(a, b string) bool { return firstNumber(a) < firstNumber(b) }
	case 5, 6:
		less = func(a, b string) bool { return strings.ToLower(a) < strings.ToLower(b) }
	case 7, 8:
		c := collate.New(language.AmericanEnglish, collate.Numeric)
		less = func(a, b string) bool { return c.CompareString(a, b) < 0 }
	default:
		return options
	}
	sort.SliceStable(options, func(i, j int) bool { return less(options[i].Text, options[j].Text) })
	if order%2 == 0 {
		for i, j := 0, len(options)-1; i < j; i, j = i+1, j-1 {
			options[i], options[j] = options[j], options[i]
		}
	}
	return options
}

// firstNumber returns the first number in a text, -1 if there is none.
func firstNumber(s string) float64 {
	digits := regexp.MustCompile(`\d+`).FindString(s)
	if n, err := strconv.ParseFloat(digits, 64); err == nil {
		return n
	} else if digits != "" {
		return math.Inf(1)
	}
	return -1
}

// intervals reads the list of an interval variable: words, or anything between quotes.
func intervals(query string) []string {
	var out []string
	for _, s := range regexp.MustCompile(`"[^"]*"|'[^']*'|\w+`).FindAllString(query, -1) {
		out = append(out, strings.Map(func(r rune) rune {
			if r == '"' || r == '\'' {
				return -1
			}
			return r
		}, s))
	}
	return out
}
