package risk

// step is one return: from one position among the days to a later one.
type step struct{ from, to int }

// window is the risk calendar of some exposures: its returns, the latest first.
type window struct {
	steps []step
	gaps  []step // dropped: too many calendar days
	zeros []zero // dropped: across zero
}

type zero struct {
	step
	instrument string
}

// walk goes back from the last day over the days on which all exposures are present, until it has
// most returns or the days end.
func (h *History) walk(exposures []*Exposure, last, most int) window {
	w := window{steps: make([]step, 0, min(most, max(last, 0)))}
	next := -1
	for d := last; d >= 0 && len(w.steps) < most; d-- {
		if !allPresent(exposures, d) {
			continue
		}
		if next >= 0 {
			h.add(&w, exposures, step{d, next})
		}
		next = d
	}
	return w
}

// add takes a return into the window, or notes why it is dropped.
func (h *History) add(w *window, exposures []*Exposure, s step) {
	if h.days[s.to]-h.days[s.from] > MaxGapDays {
		w.gaps = append(w.gaps, s)
		return
	}
	for _, e := range exposures {
		if e.crossesZero(s.from, s.to) {
			w.zeros = append(w.zeros, zero{s, e.Instrument.Name})
			return
		}
	}
	w.steps = append(w.steps, s)
}

func allPresent(exposures []*Exposure, d int) bool {
	for _, e := range exposures {
		if !e.present(d) {
			return false
		}
	}
	return true
}

// alone is what an exposure's own history has: how many returns, at most so many, the last day up to
// which, and its first.
type alone struct {
	returns     int
	first, last int
}

func (h *History) alone(e *Exposure, last, most int) alone {
	a := alone{first: -1, last: -1}
	if e.levels == nil {
		return a
	}
	for d := last; d >= 0; d-- {
		if e.present(d) {
			a.last = d
			break
		}
	}
	for d := range e.levels {
		if e.present(d) {
			a.first = d
			break
		}
	}
	a.returns = h.count(e, a.last, most)
	return a
}

// count is how many returns an exposure has by itself: what walk would find, without keeping it.
func (h *History) count(e *Exposure, last, most int) int {
	found, next := 0, -1
	for d := last; d >= 0 && found < most; d-- {
		if !e.present(d) {
			continue
		}
		if next >= 0 && h.days[next]-h.days[d] <= MaxGapDays && !e.crossesZero(d, next) {
			found++
		}
		next = d
	}
	return found
}
