package variable

import (
	"slices"
	"strings"
	"unicode/utf8"

	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/view"
)

// choose decides the value. given are the values in the address.
func (v *resolved) choose(given []string, strict bool) error {
	if v.IncludeAll && len(given) > 0 && given[0] == model.AllText {
		given = []string{model.AllValue}
	}
	switch v.Kind {
	case "textbox":
		return v.chooseText(given)
	case "constant":
		if len(given) > 0 && (len(given) > 1 || given[0] != v.Query) {
			return badValue("the variable %q is a constant and can't be changed", v.Name)
		}
		v.current, v.text = []string{v.Query}, v.Query
	case "interval":
		return v.chooseInterval(given)
	default:
		return v.chooseOption(given, strict)
	}
	return nil
}

func (v *resolved) chooseText(given []string) error {
	value := v.Query
	if len(v.Values) > 0 && v.Values[0] != "" {
		value = v.Values[0]
	}
	switch {
	case len(given) > 1:
		return badValue("the variable %q takes one value, not %d", v.Name, len(given))
	case len(given) == 1:
		value = given[0]
	}
	if strings.Contains(value, "\x00") || !utf8.ValidString(value) {
		return badValue("the variable %q holds bytes that are no text", v.Name)
	}
	v.current, v.text = []string{value}, value
	return nil
}

func (v *resolved) chooseInterval(given []string) error {
	pick := func(s string) bool {
		if strings.HasPrefix(s, "$__auto_interval_") {
			s = model.AutoValue // older dashboards use this word for it
		}
		i := slices.IndexFunc(v.choices, func(o view.VariableOption) bool { return o.Value == s })
		if i >= 0 {
			v.current, v.text = []string{s}, v.choices[i].Text
		}
		return i >= 0
	}
	switch {
	case len(given) > 1:
		return badValue("the variable %q takes one value, not %d", v.Name, len(given))
	case len(given) == 1 && !pick(given[0]):
		return v.unlisted(given[0])
	case len(given) == 1 || len(v.Values) > 0 && pick(v.Values[0]):
		return nil
	}
	v.current = []string{}
	for _, o := range v.choices {
		if o.Value != model.AutoValue {
			v.current, v.text = []string{o.Value}, o.Text
			break
		}
	}
	return nil
}

// longestList is how many choices the sentence of an error names.
const longestList = 20

func (v *resolved) unlisted(value string) error {
	var all []string
	for i, o := range v.choices {
		if i == longestList {
			all = append(all, "…")
			break
		}
		all = append(all, o.Value)
	}
	if len(all) == 0 {
		return badValue("the variable %q has no value %q: it has none at all", v.Name, value)
	}
	return badValue("the variable %q has no value %q; its values are: %s", v.Name, value, strings.Join(all, ", "))
}

// chooseOption decides the value of a variable with a list of choices.
func (v *resolved) chooseOption(given []string, strict bool) error {
	if !v.Multi && len(given) > 1 {
		return badValue("the variable %q takes one value, not %d", v.Name, len(given))
	}
	if v.IncludeAll && v.AllValue != "" && slices.Equal(given, []string{v.AllValue}) {
		given = []string{model.AllValue}
	}
	// If All is given together with other values, the last choice counts, as in Grafana.
	if n := len(given); n > 1 && given[n-1] == model.AllValue {
		given = []string{model.AllValue}
	} else if n > 1 && given[0] == model.AllValue {
		given = given[1:]
	}
	if v.problem != nil {
		v.current = append([]string{}, given...)
		v.text = strings.Join(given, " + ")
		return nil
	}
	if len(given) == 0 {
		v.take(v.Values, v.Texts)
		return nil
	}
	if given[0] != model.AllValue || !v.IncludeAll {
		for _, value := range given {
			// The choices of a query may change while a page is open. The choices of a list can't.
			if v.option(value, value) == nil && (strict || v.Kind != "query") {
				return v.unlisted(value)
			}
		}
	}
	v.take(given, given)
	return nil
}

// option finds a choice by its value, or else by its text.
func (v *resolved) option(value, text string) *view.VariableOption {
	if i := slices.IndexFunc(v.choices, func(o view.VariableOption) bool { return o.Value == value }); i >= 0 {
		return &v.choices[i]
	}
	if i := slices.IndexFunc(v.choices, func(o view.VariableOption) bool { return o.Text == text }); i >= 0 {
		return &v.choices[i]
	}
	return nil
}

// take takes those values that are choices. If none of them is, it takes All, or the first choice if there is no All.
func (v *resolved) take(values, texts []string) {
	v.current, v.text = []string{}, ""
	first := func() {
		if v.IncludeAll {
			v.current, v.text = []string{model.AllValue}, model.AllText
		} else if len(v.choices) > 0 {
			v.current, v.text = []string{v.choices[0].Value}, v.choices[0].Text
		}
	}
	if len(v.choices) == 0 || len(values) == 0 || values[0] == model.AllValue {
		first()
		return
	}
	var chosen []string
	for i, value := range values {
		text := value
		if i < len(texts) {
			text = texts[i]
		}
		if o := v.option(value, text); o != nil && !slices.Contains(v.current, o.Value) {
			v.current = append(v.current, o.Value)
			chosen = append(chosen, o.Text)
		}
		if !v.Multi {
			break
		}
	}
	if len(chosen) == 0 {
		first()
		return
	}
	v.text = strings.Join(chosen, " + ")
}

// macro returns the value as queries and texts get it.
func (v *resolved) macro(c macro.Context) macro.Variable {
	out := macro.Variable{Values: v.current, Text: v.text, Multi: v.Multi || v.IncludeAll, List: v.Multi, URL: v.current, Problem: v.problem}
	switch {
	case slices.Equal(v.current, []string{model.AllValue}):
		out.All, out.List, out.Values = v.AllValue, true, nil
		for _, o := range v.choices {
			out.Values = append(out.Values, o.Value)
		}
	case v.Kind == "interval" && slices.Equal(v.current, []string{model.AutoValue}):
		least, err := macro.ParseMinimum(v.AutoMin)
		if err != nil {
			out.Problem = err
			break
		}
		out.Values = []string{macro.FormatInterval(macro.Interval(c.Range, v.AutoCount, least))}
	case len(v.current) == 0 && !v.Multi:
		out.Values = []string{""}
	}
	return out
}

func (v *resolved) view() view.Variable {
	out := view.Variable{Name: v.Name, Label: v.Label, Kind: v.Kind, Hide: v.Hide, Description: v.Description, Multi: v.Multi,
		IncludeAll: v.IncludeAll, Options: v.choices, Current: v.current, Text: v.text}
	if out.Options == nil {
		out.Options = []view.VariableOption{}
	}
	if out.Current == nil {
		out.Current = []string{}
	}
	if v.problem != nil {
		out.Error = notice.Sentence(v.problem)
	}
	return out
}
