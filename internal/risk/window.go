package risk

import "macrowatch/internal/desk"

// step is one return: from one position among the days to a later one.
type step struct{ from, to int }

// window is the risk calendar of some exposures: its returns, the latest first.
type window struct {
	steps []step
	gaps  []step         // dropped: they span too many calendar days
	zeros []zeroCrossing // dropped: a price is not above zero
}

// zeroCrossing is a return of an instrument to or from a price that is not above zero.
type zeroCrossing struct {
	step
	instrument string
}

// windowUpTo goes back from the last day, over the days on which all exposures are present. It stops when it has
// as many returns as `most` says, or when there are no more days.
func (h *History) windowUpTo(exposures []*Exposure, last, most int) window {
	var w window
	if last < 0 {
		return w
	}
	common := newDaySet(len(h.days))
	for n := range common {
		common[n] = ^uint64(0)
	}
	var mayCross []*Exposure // the exposures with prices of zero or below, whose returns may cross zero
	for _, e := range exposures {
		common.keep(e.series.calendar.present)
		if e.Instrument.Kind == desk.KindPrice && !e.series.calendar.positive {
			mayCross = append(mayCross, e)
		}
	}
	w.steps = make([]step, 0, min(most, last))
	next := common.last(last)
	for d := common.last(next - 1); d >= 0 && len(w.steps) < most; d = common.last(d - 1) {
		h.addReturn(&w, mayCross, step{d, next})
		next = d
	}
	return w
}

// addReturn takes a return into the window, or notes why it is dropped.
func (h *History) addReturn(w *window, mayCross []*Exposure, s step) {
	if h.days[s.to]-h.days[s.from] > MaxGapDays {
		w.gaps = append(w.gaps, s)
		return
	}
	for _, e := range mayCross {
		if e.crossesZero(s.from, s.to) {
			w.zeros = append(w.zeros, zeroCrossing{s, e.Instrument.Name})
			return
		}
	}
	w.steps = append(w.steps, s)
}
