package server

import "net/http"

// Preparing says what is still to be done before the dashboards show everything.
type Preparing struct {
	// Text says what is being done, without a full stop: "Writing the sample desk: 2023, 4 of 7 years".
	Text string `json:"text"`
	// Percent is how much of all the work is done.
	Percent int `json:"percent"`
}

// preparing returns what is still to be done; nil if nothing is.
func (s *Server) preparing() *Preparing {
	if s.cfg.Preparing == nil {
		return nil
	}
	return s.cfg.Preparing()
}

// requirePrepared refuses a call for figures while the record is being prepared. Figures of a part of the record are true of
// no desk, and computing them would take the time that the rest needs.
func (s *Server) requirePrepared() error {
	if p := s.preparing(); p != nil {
		return refuse(http.StatusServiceUnavailable, "there are no figures yet: %s", p.Text)
	}
	return nil
}
