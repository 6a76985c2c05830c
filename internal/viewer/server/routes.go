package server

import (
	"net/http"
	"strings"
)

// route is one pattern of paths that the server answers. Whoever adds one also describes it in docs/http.md, which a
// test compares with the table of routes. Other tests send requests with bad hosts, methods and query strings to
// every route of the table.
type route struct {
	pattern string // as http.ServeMux reads it
	metric  string // the route's name in the metrics; "" leaves it out of them
	handler http.Handler
}

func (s *Server) routes() []route {
	return append(s.intakeRoutes(), []route{
		{"GET /livez", "livez", http.HandlerFunc(s.livez)},
		{"GET /readyz", "readyz", http.HandlerFunc(s.readyz)},
		{"GET /metrics", "", s.metrics.handler(s.ping)},
		{"GET /api/health", "health", s.api(s.health)},
		{"GET /api/changes", "changes", s.api(s.changes)},
		{"GET /api/search", "search", s.api(s.search)},
		{"GET /api/dashboards/uid/{uid}", "dashboard", s.api(s.dashboard)},
		{"GET /api/dashboards/uid/{uid}/beginning", "beginning", s.api(s.overRange(s.beginning))},
		{"GET /api/dashboards/uid/{uid}/variables", "variables", s.api(s.overRange(s.variables))},
		{"GET /api/dashboards/uid/{uid}/panels", "panels", s.api(s.overRange(s.panels))},
		{"GET /api/dashboards/uid/{uid}/panels/{id}", "panel", s.api(s.overRange(s.panel))},
		{"/api/", "unknown", s.api(unknownCall)},
		{"GET /assets/", "asset", http.HandlerFunc(s.asset)},
		{"GET /d/{uid}", "page", http.HandlerFunc(s.dashboardPage)},
		{"GET /d/{uid}/{slug}", "page", http.HandlerFunc(s.dashboardPage)},
		{"GET /{$}", "page", http.HandlerFunc(s.homePage)},
		{"/", "unknown", http.HandlerFunc(s.unknownPage)},
	}...)
}

// intakePath is the path below which the intake answers.
const intakePath = "/api/v1/"

// intakeRoutes returns the routes of the intake, if there is one.
func (s *Server) intakeRoutes() []route {
	if s.cfg.Intake == nil {
		return nil
	}
	return []route{
		{intakePath, "intake", s.cfg.Intake},
		{"/api/openapi.json", "openapi", s.cfg.Intake},
	}
}

// isIntake reports whether a request is for the intake.
func (s *Server) isIntake(r *http.Request) bool {
	return s.cfg.Intake != nil && strings.HasPrefix(strings.TrimPrefix(r.URL.Path, s.cfg.BasePath), intakePath)
}

// mux sends each request to its route.
func (s *Server) mux() http.Handler {
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		h := r.handler
		if r.metric != "" {
			h = s.metrics.observe(r.metric, h)
		}
		mux.Handle(r.pattern, h)
	}
	return mux
}

// guarded wraps a handler in what holds for every request.
func (s *Server) guarded(h http.Handler) http.Handler {
	// Panels are sent a line at a time, so the compressor must pass flushes on.
	return s.recovered(s.withoutBody(s.accounted(securityHeaders(s.knownHost(s.ownOrigin(compressed(h)))))))
}
