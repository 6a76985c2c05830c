package variable

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/view"
)

// Error says that the address gives a variable a value that it can't have. Its text is a
// sentence for the reader.
type Error struct{ message string }

// Error returns the sentence.
func (e *Error) Error() string { return e.message }

func badValue(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// Resolve computes the choices of the dashboard's variables over the range of the request,
// which takes a query each, and settles their values: what the address gives (Request.Variables),
// else what is saved with the dashboard, else the first choice, or All where there is one. The
// request that it returns is for render.Panel and annotation.Fetch, which do the same themselves when they
// get one that is not resolved.
//
// The error is a *Error: a value in the address that is not among the choices, so that no
// reader can put a text of his own into a query, or that can't be written as a text. A variable
// whose choices can't be had has Error set in the view, and what uses it fails with that.
func Resolve(ctx context.Context, q request.Querier, d *model.Dashboard, r request.Request) (view.Variables, request.Request, error) {
	return resolve(ctx, q, d, r, true)
}

// Offer is Resolve for the bar of variables: where a query's choices no longer
// hold the value in the address, because the range, the data or a variable that it depends on has
// changed, it falls to the first choice, or All, as Grafana's does. Any other value that is not
// among the choices is an error as there.
func Offer(ctx context.Context, q request.Querier, d *model.Dashboard, r request.Request) (view.Variables, error) {
	out, _, err := resolve(ctx, q, d, r, false)
	return out, err
}

func resolve(ctx context.Context, q request.Querier, d *model.Dashboard, r request.Request, strict bool) (view.Variables,
	request.Request, error) {
	s := &settling{ctx: ctx, querier: q, dashboard: d, request: r, strict: strict, settled: map[string]*settled{}}
	r.Resolved = &request.ResolvedVariables{Dashboard: d, Values: map[string]macro.Variable{}}
	out := view.Variables{Variables: []view.Variable{}}
	for i := range d.Variables {
		v, err := s.settle(&d.Variables[i])
		if err != nil {
			return view.Variables{Variables: []view.Variable{}}, r, err
		}
		r.Resolved.Values[v.Name] = v.value
		out.Variables = append(out.Variables, v.view())
	}
	return out, r, nil
}

// EnsureResolved is the request with its variables resolved for d.
func EnsureResolved(ctx context.Context, r request.Request, q request.Querier, d *model.Dashboard) (request.Request, error) {
	if len(d.Variables) == 0 || r.Resolved != nil && r.Resolved.Dashboard == d {
		return r, nil
	}
	_, r, err := Resolve(ctx, q, d, r)
	return r, err
}

// settling resolves a dashboard's variables, each after those that it refers to.
type settling struct {
	ctx       context.Context
	querier   request.Querier
	dashboard *model.Dashboard
	request   request.Request
	strict    bool
	settled   map[string]*settled
}

// settled is a variable with its choices and its value.
type settled struct {
	*model.Variable
	choices []view.VariableOption
	// current and text are what the address has and what the reader sees.
	current []string
	text    string
	problem error
	value   macro.Variable
	// pending is true while what it refers to is being settled.
	pending bool
}

func (s *settling) settle(v *model.Variable) (*settled, error) {
	if done := s.settled[v.Name]; done != nil {
		if done.pending {
			done.problem = errors.New("it refers to itself")
			done.value.Problem = done.problem
		}
		return done, nil
	}
	out := &settled{Variable: v, pending: true}
	s.settled[v.Name] = out
	free := v.Kind == "textbox"
	c := s.request.Macros(s.request.Range, 0)
	c.Variables = map[string]macro.Variable{"__searchFilter": {Values: []string{"%"}}}
	for _, name := range macro.References(v.Mentions()) {
		i := slices.IndexFunc(s.dashboard.Variables, func(o model.Variable) bool { return o.Name == name })
		if i < 0 {
			continue
		}
		other, err := s.settle(&s.dashboard.Variables[i])
		if err != nil {
			return nil, err
		}
		c.Variables[name] = other.value
		// Choices that a reader's text has a part in are the reader's as well.
		free = free || other.value.Free
	}
	out.pending = false
	if out.problem == nil {
		out.choices, out.problem = options(s.ctx, *v, s.querier, c)
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
func (s *settling) given(v *model.Variable) []string {
	values := s.request.Variables[v.Name]
	if len(values) == 1 && values[0] == "" && v.Kind != "textbox" {
		return nil
	}
	return values
}
