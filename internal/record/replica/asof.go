package replica

import (
	"time"

	"macrowatch/internal/record/store"
)

// mostMarks is how many marks are remembered. For a replica that stands still for hours, marks are further apart, and the lag is told
// as so much longer than it is.
const mostMarks = 4096

// mark says that at an instant the primary's log did not go beyond a place.
type mark struct {
	place store.LogPlace
	at    time.Time
}

// marks are marks of a primary, the oldest first. They say of when what a replica has is.
type marks struct {
	known  []mark
	stride time.Duration // how far marks are apart at least
}

// note notes that the primary's log ended at a place when it was asked at an instant.
func (m *marks) note(place store.LogPlace, at time.Time) {
	switch n := len(m.known); {
	case n > 0 && m.known[n-1].place == place:
		m.known[n-1].at = at // nothing was written meanwhile
		return
	case n > 0 && m.known[n-1].place > place:
		m.known = nil // another server has become the primary, and its log is another one
	}
	if n := len(m.known); n > 1 && m.known[n-1].at.Sub(m.known[n-2].at) < m.stride {
		m.known[n-1] = mark{place, at}
		return
	}
	m.known = append(m.known, mark{place, at})
	if n := len(m.known); n > mostMarks {
		m.stride = 2 * at.Sub(m.known[0].at) / mostMarks
		for n := range m.known[:n/2] {
			m.known[n] = m.known[2*n]
		}
		m.known = m.known[:n/2]
	}
}

// of returns the newest instant before which everything that was committed is in what a replica has replayed. It is zero if that is
// not known.
func (m *marks) of(replayed store.LogPlace) (at time.Time) {
	for _, one := range m.known {
		if one.place > replayed {
			break
		}
		at = one.at
	}
	return at
}

// forget forgets the marks that a replica is beyond, except the newest of them.
func (m *marks) forget(replayed store.LogPlace) {
	for len(m.known) > 1 && m.known[1].place <= replayed {
		m.known = m.known[1:]
	}
	if len(m.known) < mostMarks/4 {
		m.stride = 0
	}
}
