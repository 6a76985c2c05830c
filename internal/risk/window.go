package risk

import "macrowatch/internal/desk"

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

// windowUpTo goes back from the last day over the days on which all exposures are present, until it has
// most returns or the days end.
func (h *History) windowUpTo(exposures []*Exposure, last, most int) window {
	var w window
	if last < 0 {
		return w
	}
	common := newDaySet(len(h.days))
	for n := range common {
		common[n] = ^uint64(0)
	}
	var crossing []*Exposure // those of which a return may cross zero
	for _, e := range exposures {
		common.keep(e.calendar.present)
		if e.Instrument.Kind == desk.KindPrice && !e.calendar.positive {
			crossing = append(crossing, e)
		}
	}
	w.steps = make([]step, 0, min(most, last))
	next := common.last(last)
	for d := common.last(next - 1); d >= 0 && len(w.steps) < most; d = common.last(d - 1) {
		h.addReturn(&w, crossing, step{d, next})
		next = d
	}
	return w
}

// addReturn takes a return into the window, or notes why it is dropped.
func (h *History) addReturn(w *window, crossing []*Exposure, s step) {
	if h.days[s.to]-h.days[s.from] > MaxGapDays {
		w.gaps = append(w.gaps, s)
		return
	}
	for _, e := range crossing {
		if e.crossesZero(s.from, s.to) {
			w.zeros = append(w.zeros, zero{s, e.Instrument.Name})
			return
		}
	}
	w.steps = append(w.steps, s)
}

// ownHistory is what an exposure's own history has: how many returns, at most so many, and the last day up
// to which.
type ownHistory struct{ returns, last int }

func (h *History) ownHistoryOf(e *Exposure, last, most int) ownHistory {
	if e.calendar == nil || last < 0 {
		return ownHistory{last: -1}
	}
	return ownHistory{min(most, int(e.calendar.returns[last])), e.calendar.present.last(last)}
}
