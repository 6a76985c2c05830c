package access

// Remembered returns how many keys a limiter remembers.
func (l *Limiter) Remembered() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.byKey) != l.recent.Len() {
		return -1
	}
	return l.recent.Len()
}

// Known returns how many sessions are in memory.
func (s *Sessions) Known() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.known)
}
