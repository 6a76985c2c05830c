package server

import "net/http"

// route is one pattern of paths that the server answers. Whoever adds one also describes it in docs/http.md, which a
// test compares with the table of routes. Other tests send requests with bad hosts, methods and query strings to
// every route of the table.
type route struct {
	pattern string // as http.ServeMux reads it
	metric  string // the route's name in the metrics; "" leaves it out of them
	handler http.Handler
}

func (s *Server) routes() []route {
	return []route{
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
	}
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
	return s.recovered(withoutBody(s.accounted(securityHeaders(s.knownHost(s.ownOrigin(compressed(h)))))))
}
