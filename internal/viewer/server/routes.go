package server

import (
	"net/http"
	"slices"
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
	return slices.Concat(s.probes(s.cfg.OwnMetrics), s.loginRoutes(), s.operatorRoutes(), s.intakeRoutes(), []route{
		{"GET /api/health", "health", s.api(s.health)},
		{"GET /api/changes", "changes", s.api(s.changes)},
		{"GET /api/alerts", "alerts", s.api(s.alerts)},
		{"POST /api/silences", "silence", s.api(s.addSilence)},
		{"POST /api/silences/{id}/end", "unsilence", s.api(s.endSilence)},
		{"GET /api/verdict", "verdict", s.api(s.verdictCall)},
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
	})
}

// intakePath is the path below which the intake answers. Programs that write authenticate there by tokens, which the
// intake checks. A browser's session means nothing there.
const intakePath = "/api/v1/"

// intakeRoutes returns the routes of the intake. Without one, its calls are unknown.
func (s *Server) intakeRoutes() []route {
	if s.cfg.Intake == nil {
		return []route{{intakePath, "unknown", s.api(unknownCall)}}
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

// probes are the routes that supervisors and Prometheus ask. If they are elsewhere, they are not found.
func (s *Server) probes(elsewhere bool) []route {
	if elsewhere {
		gone := s.api(func(http.ResponseWriter, *http.Request) error {
			return refuse(http.StatusNotFound, "this is served at another address (--metrics-listen)")
		})
		return []route{{"GET /livez", "livez", gone}, {"GET /readyz", "readyz", gone}, {"GET /metrics", "", gone}}
	}
	return []route{
		{"GET /livez", "livez", http.HandlerFunc(s.livez)},
		{"GET /readyz", "readyz", http.HandlerFunc(s.readyz)},
		{"GET /metrics", "", s.metrics.handler(s.pingDatabase)},
	}
}

// loginRoutes are the way in and out. There is none if a proxy logs people in, or if nobody has to.
func (s *Server) loginRoutes() []route {
	e := s.entrance
	if e == nil || e.Proxy != nil {
		return nil
	}
	all := []route{
		{"GET /login", "login", http.HandlerFunc(e.show)},
		{"POST /logout", "logout", http.HandlerFunc(e.leave)},
	}
	if e.OIDC != nil {
		return append(all, route{"GET /login/oidc", "login", http.HandlerFunc(e.toProvider)}, route{"GET /login/callback", "login", http.HandlerFunc(e.fromProvider)})
	}
	return append(all, route{"POST /login", "login", http.HandlerFunc(e.withPassword)})
}

// operatorRoutes are what an operator may do. Without a login nobody is an operator.
func (s *Server) operatorRoutes() []route {
	if s.entrance == nil || s.cfg.DeliverKept == nil {
		return nil
	}
	return []route{{"POST /api/spool/retry", "spool_retry", s.api(s.operatorsOnly(s.retrySpool))}}
}

// mux sends each request to its route.
func (s *Server) mux(routes []route) *http.ServeMux {
	mux := http.NewServeMux()
	for _, r := range routes {
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
	return s.logged(s.recovered(s.withoutBody(s.accounted(securityHeaders(s.knownHost(s.ownOrigin(compressed(h))))))))
}
