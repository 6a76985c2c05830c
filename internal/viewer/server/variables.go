package server

import (
	"context"
	"net/http"
	"slices"

	"macrowatch/internal/viewer/variable"
	"macrowatch/internal/viewer/view"
)

// variables answers with the choices and the values of a dashboard's variables over a range.
func (s *Server) variables(w http.ResponseWriter, r *http.Request, a asked) error {
	return s.answerKept(w, r, a.question("variables"), func(ctx context.Context) (any, bool, error) {
		offered, err := variable.Offer(ctx, a.data.Querier, a.dashboard.parsed, a.Request)
		if err != nil {
			return nil, false, badRequest(err)
		}
		return offered, !incomplete(offered), nil
	})
}

// incomplete reports whether the choices of a variable could not be computed.
func incomplete(v view.Variables) bool {
	return slices.ContainsFunc(v.Variables, func(v view.Variable) bool { return v.Error != "" })
}
