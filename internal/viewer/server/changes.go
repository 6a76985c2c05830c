package server

import (
	"net/http"
	"strconv"
	"sync/atomic"
)

// changes counts what macrowatch has written into the database, so that an open page can ask in a
// few bytes whether it is out of date. A connection held open for every page would tell it sooner,
// but a browser has only six of those per server, and a desk has more windows than that.
type changes struct{ count atomic.Int64 }

// Changed tells open pages, when they next ask, that the record has changed.
func (s *Server) Changed() { s.recorded.count.Add(1) }

type changesAnswer struct {
	// Version is different whenever something has been written, and after a restart.
	Version string `json:"version"`
	// Troubles are the background tasks that fail at the moment.
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
