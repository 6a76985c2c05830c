// Package server is the viewer: the HTTP API and the page, as one http.Handler.
//
// A browser never sends SQL. It names a dashboard, a panel and a time range, and gets what it has to draw. Every answer has a
// content security policy that allows only the page's own files.
//
// A request goes through guarded (hosts, compression, limits) to its route. A new call of the API is a line in the table of
// routes and a function that answers.
package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"macrowatch/internal/background"
	"macrowatch/internal/viewer/access"
	"macrowatch/internal/viewer/request"
)

// Config is what a Server needs. Dashboards, Querier, Ping, Page and Logger must be set.
type Config struct {
	// Dashboards are shown in this order. Show replaces them while the server runs.
	Dashboards []Dashboard
	// Home is the UID of the dashboard that a visitor sees first; "" means the first of Dashboards.
	Home string
	// Querier runs the panels' queries.
	Querier request.Querier
	// Ping reports whether the database answers.
	Ping func(context.Context) error
	// Snapshot returns a text that changes whenever something is committed, or an error if the database does not answer.
	// The server gives an answer again for as long as the text stays the same. Nil means that nobody knows what
	// changes, and then each answer is computed anew.
	Snapshot func(context.Context) (string, error)
	// Replica is a read-only replica that the dashboards are read from, in place of Querier and Snapshot. Nil means that there is
	// none.
	Replica Replica
	// Page holds the built page: index.html and assets/.
	Page fs.FS
	// BasePath is the path prefix under which everything is served, "" or "/macro".
	BasePath string
	// AllowedHosts are host names and IP addresses that the server answers to, in addition to the loopback names and
	// the address of the connection. An entry with a port is answered only with that port.
	AllowedHosts []string
	// Door says who can reach the pages. Every page shows it.
	Door Door
	// Login says how people log in; nil if nobody has to.
	Login *Login
	// AccessLog gets a line of JSON for each request; nil means that there is no such log. It must be safe for
	// concurrent use.
	AccessLog io.Writer
	// OwnMetrics means that /metrics, /livez and /readyz have an address of their own, where ServeMetrics answers. At the
	// main address they are not found.
	OwnMetrics bool
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// AsOf is the instant that pages show as now; the zero value means the present.
	AsOf time.Time
	// SampleData reports whether the database has sample data. If it has, every page tells that to the reader. The
	// server asks again for each page. Nil means that there is none.
	SampleData func(context.Context) bool
	// OwnSteps returns the steps with runs that are not sample data. The server asks only if there is sample data. Nil
	// means that there are none.
	OwnSteps func(context.Context) []string
	// Preparing says what is still to be done before the dashboards show everything, nil when all is done. Until then pages show
	// that in place of the panels, and /readyz says that the server is not ready. Nil means that everything is there from the
	// start.
	Preparing func() *Preparing
	// Background returns the states of the background work. Pages and metrics show which work fails. Nil means that
	// there is none.
	Background func() []background.State
	// Alerting says what is out of order now. Every page shows it. Nil means that nobody evaluates alerts.
	Alerting *Alerting
	// Verdict is the panel that says how the desk stands as a whole. Every page shows its verdict. Nil means that there is
	// none.
	Verdict *VerdictPanel
	// DeliverKept delivers the runs that wait on this machine, and returns how many it delivered. An operator may call it.
	// Nil means that none are kept here.
	DeliverKept func(context.Context) (int, error)
	// Zone is the IANA name of the desk's zone. The page gets it.
	Zone    string
	Version string
	// Build is what the metrics say of the program.
	Build  Build
	Logger *slog.Logger
	// MaxConcurrentPanels bounds how many panels are computed at once, over all requests; 0 means 8. One dashboard
	// gets at most three quarters of them.
	MaxConcurrentPanels int
	// Intake answers everything below /api/v1/, and /api/openapi.json. It takes bodies, checks tokens itself, and has
	// limits of its own. Nil means that nothing is taken over HTTP.
	Intake http.Handler
	// Collectors are metrics of others, which GET /metrics also shows.
	Collectors []prometheus.Collector
	// AnswerTimeout bounds how long an answer with panels or variables may take; 0 means 30 seconds.
	AnswerTimeout time.Duration
}

// Replica is a read-only replica of the database, with the primary in its place while it can't be read.
type Replica interface {
	// Read says which database a request reads, and what that database has. It fails if neither answers.
	Read(ctx context.Context) (Reading, error)
	// PingPrimary returns nil if the primary answers.
	PingPrimary(ctx context.Context) error
	// Says returns a sentence if the replica is not read, otherwise "".
	Says() string
}

// Reading is a database as one request reads it.
type Reading struct {
	// Querier runs the request's queries.
	Querier request.Querier
	// Snapshot is what Config.Snapshot returns, for this database.
	Snapshot string
	// AsOf is an instant: whatever was committed before it is read. It is zero if that is not known.
	AsOf time.Time
}

// Build says what the program was built from.
type Build struct{ Version, Revision, Go string }

// Door says who can see the pages, as nobody has to log in.
type Door string

// The doors. Pages say nothing about DoorLoopback.
const (
	DoorLoopback  Door = ""          // the users of this machine, at a loopback address
	DoorPublished Door = "published" // the users of this machine, at a container's port that is published on a loopback address
	DoorOpen      Door = "open"      // everybody who can reach the address
)

// Server answers HTTP requests. Make one with New.
type Server struct {
	cfg      Config
	catalog  atomic.Pointer[catalog]
	index    []byte
	hosts    hostPolicy
	metrics  *metrics
	entrance *entrance // nil if nobody has to log in
	places   *places
	zones    zones
	deflater deflater
	keeper   *keeper
	assets   sync.Map // the built files that are compressed, by name
	rush     rush
	verdict  *verdict // nil if no panel has one
	// snapshots asks the database for its snapshot.
	snapshots snapshots

	silenceTries *access.Limiter

	connections               *connections
	panelReaders, pageReaders *readers

	started  time.Time
	recorded changes
	handler  http.Handler
}

// New makes a server. The error says what is wrong with the configuration.
func New(cfg Config) (*Server, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, places: newPlaces(cfg.MaxConcurrentPanels), metrics: newMetrics(cfg.Build), started: cfg.Now(),
		keeper: newKeeper(), snapshots: snapshots{ask: cfg.reading()}}
	if s.hosts, err = newHostPolicy(cfg.AllowedHosts); err != nil {
		return nil, err
	}
	if err := s.Show(cfg.Dashboards); err != nil {
		return nil, err
	}
	if s.verdict, err = newVerdict(cfg.Verdict, cfg.Zone); err != nil {
		return nil, err
	}
	if s.index, err = fs.ReadFile(cfg.Page, "index.html"); err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	s.metrics.registry.MustRegister(newBackgroundCollector(cfg.Background))
	s.metrics.registry.MustRegister(cfg.Collectors...)
	s.silenceTries = access.NewLimiter(silencePause, silenceTries, mostLimited, cfg.Now)
	s.connections = newConnections(s.metrics)
	s.panelReaders, s.pageReaders = newReaders(s.metrics), newReaders(s.metrics)
	if cfg.Login != nil {
		if s.entrance, err = newEntrance(s, *cfg.Login); err != nil {
			return nil, err
		}
	}
	s.handler = s.guarded(s.underBasePath(s.admission(s.mux(s.routes()))))
	return s, nil
}

// reading returns the function that says what a request reads, or nil if nobody knows what changes.
func (c Config) reading() func(context.Context) (Reading, error) {
	switch {
	case c.Replica != nil:
		return c.Replica.Read
	case c.Snapshot == nil:
		return nil
	}
	return func(ctx context.Context) (Reading, error) {
		snapshot, err := c.Snapshot(ctx)
		return Reading{Querier: c.Querier, Snapshot: snapshot}, err
	}
}

// withDefaults returns the configuration with the defaults of fields that are not set.
func (c Config) withDefaults() (Config, error) {
	switch {
	case len(c.Dashboards) == 0:
		return c, errors.New("no dashboards to serve")
	case c.Querier == nil || c.Ping == nil || c.Page == nil || c.Logger == nil:
		return c, errors.New("server configuration lacks a querier, a ping, a page or a logger")
	}
	if c.Home == "" {
		c.Home = c.Dashboards[0].UID
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.MaxConcurrentPanels <= 0 {
		c.MaxConcurrentPanels = 8
	}
	if c.Background == nil {
		c.Background = func() []background.State { return nil }
	}
	if c.AnswerTimeout <= 0 {
		c.AnswerTimeout = 30 * time.Second
	}
	var err error
	c.BasePath, err = cleanBasePath(c.BasePath)
	return c, err
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// now returns the instant that pages show as now.
func (s *Server) now() time.Time {
	if !s.cfg.AsOf.IsZero() {
		return s.cfg.AsOf
	}
	return s.cfg.Now()
}
