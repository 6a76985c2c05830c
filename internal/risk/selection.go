package risk

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// selection says which exposures count in VaR and CVaR, why the others do not, and over which returns.
type selection struct {
	in      []*Exposure
	missing map[*Exposure]string // the reason, for exposures that are left out or take a proxy's moves
	window  window
}

// selectExposures finds the exposures with enough history for a window of so many returns, and the window.
func (h *History) selectExposures(exposures []Exposure, asOf time.Time, asked int) selection {
	last := h.lastDay(asOf)
	s := selection{missing: map[*Exposure]string{}}
	own := make([]ownHistory, len(exposures))
	latest, longest := -1, 0
	for n := range exposures {
		own[n] = ownHistoryOf(&exposures[n], last, asked)
		latest = max(latest, own[n].last)
	}
	for n := range exposures {
		if e := &exposures[n]; !e.priced() {
			s.missing[e] = e.unusable
		} else if reason := h.whyEnded(e, own[n], latest); reason != "" {
			s.missing[e] = reason
		} else {
			longest = max(longest, own[n].returns)
		}
	}
	need := returnsNeeded(longest, asked)
	if fewer := nineTenths(asked); longest >= asked &&
		s.shortOfReturnsPct(need, exposures, own) > MaxMissingPct && s.shortOfReturnsPct(fewer, exposures, own) <= MaxMissingPct {
		// Markets with different holidays reach N returns at different times. Until all of them have, the
		// window is one that nearly all of the book fills.
		need = fewer
	}
	for n := range exposures {
		e := &exposures[n]
		if _, missing := s.missing[e]; missing {
			continue
		}
		if own[n].returns < need {
			s.missing[e] = fmt.Sprintf("has %d daily returns up to %s, and %d are asked", own[n].returns, date(h.date(last)), need)
			continue
		}
		s.in = append(s.in, e)
	}
	s.useProxies(h, exposures, asOf, need, asked)
	s.findWindow(h, last, need, asked)
	return s
}

// ownHistory says how many returns an exposure has of its own, at most as many as are asked for, and the last
// day on which it is present.
type ownHistory struct{ returns, last int }

func ownHistoryOf(e *Exposure, last, most int) ownHistory {
	if e.series == nil || last < 0 {
		return ownHistory{last: -1}
	}
	c := &e.series.calendar
	return ownHistory{min(most, int(c.returns[last])), c.present.last(last)}
}

// whyEnded says why an exposure's prices have ended: there are no prices, or none within MaxGapDays before the
// latest day on which any held instrument has one. It returns "" if they have not ended. If only the exchange
// rate is missing the text says that, because then another instrument needs attention.
func (h *History) whyEnded(e *Exposure, own ownHistory, latest int) string {
	switch {
	case own.last < 0:
		return "has no price"
	case h.days[latest]-h.days[own.last] > MaxGapDays:
		if lastLevel := e.series.lastLevel(latest); lastLevel > own.last && h.days[latest]-h.days[lastLevel] <= MaxGapDays {
			return fmt.Sprintf("has no exchange rate to BRL (%s) since %s", strings.Join(e.series.conversion.Needs(), ", "), date(h.date(own.last)))
		}
		return fmt.Sprintf("has no price since %s", date(h.date(own.last)))
	}
	return ""
}

// returnsNeeded is how many returns of its own an instrument needs at first: as many as the window has, or nine
// tenths of the longest history if no instrument has that many.
func returnsNeeded(longest, asked int) int {
	if longest >= asked {
		return asked
	}
	return nineTenths(longest)
}

func nineTenths(returns int) int { return int(math.Ceil(0.9 * float64(returns))) }

// shortOfReturnsPct returns the share of the gross weight, in percent, of the exposures that have recent prices but
// fewer returns than are needed, and no proxy.
func (s *selection) shortOfReturnsPct(need int, exposures []Exposure, own []ownHistory) float64 {
	short, gross := 0.0, 0.0
	for n := range exposures {
		e := &exposures[n]
		gross += e.Gross
		_, missing := s.missing[e]
		if !missing && e.proxy == nil && own[n].returns < need {
			short += e.Gross
		}
	}
	if gross == 0 {
		return 0
	}
	return 100 * short / gross
}

// useProxies lets missing exposures take the moves of their proxies, if those have enough history themselves.
func (s *selection) useProxies(h *History, exposures []Exposure, asOf time.Time, need, asked int) {
	last := h.lastDay(asOf)
	for n := range exposures {
		e := &exposures[n]
		reason, missing := s.missing[e]
		if !missing || e.proxy == nil {
			continue
		}
		own := ownHistoryOf(e.proxy, last, asked)
		if e.proxy.priced() && (own.returns < need || h.whyEnded(e.proxy, own, last) != "") {
			s.missing[e] = fmt.Sprintf("%s, and its proxy %s has %d daily returns", reason, e.proxy.Instrument.Name, own.returns)
			continue
		}
		if err := e.takeProxy(asOf); err != nil {
			s.missing[e] = fmt.Sprintf("%s, and %v", reason, err)
			continue
		}
		s.in = append(s.in, e)
	}
}

// findWindow finds the window. Exposures may have enough returns of their own and still begin so late that they
// shorten the window, because the others have holidays on other days. findWindow leaves such exposures out.
func (s *selection) findWindow(h *History, last, need, most int) {
	for {
		s.window = h.windowUpTo(s.in, last, most)
		if len(s.window.steps) >= need {
			return
		}
		latest := -1
		for _, e := range s.in {
			latest = max(latest, firstPresent(e))
		}
		early := slices.DeleteFunc(slices.Clone(s.in), func(e *Exposure) bool { return firstPresent(e) == latest })
		if len(early) == 0 || len(h.windowUpTo(early, last, most).steps) <= len(s.window.steps) {
			return
		}
		for _, e := range s.in {
			if firstPresent(e) == latest {
				s.missing[e] = fmt.Sprintf("begins on %s, within the others' window", date(h.date(latest)))
				e.Proxy = ""
			}
		}
		s.in = early
	}
}

func firstPresent(e *Exposure) int {
	for d := range e.series.levels {
		if e.present(d) {
			return d
		}
	}
	return len(e.series.levels)
}
