package server

// Patterns returns the patterns of all routes.
func Patterns(s *Server) []string {
	var patterns []string
	for _, r := range s.routes() {
		patterns = append(patterns, r.pattern)
	}
	return patterns
}

// BeginRush begins a rush, as many readers do.
func BeginRush(s *Server) { s.rush.begin() }

// RushPace is how long a rush lasts, and RushAge how long answers are shared in it. AskAgain is how
// long a snapshot counts as the present one, and Nudge how long a change is told that was not counted.
const (
	RushPace = rushPace
	RushAge  = rushAge
	Nudge    = nudge
	AskAgain = askAgain
)
