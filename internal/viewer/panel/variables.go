package panel

import (
	"regexp"
	"strings"
)

// The values that stand for all options of a variable and for an interval that fits the range, as
// the page's address has them, and how a reader sees them.
const (
	allValue  = "$__all"
	allText   = "All"
	autoValue = "$__auto"
	autoText  = "Auto"
)

// variable is one template variable as the dashboard defines it.
type variable struct {
	name, label, description, kind string
	// hide is "", label or variable, as in the view.
	hide string
	// query is the SQL of a query variable, the list of a custom or an interval one, the value of
	// the others.
	query, regex string
	sort         int
	datasource   props
	multi        bool
	includeAll   bool
	allValue     string
	// values and texts are the saved choice.
	values, texts []string

	auto      bool
	autoCount int
	autoMin   string
}

func readVariables(templating props) []variable {
	var out []variable
	for _, entry := range templating.list("list") {
		m, _ := entry.(map[string]any)
		if p := props(m); p.text("name") != "" {
			out = append(out, readVariable(p))
		}
	}
	return out
}

func readVariable(p props) variable {
	v := variable{
		name: p.text("name"), label: p.textOr("label", p.text("name")), description: p.text("description"), kind: p.text("type"),
		query: variableQuery(p["query"]), regex: p.text("regex"), sort: int(p.numberOr("sort", 0)), datasource: p.child("datasource"),
		multi: p.flag("multi"), includeAll: p.flag("includeAll"), allValue: p.text("allValue"),
		auto: p.flag("auto"), autoCount: int(p.numberOr("auto_count", 30)), autoMin: p.textOr("auto_min", "10s"),
	}
	switch p["hide"] {
	case 1.0, "hideLabel":
		v.hide = "label"
	case 2.0, "hideVariable":
		v.hide = "variable"
	}
	current := p.child("current")
	v.values, v.texts = listOf(current["value"]), listOf(current["text"])
	if v.kind == "constant" {
		v.values = []string{v.query}
	}
	return v
}

// variableQuery reads a query in any of the forms that Grafana has saved it in.
func variableQuery(q any) string {
	m, ok := q.(map[string]any)
	if !ok {
		return toText(q)
	}
	for _, key := range []string{"rawSql", "query", "rawQuery"} {
		if s := props(m).text(key); s != "" {
			return s
		}
	}
	return ""
}

// listOf reads what is one text or a list of texts.
func listOf(v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, toText(e))
		}
		return out
	}
	return []string{toText(v)}
}

// mentions are the names of variables that a variable's own definition refers to.
func (v variable) mentions() string {
	if v.kind == "interval" || v.kind == "textbox" || v.kind == "constant" {
		return ""
	}
	return v.query + "\n" + v.regex
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
