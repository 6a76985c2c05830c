package server

import (
	"context"
	"net/http"

	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/variable"
)

// variables gives the choices and the values of a dashboard's template variables over a range.
func (s *Server) variables(w http.ResponseWriter, r *http.Request) {
	d, ok := s.lookup(w, r)
	if !ok {
		return
	}
	req, err := s.panelRequest(d, r.URL.Query())
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	if !s.requireDatabase(w, r) {
		return
	}
	offered, err := variable.Offer(r.Context(), s.cfg.Querier, d.parsed, req)
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	writeJSON(w, http.StatusOK, offered)
}

// withVariables settles the variables once for all panels of a request, or answers 400 where the
// address gives one a value that it can't have.
func (s *Server) withVariables(ctx context.Context, w http.ResponseWriter, d *served, req request.Request) (request.Request, bool) {
	_, req, err := variable.Resolve(ctx, s.cfg.Querier, d.parsed, req)
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return req, false
	}
	return req, true
}
