package check

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// names are the fields that a panel has at some point. open means that there are more, whose names
// only the data know: a time series that is called by the value of its column metric, say.
type names struct {
	known []string
	refs  []string
	open  bool
}

// add takes in what a query returns.
func (n *names) add(columns []pgconn.FieldDescription, t target) {
	n.refs = append(n.refs, t.RefID)
	series := t.Format != "table"
	for _, c := range columns {
		if series && isText(c) {
			n.open = true
			continue
		}
		name := c.Name
		if series && name == "time" {
			name = "Time"
		}
		n.known = append(n.known, name)
	}
}

func (n names) has(name string) bool { return n.open || slices.Contains(n.known, name) }

// matches reports whether any field can be meant by a pattern: "/expr/flags", or a whole name.
func (n names) matches(pattern string) (bool, error) {
	if n.open {
		return true, nil
	}
	expr, exact := "", true
	if end := strings.LastIndexByte(pattern, '/'); end > 0 && pattern[0] == '/' {
		expr, exact = pattern[1:end], false
		if strings.Contains(pattern[end:], "i") {
			expr = "(?i)" + expr
		}
	}
	if exact {
		return n.has(pattern), nil
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return false, fmt.Errorf("the pattern %s can't be read", pattern)
	}
	return slices.ContainsFunc(n.known, re.MatchString), nil
}

// matcher says which fields an override is for.
type matcher struct {
	ID      string `json:"id"`
	Options any    `json:"options"`
}

// judge says which of the columns that a panel names it does not have.
func judge(p panel, n names) []string {
	var found []string
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for _, t := range p.Transformations {
		var problems []string
		n, problems = t.apply(n)
		found = append(found, problems...)
	}
	has := func(who, name string) {
		if name != "" && !n.has(name) {
			say("%s names the column %q, and there are %s", who, name, strings.Join(n.known, ", "))
		}
	}
	fits := func(who, pattern string) {
		if pattern == "" {
			return
		}
		if ok, err := n.matches(pattern); err != nil {
			say("%s: %v", who, err)
		} else if !ok {
			say("%s names the columns %s, and there are %s", who, pattern, strings.Join(n.known, ", "))
		}
	}
	for _, o := range p.FieldConfig.Overrides {
		switch text, _ := o.Matcher.Options.(string); o.Matcher.ID {
		case "byName":
			has("an override", text)
		case "byNames":
			options, _ := o.Matcher.Options.(map[string]any)
			for _, name := range texts(options["names"]) {
				has("an override", name)
			}
		case "byRegexp":
			fits("an override", text)
		case "byFrameRefID":
			if !slices.Contains(n.refs, text) {
				say("an override names the query %q, and there are %s", text, strings.Join(n.refs, ", "))
			}
		}
	}
	if reduce, ok := p.Options["reduceOptions"].(map[string]any); ok {
		pattern, _ := reduce["fields"].(string)
		fits("reduceOptions.fields", pattern)
	}
	for _, key := range []string{"xField", "colorByField"} {
		name, _ := p.Options[key].(string)
		has(key, name)
	}
	sorts, _ := p.Options["sortBy"].([]any)
	for _, s := range sorts {
		by, _ := s.(map[string]any)
		name, _ := by["displayName"].(string)
		has("sortBy", name)
	}
	for _, name := range linked(p) {
		has("a link", name)
	}
	return found
}

// linked are the columns that data links name as ${__data.fields.name} or ${__data.fields["name"]}.
func linked(p panel) []string {
	text, _ := json.Marshal(p.FieldConfig) // what was read as JSON can be written as such
	var all []string
	for _, m := range regexp.MustCompile(`__data\.fields(?:\.(\w+)|\[\\?["']?([^\]"'\\]+)\\?["']?\])`).FindAllStringSubmatch(string(text), -1) {
		all = append(all, m[1]+m[2])
	}
	return all
}

// texts are the strings of a JSON list.
func texts(v any) []string {
	list, _ := v.([]any)
	var all []string
	for _, e := range list {
		if s, ok := e.(string); ok {
			all = append(all, s)
		}
	}
	return all
}
