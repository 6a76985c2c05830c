package server

import (
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// changes says what is new in the database, so that an open page can ask in a few bytes whether it is out of date. An open
// connection for each page would tell it sooner, but browsers allow only six connections to a server, and people have more windows
// than that.
//
// A page may ask another server each time. So what it is told is how far the record is, which all servers of a database say alike.
type changes struct {
	count atomic.Int64 // of the changes that this server knows
	again atomic.Bool  // tellAgain waits

	mu     sync.Mutex
	record string // how far the record is; "" if nobody has said so
	nudged time.Time
	told   string // what pages were told last
	toldAt time.Time
}

// nudge is how long pages are told of a change by which the record does not get on. Then they are told the same as before, since
// another server may not know of that change.
const nudge = 5 * time.Second

// now returns what there is to tell. The caller holds the lock. started tells apart servers that do not know how far the record is.
func (c *changes) now(started time.Time) string {
	switch {
	case c.record == "":
		return strconv.FormatInt(started.UnixMilli(), 36) + "-" + strconv.FormatInt(c.count.Load(), 10)
	case time.Since(c.nudged) < nudge:
		return c.record + "+"
	}
	return c.record
}

// tell returns what pages are told. In a rush it stays the same for a while, so that pages do not all load again at every change.
func (c *changes) tell(started time.Time, inRush bool) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(started); now != c.told && (!inRush || c.told == "" || time.Since(c.toldAt) >= rushPace) {
		c.told, c.toldAt = now, time.Now()
	}
	return c.told
}

// add notes a change by which the record does not get on.
func (c *changes) add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count.Add(1)
	c.nudged = time.Now()
}

// tellAgain makes pages load again after a while. Several calls in that time count as one.
func (c *changes) tellAgain(after time.Duration) {
	if c.again.CompareAndSwap(false, true) {
		time.AfterFunc(after, func() {
			c.again.Store(false)
			c.add()
		})
	}
}

// Changed makes open pages learn that something has changed, when they next ask.
func (s *Server) Changed() { s.recorded.add() }

// ChangedTo says how far the record is, as every server of the database says it. If it has got on, open pages learn of it when they next
// ask.
func (s *Server) ChangedTo(record string) {
	c := &s.recorded
	c.mu.Lock()
	defer c.mu.Unlock()
	if record != c.record {
		c.count.Add(1)
		c.record, c.nudged = record, time.Time{}
	}
}

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

// recordVersion changes whenever something has been written.
func (s *Server) recordVersion() string { return s.recorded.tell(s.started, s.rush.on()) }

func (s *Server) troubles() []trouble {
	all := []trouble{}
	for _, state := range s.cfg.Background() {
		if !state.Since.IsZero() {
			all = append(all, trouble{Task: state.Name, Fault: state.Fault, Since: state.Since.UnixMilli(), Reason: state.Reason})
		}
	}
	return all
}
