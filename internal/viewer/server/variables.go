package server

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"macrowatch/internal/viewer/variable"
	"macrowatch/internal/viewer/view"
)

// variables answers with the choices and the values of a dashboard's variables over a range. The answer is not kept if
// the choices of a variable could not be computed.
func (s *Server) variables(w http.ResponseWriter, r *http.Request, a asked) error {
	var partial *incompleteVariables
	err := s.answerKept(w, r, a.question("variables"), func(ctx context.Context) (any, error) {
		offered, err := variable.Offer(ctx, s.cfg.Querier, a.dashboard.parsed, a.Request)
		if err != nil {
			return nil, badRequest(err)
		}
		if incomplete(offered) {
			return nil, &incompleteVariables{offered}
		}
		return offered, nil
	})
	if errors.As(err, &partial) {
		writeJSON(w, http.StatusOK, partial.offered)
		return nil
	}
	return err
}

// incompleteVariables are variables of which one has no choices because its query failed.
type incompleteVariables struct{ offered view.Variables }

func (*incompleteVariables) Error() string { return "the choices of a variable can't be computed" }

// incomplete reports whether the choices of a variable could not be computed.
func incomplete(v view.Variables) bool {
	return slices.ContainsFunc(v.Variables, func(v view.Variable) bool { return v.Error != "" })
}
