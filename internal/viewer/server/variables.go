package server

import (
	"net/http"

	"macrowatch/internal/viewer/variable"
)

// variables answers with the choices and the values of a dashboard's variables over a range.
func (s *Server) variables(w http.ResponseWriter, r *http.Request, a asked) error {
	offered, err := variable.Offer(r.Context(), s.cfg.Querier, a.dashboard.parsed, a.Request)
	if err != nil {
		return badRequest(err)
	}
	writeJSON(w, http.StatusOK, offered)
	return nil
}
