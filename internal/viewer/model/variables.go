package model

import (
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/settings"
)

// Two choices have special values in the page's address: all choices of a variable, and an interval that suits the
// range. Here are these values, and the texts that a reader sees for them.
const (
	AllValue  = "$__all"
	AllText   = "All"
	AutoValue = "$__auto"
	AutoText  = "Auto"
)

// Variable is one template variable as the dashboard defines it.
type Variable struct {
	Name, Label, Description, Kind string
	// Hide is "label" if only the label is hidden, "variable" if the whole variable is hidden, and "" otherwise.
	Hide string
	// Query is the SQL of a query variable, the list of a custom or an interval variable, and the value of any other.
	Query, Regex string
	Sort         int
	Datasource   settings.Object
	Multi        bool
	IncludeAll   bool
	AllValue     string
	// Values and Texts are the choice that is saved with the dashboard.
	Values, Texts []string

	// Auto adds a choice to an interval variable: the range divided by AutoCount, but at least AutoMin.
	Auto      bool
	AutoCount int
	AutoMin   string
}

func readVariables(templating settings.Object) []Variable {
	var out []Variable
	for _, entry := range templating.List("list") {
		m, _ := entry.(map[string]any)
		if p := settings.Object(m); p.Text("name") != "" {
			out = append(out, readVariable(p))
		}
	}
	return out
}

func readVariable(p settings.Object) Variable {
	v := Variable{
		Name: p.Text("name"), Label: p.TextOr("label", p.Text("name")), Description: p.Text("description"), Kind: p.Text("type"),
		Query: variableQuery(p["query"]), Regex: p.Text("regex"), Sort: int(p.NumberOr("sort", 0)), Datasource: p.Child("datasource"),
		Multi: p.Flag("multi"), IncludeAll: p.Flag("includeAll"), AllValue: p.Text("allValue"),
		Auto: p.Flag("auto"), AutoCount: int(p.NumberOr("auto_count", 30)), AutoMin: p.TextOr("auto_min", "10s"),
	}
	switch p["hide"] {
	case 1.0, "hideLabel":
		v.Hide = "label"
	case 2.0, "hideVariable":
		v.Hide = "variable"
	}
	current := p.Child("current")
	v.Values, v.Texts = listOf(current["value"]), listOf(current["text"])
	if v.Kind == "constant" {
		v.Values = []string{v.Query}
	}
	return v
}

// variableQuery reads a query. Grafana has saved queries in several forms over the years.
func variableQuery(q any) string {
	m, ok := q.(map[string]any)
	if !ok {
		return js.Text(q)
	}
	for _, key := range []string{"rawSql", "query", "rawQuery"} {
		if s := settings.Object(m).Text(key); s != "" {
			return s
		}
	}
	return ""
}

// listOf reads one text, or a list of texts.
func listOf(v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, js.Text(e))
		}
		return out
	}
	return []string{js.Text(v)}
}

// Mentions returns the texts of a variable's definition that may refer to other variables.
func (v Variable) Mentions() string {
	if v.Kind == "interval" || v.Kind == "textbox" || v.Kind == "constant" {
		return ""
	}
	return v.Query + "\n" + v.Regex
}
