// Package server is the viewer: the HTTP API and the page, as one http.Handler.
//
// A browser never sends SQL. It names a dashboard, a panel and a time range, and gets what it must draw.
// Every answer carries a content security policy that allows only the page's own files.
package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/sync/singleflight"

	"macrowatch/internal/background"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/request"
)

// Config is what a Server needs. Dashboards, Querier, Ping, Page and Logger must be set.
type Config struct {
	// Dashboards are shown in this order; the first is the home dashboard.
	Dashboards []Dashboard
	// Querier runs the panels' queries.
	Querier request.Querier
	// Ping reports whether the database answers.
	Ping func(context.Context) error
	// Page holds the built page: index.html and assets/.
	Page fs.FS
	// BasePath is the path prefix under which everything is served, "" or "/macro".
	BasePath string
	// AllowedHosts are answered beside the loopback names and the address that a request comes in at:
	// host names or IP addresses, with the only port that is meant or without one for every port.
	AllowedHosts []string
	// Door is what every page says about who may look.
	Door Door
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// AsOf, where set, is the instant that the page takes for now, and says so.
	AsOf time.Time
	// SampleData reports whether the database holds sample data, which every page then says; nil
	// means that it does not. It is asked for each page, as that can change.
	SampleData func(context.Context) bool
	// OwnSteps names the steps of which there are runs that are no sample data; nil means none. It is
	// asked where there is sample data.
	OwnSteps func(context.Context) []string
	// Background tells how the work fares that goes on beside the requests: pages and metrics say what of
	// it fails. Nil means that there is none.
	Background func() []background.State
	// Zone is the IANA name of the desk's zone, told to the page.
	Zone    string
	Version string
	Logger  *slog.Logger
	// MaxConcurrentPanels bounds the panels computed at once over all requests; 0 means 8. One
	// dashboard gets at most three quarters of them.
	MaxConcurrentPanels int
	// AnswerTimeout bounds how long an answer with panels may take in all; 0 means 30 seconds.
	AnswerTimeout time.Duration
}

// Dashboard is one dashboard as Grafana's JSON.
type Dashboard struct {
	UID, Slug, Title string
	Tags             []string
	JSON             []byte
}

// Door says who may look at the pages, where nobody has to log in.
type Door string

// The doors. A page on a loopback address has nothing to say.
const (
	DoorLoopback  Door = ""          // this machine's users reach the address
	DoorPublished Door = "published" // a container's port, published on a loopback address
	DoorOpen      Door = "open"      // everybody who reaches the address sees the book
)

// Server answers HTTP requests. Make one with New.
type Server struct {
	cfg        Config
	dashboards []served
	byUID      map[string]*served
	index      []byte
	hosts      hostPolicy
	metrics    *metrics
	places     *places
	flights    singleflight.Group

	panelReaders, pageReaders *readers

	started  time.Time
	recorded changes
	handler  http.Handler
}

type served struct {
	Dashboard
	parsed *model.Dashboard
}

// New builds the server, or says what is wrong with its configuration.
func New(cfg Config) (*Server, error) {
	switch {
	case len(cfg.Dashboards) == 0:
		return nil, errors.New("no dashboards to serve")
	case cfg.Querier == nil || cfg.Ping == nil || cfg.Page == nil || cfg.Logger == nil:
		return nil, errors.New("server configuration lacks a querier, a ping, a page or a logger")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.MaxConcurrentPanels <= 0 {
		cfg.MaxConcurrentPanels = 8
	}
	if cfg.Background == nil {
		cfg.Background = func() []background.State { return nil }
	}
	if cfg.AnswerTimeout <= 0 {
		cfg.AnswerTimeout = 30 * time.Second
	}
	base, err := cleanBasePath(cfg.BasePath)
	if err != nil {
		return nil, err
	}
	cfg.BasePath = base
	hosts, err := newHostPolicy(cfg.AllowedHosts)
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg:    cfg,
		hosts:  hosts,
		byUID:  make(map[string]*served, len(cfg.Dashboards)),
		places: newPlaces(cfg.MaxConcurrentPanels),
	}
	s.dashboards = make([]served, len(cfg.Dashboards))
	for i, d := range cfg.Dashboards {
		parsed, err := model.Parse(d.JSON)
		if err != nil {
			return nil, fmt.Errorf("read dashboard %s: %w", d.UID, err)
		}
		s.dashboards[i] = served{Dashboard: d, parsed: parsed}
		s.byUID[d.UID] = &s.dashboards[i]
	}
	if s.index, err = fs.ReadFile(cfg.Page, "index.html"); err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	s.metrics = newMetrics(cfg.Version)
	s.metrics.registry.MustRegister(newBackgroundCollector(cfg.Background))
	s.panelReaders, s.pageReaders = newReaders(s.metrics), newReaders(s.metrics)
	s.started = cfg.Now()
	s.handler = s.guarded(s.underBasePath(s.mux()))
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// now is what the page takes for the present.
func (s *Server) now() time.Time {
	if !s.cfg.AsOf.IsZero() {
		return s.cfg.AsOf
	}
	return s.cfg.Now()
}
