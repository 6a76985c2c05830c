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

// Error says that the page's address gives a variable a value that it can't have. Its text is a sentence for the reader.
type Error struct{ message string }

// Error returns the sentence.
func (e *Error) Error() string { return e.message }

func badValue(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// Resolve computes the choices of a dashboard's variables over the range of the request, and decides their values. A value
// comes from the page's address (Request.Variables), else from what is saved with the dashboard. If neither gives one, it is
// All, or the first choice if there is no All. Resolve runs the query of each query variable.
//
// It returns the request with Resolved set. The whole page needs it only once: render.Panel and annotation.Fetch do not
// resolve such a request again.
//
// The error is an *Error. It refuses a value in the address that is not one of the choices, so that no reader can put a text
// of their own into a query, and a value that is not valid text. If the choices of a variable can't be computed, that is no
// error here: the view of the variable has Error set, and a query that uses the variable fails with it.
func Resolve(ctx context.Context, q request.Querier, d *model.Dashboard, r request.Request) (view.Variables, request.Request, error) {
	return resolve(ctx, q, d, r, true)
}

// Offer does the same as Resolve, for the bar of variables at the top of a page. The choices of a query may change with the
// range, the data or another variable. If they no longer contain the value in the address, Offer takes All or the first
// choice, as Grafana does. Any other value that is not one of the choices is an *Error.
func Offer(ctx context.Context, q request.Querier, d *model.Dashboard, r request.Request) (view.Variables, error) {
	out, _, err := resolve(ctx, q, d, r, false)
	return out, err
}

func resolve(ctx context.Context, q request.Querier, d *model.Dashboard, r request.Request, strict bool) (view.Variables,
	request.Request, error) {
	s := &resolver{ctx: ctx, querier: q, dashboard: d, request: r, strict: strict, resolved: map[string]*resolved{}}
	r.Resolved = &request.ResolvedVariables{Dashboard: d, Values: map[string]macro.Variable{}}
	out := view.Variables{Variables: []view.Variable{}}
	for i := range d.Variables {
		v, err := s.variable(&d.Variables[i])
		if err != nil {
			return view.Variables{Variables: []view.Variable{}}, r, err
		}
		r.Resolved.Values[v.Name] = v.value
		out.Variables = append(out.Variables, v.view())
	}
	return out, r, nil
}

// EnsureResolved returns the request with the variables of d resolved. It resolves them unless Resolve has done so.
func EnsureResolved(ctx context.Context, r request.Request, q request.Querier, d *model.Dashboard) (request.Request, error) {
	if len(d.Variables) == 0 || r.Resolved != nil && r.Resolved.Dashboard == d {
		return r, nil
	}
	_, r, err := Resolve(ctx, q, d, r)
	return r, err
}

// resolver resolves a dashboard's variables. Before a variable, it resolves the variables to which that one refers.
type resolver struct {
	ctx       context.Context
	querier   request.Querier
	dashboard *model.Dashboard
	request   request.Request
	strict    bool // whether a value must be one of a query's choices
	resolved  map[string]*resolved
}

// resolved is a variable with its choices and its value.
type resolved struct {
	*model.Variable
	choices []view.VariableOption
	// current are the values as the address has them, text is what the reader sees.
	current []string
	text    string
	problem error // why the choices can't be computed
	value   macro.Variable
	// pending is true while the variables that it refers to are being resolved.
	pending bool
}

// variable resolves a variable, and before it the variables to which it refers.
func (s *resolver) variable(v *model.Variable) (*resolved, error) {
	if done := s.resolved[v.Name]; done != nil {
		if done.pending {
			done.problem = errors.New("it refers to itself")
			done.value.Problem = done.problem
		}
		return done, nil
	}
	out := &resolved{Variable: v, pending: true}
	s.resolved[v.Name] = out
	free := v.Kind == "textbox"
	c := s.request.Macros(s.request.Range, 0)
	c.Variables = map[string]macro.Variable{"__searchFilter": {Values: []string{"%"}}}
	for _, name := range macro.References(v.Mentions()) {
		i := slices.IndexFunc(s.dashboard.Variables, func(o model.Variable) bool { return o.Name == name })
		if i < 0 {
			continue
		}
		other, err := s.variable(&s.dashboard.Variables[i])
		if err != nil {
			return nil, err
		}
		c.Variables[name] = other.value
		// Choices that were computed from a reader's text are a reader's text too.
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

// given returns the values of a variable in the address. An empty value counts only for a text box.
func (s *resolver) given(v *model.Variable) []string {
	values := s.request.Variables[v.Name]
	if len(values) == 1 && values[0] == "" && v.Kind != "textbox" {
		return nil
	}
	return values
}
