package server

import (
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// changes counts what macrowatch has written into the database, so that an open page can ask in a few bytes whether it is out
// of date. An open connection for each page would tell it sooner, but browsers allow only six connections to a server, and
// people have more windows than that.
type changes struct {
	count atomic.Int64
	again atomic.Bool // tellAgain waits

	mu     sync.Mutex
	told   int64 // the count that pages were told last
	toldAt time.Time
}

// tell returns the count that pages are told. In a rush it stays the same for a while, so that pages do not all load again at
// every change.
func (c *changes) tell(inRush bool) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.count.Load(); now != c.told && (!inRush || time.Since(c.toldAt) >= rushPace) {
		c.told, c.toldAt = now, time.Now()
	}
	return c.told
}

// tellAgain makes pages load again after a while. Several calls in that time count as one.
func (c *changes) tellAgain(after time.Duration) {
	if c.again.CompareAndSwap(false, true) {
		time.AfterFunc(after, func() {
			c.again.Store(false)
			c.count.Add(1)
		})
	}
}

// Changed makes open pages learn that the record has changed, when they next ask.
func (s *Server) Changed() { s.recorded.count.Add(1) }

type changesAnswer struct {
	// Version is the version of the record.
	Version string `json:"version"`
	// Dashboards changes whenever a dashboard is added, changed or removed.
	Dashboards string `json:"dashboards"`
	// Troubles are the background tasks that are failing.
	Troubles []trouble `json:"troubles"`
	// Preparing says what is still to be done before there are panels. It is left out when all is done.
	Preparing *Preparing `json:"preparing,omitempty"`
}

// trouble is a background task that fails, such as the delivery of kept runs.
type trouble struct {
	Task   string `json:"task"`
	Fault  string `json:"fault"`  // what does not happen while the task fails
	Since  int64  `json:"since"`  // in milliseconds
	Reason string `json:"reason"` // without secrets
}

func (s *Server) changes(w http.ResponseWriter, _ *http.Request) error {
	preparing := s.preparing() // before the version, so that a page that hears that all is done knows no version from before
	writeJSON(w, http.StatusOK, changesAnswer{s.recordVersion(), s.catalog.Load().version, s.troubles(), preparing})
	return nil
}

// recordVersion changes whenever something has been written, and when the server restarts.
func (s *Server) recordVersion() string {
	return strconv.FormatInt(s.started.UnixMilli(), 36) + "-" + strconv.FormatInt(s.recorded.tell(s.rush.on()), 10)
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
