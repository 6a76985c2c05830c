package server

import (
	"net/http"
	"slices"
	"strings"

	"macrowatch/internal/viewer/access"
)

// openRoutes are the routes that need no login. Every other route needs one, also a route that is added later.
func (s *Server) openRoutes() []string {
	open := []string{
		"GET /livez", "GET /readyz", // for supervisors; they say nothing of the desk
		"GET /assets/",                              // the page's own files, which the login page needs too
		"GET /login", "POST /login", "POST /logout", // the way in and out
		"GET /login/oidc", "GET /login/callback",
		"/api/openapi.json", // it describes the calls of programs that write, and holds no figure
	}
	if s.cfg.OwnMetrics {
		open = append(open, "GET /metrics") // it is not here, and anybody may know
	}
	return open
}

// admission lets requests through to their routes, if their senders may look. Without a login it lets everybody through.
func (s *Server) admission(mux *http.ServeMux) http.Handler {
	if s.entrance == nil {
		return mux
	}
	open := s.openRoutes()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, pattern := mux.Handler(r)
		switch {
		case slices.Contains(open, pattern):
			mux.ServeHTTP(w, r)
		case strings.HasPrefix(pathOf(pattern), intakePath):
			mux.ServeHTTP(w, withoutSession(r))
		default:
			s.entrance.admitted(w, r, mux)
		}
	})
}

// pathOf returns a pattern without its method.
func pathOf(pattern string) string {
	if _, path, found := strings.Cut(pattern, " "); found {
		return path
	}
	return pattern
}

// withoutSession returns a request without what would identify a person.
func withoutSession(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.Header.Del("Cookie")
	return r
}

// admitted answers a request if its sender may look. The answer ends when the sender's session does.
func (e *entrance) admitted(w http.ResponseWriter, r *http.Request, next http.Handler) {
	who, token, err := e.identify(r)
	noteIdentity(r.Context(), who)
	if err != nil {
		e.refuse(w, r, err)
		return
	}
	ctx := withIdentity(r.Context(), who)
	if token != "" {
		attached, release := e.Sessions.Attach(ctx, token)
		defer release()
		ctx = attached
	}
	next.ServeHTTP(w, r.WithContext(ctx))
}

// operatorsOnly refuses people who may only look.
func (s *Server) operatorsOnly(c call) call {
	return func(w http.ResponseWriter, r *http.Request) error {
		if _, err := operatorOf(r); err != nil {
			return err
		}
		return c(w, r)
	}
}

// operatorOf returns the name of the operator who is logged in and sent a request. The error refuses everybody else.
func operatorOf(r *http.Request) (string, error) {
	who := identityOf(r.Context())
	if !who.Role.May(access.Operator) {
		return "", refuse(http.StatusForbidden, "only an operator may do this, and %s is a %s", who.User, who.Role)
	}
	return who.User, nil
}
