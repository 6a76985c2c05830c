package server

import (
	"fmt"
	"net/http"
	"strings"
)

// underBasePath strips the base path, redirects the bare base path to its form with a slash, and refuses every
// other path.
func (s *Server) underBasePath(next http.Handler) http.Handler {
	if s.cfg.BasePath == "" {
		return next
	}
	stripped := http.StripPrefix(s.cfg.BasePath, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == s.cfg.BasePath:
			target := s.cfg.BasePath + "/"
			if r.URL.RawQuery != "" {
				target += "?" + r.URL.RawQuery
			}
			http.Redirect(w, r, target, http.StatusFound)
		case strings.HasPrefix(r.URL.Path, s.cfg.BasePath+"/"):
			stripped.ServeHTTP(w, r)
		default:
			writeError(w, http.StatusNotFound, fmt.Sprintf("nothing is served here: everything is under %s/", s.cfg.BasePath))
		}
	})
}

// CheckBasePath returns an error if a text can't be a base path.
func CheckBasePath(p string) error {
	_, err := cleanBasePath(p)
	return err
}

// cleanBasePath returns a base path without a slash at its end.
func cleanBasePath(p string) (string, error) {
	p = strings.TrimRight(p, "/")
	if p == "" {
		return "", nil
	}
	if !strings.HasPrefix(p, "/") {
		return "", fmt.Errorf("the base path %q must begin with a slash", p)
	}
	for _, c := range p {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/", c) {
			return "", fmt.Errorf("the base path %q may hold only letters, digits and - _ . ~ /", p)
		}
	}
	if strings.Contains(p, "//") || strings.Contains(p+"/", "/../") || strings.Contains(p+"/", "/./") {
		return "", fmt.Errorf("the base path %q may not hold empty or dot segments", p)
	}
	return p, nil
}
