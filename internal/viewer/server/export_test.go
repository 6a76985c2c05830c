package server

// Patterns returns the patterns of all routes.
func Patterns(s *Server) []string {
	var patterns []string
	for _, r := range s.routes() {
		patterns = append(patterns, r.pattern)
	}
	return patterns
}
