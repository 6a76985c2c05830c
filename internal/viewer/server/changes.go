package server

import (
	"net/http"
	"strconv"
	"sync/atomic"
)

// changes counts what macrowatch has written into the database, so that an open page can ask in a few bytes whether it is out
// of date. An open connection for each page would tell it sooner, but browsers allow only six connections to a server, and
// people have more windows than that.
type changes struct{ count atomic.Int64 }

// Changed makes open pages learn that the record has changed, when they next ask.
func (s *Server) Changed() { s.recorded.count.Add(1) }

type changesAnswer struct {
	// Version changes whenever something has been written, and when the server restarts.
	Version string `json:"version"`
	// Troubles are the background tasks that are failing.
	Troubles []trouble `json:"troubles"`
}

// trouble is a background task that fails, such as the delivery of kept runs.
type trouble struct {
	Task   string `json:"task"`
	Fault  string `json:"fault"`  // what does not happen while the task fails
	Since  int64  `json:"since"`  // in milliseconds
	Reason string `json:"reason"` // without secrets
}

func (s *Server) changes(w http.ResponseWriter, _ *http.Request) error {
	version := strconv.FormatInt(s.started.UnixMilli(), 36) + "-" + strconv.FormatInt(s.recorded.count.Load(), 10)
	writeJSON(w, http.StatusOK, changesAnswer{version, s.troubles()})
	return nil
}

func (s *Server) troubles() []trouble {
	all := []trouble{}
	for _, state := range s.cfg.Background() {
		if !state.Since.IsZero() {
			all = append(all, trouble{Task: state.Name, Fault: state.Fault, Since: state.Since.UnixMilli(), Reason: state.Reason})
		}
	}
	return all
}
