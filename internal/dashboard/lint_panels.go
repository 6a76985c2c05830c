package dashboard

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// panelSettings are the settings that the rules for the kinds of panels check, as Grafana reads them.
type panelSettings struct {
	Options struct {
		ReduceOptions *struct {
			Values bool     `json:"values"`
			Limit  *float64 `json:"limit"`
			Fields string   `json:"fields"`
		} `json:"reduceOptions"`
		FilterValues struct {
			LE *float64 `json:"le"`
		} `json:"filterValues"`
		Color struct {
			Min *float64 `json:"min"`
			Max *float64 `json:"max"`
		} `json:"color"`
	} `json:"options"`
	Transformations []struct {
		ID      string `json:"id"`
		Options struct {
			RowField   string `json:"rowField"`
			EmptyValue string `json:"emptyValue"`
		} `json:"options"`
	} `json:"transformations"`
	FieldConfig struct {
		Overrides []struct {
			Matcher    struct{ Options any }
			Properties []struct{ ID string }
		} `json:"overrides"`
	} `json:"fieldConfig"`
}

// lintKind checks the settings that each kind of panel needs. Without them Grafana draws a wrong picture and
// shows no error.
func lintKind(p sdk.Panel) []Problem {
	var found []Problem
	wrong := func(rule, format string, args ...any) {
		found = append(found, Problem{rule, deref(p.Id), fmt.Sprintf(format, args...)})
	}
	var s panelSettings
	text, err := json.Marshal(p)
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		wrong("target", "the panel can't be read back: %v", err)
		return found
	}
	reduce := s.Options.ReduceOptions
	if colouredWithoutNumber(p) {
		wrong("empty", "a missing number would have the colour of the lowest threshold; a mapping must give it a text and a colour")
	}
	switch p.Type {
	case "stat", "gauge":
		if reduce == nil || !reduce.Values && reduce.Fields == "" {
			wrong("values", "the panel names no field, so it would show every number that the query returns")
		}
	case "bargauge", "piechart":
		if reduce == nil || !reduce.Values || reduce.Limit == nil {
			wrong("values", "the panel does not ask for all rows up to a limit, so it would show one row without its name")
		}
	case "heatmap":
		if le := s.Options.FilterValues.LE; le == nil || *le >= 0 {
			wrong("heatmap", "the panel has no filter, and Grafana's default filter hides values below zero")
		}
		if s.Options.Color.Min == nil || s.Options.Color.Max == nil {
			wrong("heatmap", "the colours have no fixed ends, so they would mean something else each day")
		}
		if deref(p.TimeFrom) == "" {
			wrong("heatmap", "the panel has no range of its own, so its columns would lie outside the chosen range")
		}
	}
	for _, t := range s.Transformations {
		if t.ID == "groupingToMatrix" {
			found = append(found, lintMatrix(p, s, t.Options.RowField, t.Options.EmptyValue)...)
		}
	}
	return found
}

// colouredWithoutNumber reports whether a panel of single values would show a missing number in a colour that means good,
// watch or bad.
func colouredWithoutNumber(p sdk.Panel) bool {
	if !slices.Contains([]string{"stat", "gauge", "bargauge"}, p.Type) || p.FieldConfig == nil {
		return false
	}
	d := p.FieldConfig.Defaults
	if d.Color == nil || d.Color.Mode != "thresholds" || d.Thresholds == nil || len(d.Thresholds.Steps) == 0 ||
		slices.Contains([]string{colourPlain, colourNone, colourUnknown}, d.Thresholds.Steps[0].Color) {
		return false
	}
	return !slices.ContainsFunc(d.Mappings, func(m sdk.ValueMapping) bool {
		s := m.SpecialValueMap
		return s != nil && (s.Options.Match == sdk.SpecialValueMatchNullAndNan || s.Options.Match == sdk.SpecialValueMatchNull) && deref(s.Options.Result.Color) != ""
	})
}

// lintMatrix checks a matrix. A matrix shows the rows of one query. Its empty cells need a mapping, and that
// mapping must not apply to the column of names.
func lintMatrix(p sdk.Panel, s panelSettings, rowField, emptyValue string) []Problem {
	var found []Problem
	wrong := func(text string) { found = append(found, Problem{"matrix", deref(p.Id), text}) }
	if shownQueries(p) != 1 {
		wrong("a matrix takes one query")
	}
	if emptyValue != "null" {
		wrong("an empty cell must be null, not a text")
	}
	if p.FieldConfig == nil || !slices.ContainsFunc(p.FieldConfig.Defaults.Mappings, clearsNull) {
		wrong("no mapping clears empty cells, so they would have the colour of the lowest threshold")
		return found
	}
	for _, o := range s.FieldConfig.Overrides {
		names, _ := o.Matcher.Options.(string)
		mapped := slices.ContainsFunc(o.Properties, func(v struct{ ID string }) bool { return v.ID == "mappings" })
		if mapped && strings.Contains(names, rowField) {
			return found
		}
	}
	wrong("no override keeps the mapping of empty cells away from the column " + rowField)
	return found
}

// shownQueries counts the queries whose rows a panel draws.
func shownQueries(p sdk.Panel) int {
	n := 0
	for _, t := range p.Targets {
		if q, ok := t.(Query); !ok || !q.Hide {
			n++
		}
	}
	return n
}

func clearsNull(m sdk.ValueMapping) bool {
	s := m.SpecialValueMap
	return s != nil && (s.Options.Match == sdk.SpecialValueMatchNullAndNan || s.Options.Match == sdk.SpecialValueMatchNull) && deref(s.Options.Result.Text) == "" && deref(s.Options.Result.Color) == colourNone
}

// variableNames are the names of the dashboard's variables.
func variableNames(def Definition) []string {
	var names []string
	for _, v := range def.Dashboard.Templating.List {
		names = append(names, v.Name)
	}
	return names
}

// lintVariables checks the dashboard's variables, and that the variables in the ranges of panels exist.
func lintVariables(def Definition) []Problem {
	var found []Problem
	names := map[string]bool{}
	for _, v := range def.Dashboard.Templating.List {
		names[v.Name] = true
		if v.Type != sdk.VariableTypeQuery {
			continue
		}
		q := Query{RefID: "variable", Format: Table, RawQuery: true, EditorMode: "code"}
		if v.Datasource != nil {
			q.Datasource = *v.Datasource
		}
		if v.Query != nil {
			q.RawSQL = deref(v.Query.String)
		}
		for _, p := range lintQuery(0, q, nil) {
			p.Text = "variable " + v.Name + ": " + p.Text
			found = append(found, p)
		}
		if v.Current == nil || deref(v.Current.Value.String) == "" {
			found = append(found, Problem{"variable", 0, "variable " + v.Name + " has no value to begin with"})
		}
	}
	for _, p := range def.Dashboard.Panels {
		if p.Panel == nil {
			continue
		}
		for _, m := range regexp.MustCompile(`\$\{?(\w+)`).FindAllStringSubmatch(deref(p.Panel.TimeFrom)+deref(p.Panel.TimeShift), -1) {
			if !names[m[1]] {
				found = append(found, Problem{"variable", deref(p.Panel.Id), "the panel's range names the variable " + m[1] + ", which the dashboard lacks"})
			}
		}
	}
	return found
}
