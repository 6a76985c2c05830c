package panel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"macrowatch/internal/macro"
	"macrowatch/internal/view"
)

// VariableError says that the address gives a variable a value that it can't have. Its text is a
// sentence for the reader.
type VariableError struct{ message string }

// Error returns the sentence.
func (e *VariableError) Error() string { return e.message }

func badValue(format string, args ...any) error { return &VariableError{fmt.Sprintf(format, args...)} }

// resolvedVariables are the values of one dashboard's variables.
type resolvedVariables struct {
	dashboard *Dashboard
	values    map[string]macro.Variable
}

// ResolveVariables computes the choices of the dashboard's variables over the range of the request,
// which takes a query each, and settles their values: what the address gives (Request.Variables),
// else what is saved with the dashboard, else the first choice, or All where there is one. The
// request that it returns is for Render and FetchAnnotations, which do the same themselves when they
// get one that is not resolved.
//
// The error is a *VariableError: a value in the address that is not among the choices, so that no
// reader can put a text of his own into a query, or that can't be written as a text. A variable
// whose choices can't be had has Error set in the view, and what uses it fails with that.
func ResolveVariables(ctx context.Context, q Querier, d *Dashboard, r Request) (view.Variables, Request, error) {
	return resolve(ctx, q, d, r, true)
}

// OfferVariables is ResolveVariables for the bar of variables: where a query's choices no longer
// hold the value in the address, because the range, the data or a variable that it depends on has
// changed, it falls to the first choice, or All, as Grafana's does. Any other value that is not
// among the choices is an error as there.
func OfferVariables(ctx context.Context, q Querier, d *Dashboard, r Request) (view.Variables, error) {
	out, _, err := resolve(ctx, q, d, r, false)
	return out, err
}

func resolve(ctx context.Context, q Querier, d *Dashboard, r Request, strict bool) (view.Variables, Request, error) {
	s := &settling{ctx: ctx, querier: q, dashboard: d, request: r, strict: strict, settled: map[string]*settled{}}
	r.resolved = &resolvedVariables{dashboard: d, values: map[string]macro.Variable{}}
	out := view.Variables{Variables: []view.Variable{}}
	for i := range d.variables {
		v, err := s.settle(&d.variables[i])
		if err != nil {
			return view.Variables{Variables: []view.Variable{}}, r, err
		}
		r.resolved.values[v.name] = v.value
		out.Variables = append(out.Variables, v.view())
	}
	return out, r, nil
}

// withVariables is the request with its variables resolved for d.
func (r Request) withVariables(ctx context.Context, q Querier, d *Dashboard) (Request, error) {
	if len(d.variables) == 0 || r.resolved != nil && r.resolved.dashboard == d {
		return r, nil
	}
	_, r, err := ResolveVariables(ctx, q, d, r)
	return r, err
}

// settling resolves a dashboard's variables, each after those that it refers to.
type settling struct {
	ctx       context.Context
	querier   Querier
	dashboard *Dashboard
	request   Request
	strict    bool
	settled   map[string]*settled
}

// settled is a variable with its choices and its value.
type settled struct {
	*variable
	choices []view.VariableOption
	// current and text are what the address has and what the reader sees.
	current []string
	text    string
	problem error
	value   macro.Variable
	// pending is true while what it refers to is being settled.
	pending bool
}

func (s *settling) settle(v *variable) (*settled, error) {
	if done := s.settled[v.name]; done != nil {
		if done.pending {
			done.problem = errors.New("it refers to itself")
			done.value.Problem = done.problem
		}
		return done, nil
	}
	out := &settled{variable: v, pending: true}
	s.settled[v.name] = out
	free := v.kind == "textbox"
	c := s.dashboard.macros(s.request, s.request.From, s.request.To, 0)
	c.Variables = map[string]macro.Variable{"__searchFilter": {Values: []string{"%"}}}
	for _, name := range macro.References(v.mentions()) {
		i := slices.IndexFunc(s.dashboard.variables, func(o variable) bool { return o.name == name })
		if i < 0 {
			continue
		}
		other, err := s.settle(&s.dashboard.variables[i])
		if err != nil {
			return nil, err
		}
		c.Variables[name] = other.value
		// Choices that a reader's text has a part in are the reader's as well.
		free = free || other.value.Free
	}
	out.pending = false
	if out.problem == nil {
		out.choices, out.problem = v.options(s.ctx, s.querier, c)
	}
	if err := out.choose(s.given(v), s.strict); err != nil {
		return nil, err
	}
	out.value = out.macro(c)
	out.value.Free = free
	return out, nil
}

// given is what the address says of a variable, nil for nothing. An empty value says nothing but
// of a text box, unless it is among the choices.
func (s *settling) given(v *variable) []string {
	values := s.request.Variables[v.name]
	if len(values) == 1 && values[0] == "" && v.kind != "textbox" {
		return nil
	}
	return values
}

// choose settles the value.
func (v *settled) choose(given []string, strict bool) error {
	if v.includeAll && len(given) > 0 && given[0] == allText {
		given = []string{allValue}
	}
	switch v.kind {
	case "textbox":
		return v.chooseText(given)
	case "constant":
		if len(given) > 0 && (len(given) > 1 || given[0] != v.query) {
			return badValue("the variable %q is a constant and can't be changed", v.name)
		}
		v.current, v.text = []string{v.query}, v.query
	case "interval":
		return v.chooseInterval(given)
	default:
		return v.chooseOption(given, strict)
	}
	return nil
}

func (v *settled) chooseText(given []string) error {
	value := v.query
	if len(v.values) > 0 && v.values[0] != "" {
		value = v.values[0]
	}
	switch {
	case len(given) > 1:
		return badValue("the variable %q takes one value, not %d", v.name, len(given))
	case len(given) == 1:
		value = given[0]
	}
	if strings.Contains(value, "\x00") || !utf8.ValidString(value) {
		return badValue("the variable %q holds bytes that are no text", v.name)
	}
	v.current, v.text = []string{value}, value
	return nil
}

func (v *settled) chooseInterval(given []string) error {
	pick := func(s string) bool {
		if strings.HasPrefix(s, "$__auto_interval_") {
			s = autoValue // how older dashboards write it
		}
		i := slices.IndexFunc(v.choices, func(o view.VariableOption) bool { return o.Value == s })
		if i >= 0 {
			v.current, v.text = []string{s}, v.choices[i].Text
		}
		return i >= 0
	}
	switch {
	case len(given) > 1:
		return badValue("the variable %q takes one value, not %d", v.name, len(given))
	case len(given) == 1 && !pick(given[0]):
		return v.unlisted(given[0])
	case len(given) == 1 || len(v.values) > 0 && pick(v.values[0]):
		return nil
	}
	v.current = []string{}
	for _, o := range v.choices {
		if o.Value != autoValue {
			v.current, v.text = []string{o.Value}, o.Text
			break
		}
	}
	return nil
}

// longestList is how many choices an error's sentence names.
const longestList = 20

func (v *settled) unlisted(value string) error {
	var all []string
	for i, o := range v.choices {
		if i == longestList {
			all = append(all, "…")
			break
		}
		all = append(all, o.Value)
	}
	if len(all) == 0 {
		return badValue("the variable %q has no value %q: it has none at all", v.name, value)
	}
	return badValue("the variable %q has no value %q; its values are: %s", v.name, value, strings.Join(all, ", "))
}

// chooseOption settles a variable with a list of choices.
func (v *settled) chooseOption(given []string, strict bool) error {
	if !v.multi && len(given) > 1 {
		return badValue("the variable %q takes one value, not %d", v.name, len(given))
	}
	if v.includeAll && v.allValue != "" && slices.Equal(given, []string{v.allValue}) {
		given = []string{allValue}
	}
	// With others the last of all and one wins, as in Grafana.
	if n := len(given); n > 1 && given[n-1] == allValue {
		given = []string{allValue}
	} else if n > 1 && given[0] == allValue {
		given = given[1:]
	}
	if v.problem != nil {
		v.current = append([]string{}, given...)
		v.text = strings.Join(given, " + ")
		return nil
	}
	if len(given) == 0 {
		v.fallTo(v.values, v.texts)
		return nil
	}
	if given[0] != allValue || !v.includeAll {
		for _, value := range given {
			// A query's choices may change under an open page; a list's can't.
			if v.option(value, value) == nil && (strict || v.kind != "query") {
				return v.unlisted(value)
			}
		}
	}
	v.fallTo(given, given)
	return nil
}

// option finds a choice by its value, else by its text.
func (v *settled) option(value, text string) *view.VariableOption {
	if i := slices.IndexFunc(v.choices, func(o view.VariableOption) bool { return o.Value == value }); i >= 0 {
		return &v.choices[i]
	}
	if i := slices.IndexFunc(v.choices, func(o view.VariableOption) bool { return o.Text == text }); i >= 0 {
		return &v.choices[i]
	}
	return nil
}

// fallTo takes the values that are among the choices; where none is, All or the first choice.
func (v *settled) fallTo(values, texts []string) {
	v.current, v.text = []string{}, ""
	first := func() {
		if v.includeAll {
			v.current, v.text = []string{allValue}, allText
		} else if len(v.choices) > 0 {
			v.current, v.text = []string{v.choices[0].Value}, v.choices[0].Text
		}
	}
	if len(v.choices) == 0 || len(values) == 0 || values[0] == allValue {
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
		if !v.multi {
			break
		}
	}
	if len(chosen) == 0 {
		first()
		return
	}
	v.text = strings.Join(chosen, " + ")
}

// macro is the value as queries and texts get it.
func (v *settled) macro(c macro.Context) macro.Variable {
	out := macro.Variable{Values: v.current, Text: v.text, Multi: v.multi || v.includeAll, List: v.multi, URL: v.current, Problem: v.problem}
	switch {
	case slices.Equal(v.current, []string{allValue}):
		out.All, out.List, out.Values = v.allValue, true, nil
		for _, o := range v.choices {
			out.Values = append(out.Values, o.Value)
		}
	case v.kind == "interval" && slices.Equal(v.current, []string{autoValue}):
		least, err := macro.ParseMinimum(v.autoMin)
		if err != nil {
			out.Problem = err
			break
		}
		out.Values = []string{macro.FormatInterval(macro.Interval(c.From, c.To, v.autoCount, least))}
	case len(v.current) == 0 && !v.multi:
		out.Values = []string{""}
	}
	return out
}

func (v *settled) view() view.Variable {
	out := view.Variable{Name: v.name, Label: v.label, Kind: v.kind, Hide: v.hide, Description: v.description, Multi: v.multi,
		IncludeAll: v.includeAll, Options: v.choices, Current: v.current, Text: v.text}
	if out.Options == nil {
		out.Options = []view.VariableOption{}
	}
	if out.Current == nil {
		out.Current = []string{}
	}
	if v.problem != nil {
		out.Error = sentence(v.problem)
	}
	return out
}
