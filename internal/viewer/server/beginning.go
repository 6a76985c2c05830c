package server

import (
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

type beginningAnswer struct {
	// Beginning is in milliseconds, or null if the dashboard has no records yet.
	Beginning *int64 `json:"beginning"`
}

// beginning answers with the time of the first record that a dashboard shows, so that a page can offer a range of all
// records. Records after the instant that the pages show as now don't count.
func (s *Server) beginning(w http.ResponseWriter, r *http.Request, a asked) error {
	var answer beginningAnswer
	if a.dashboard.Beginning != "" {
		rows, err := s.cfg.Querier.Query(r.Context(), a.dashboard.Beginning, "table", nil)
		if err != nil {
			return refuse(http.StatusServiceUnavailable, "the first record can't be found: %v", err)
		}
		if at, ok := firstTime(rows); ok && !at.After(a.Now) {
			ms := at.UnixMilli()
			answer.Beginning = &ms
		}
	}
	writeJSON(w, http.StatusOK, answer)
	return nil
}

// firstTime returns the first value of a frame if it is a time.
func firstTime(f *data.Frame) (at time.Time, ok bool) {
	if len(f.Fields) == 0 || f.Fields[0].Len() == 0 {
		return at, false
	}
	if value, there := f.Fields[0].ConcreteAt(0); there {
		at, ok = value.(time.Time)
	}
	return at, ok
}
