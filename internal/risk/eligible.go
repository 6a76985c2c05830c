package risk

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// selection says which exposures count in the window, and why the others do not.
type selection struct {
	in      []*Exposure
	missing map[*Exposure]string // the reason, for those left out and those proxied
	window  window
}

// selectExposures finds the exposures with enough history and their window.
func (h *History) selectExposures(exposures []Exposure, asOf time.Time, o Options) selection {
	last := h.lastDay(asOf)
	s := selection{missing: map[*Exposure]string{}}
	histories := make([]ownHistory, len(exposures))
	latest, longest := -1, 0
	for n := range exposures {
		histories[n] = h.ownHistoryOf(&exposures[n], last, o.Returns)
		latest = max(latest, histories[n].last)
	}
	for n := range exposures {
		if e := &exposures[n]; !e.priced() {
			s.missing[e] = e.unusable
		} else if reason := h.whyEnded(e, histories[n], latest); reason != "" {
			s.missing[e] = reason
		} else {
			longest = max(longest, histories[n].returns)
		}
	}
	need := returnsNeeded(longest, o.Returns)
	if fewer := nineTenths(o.Returns); longest >= o.Returns &&
		s.shortOfReturnsPct(need, exposures, histories, o.Proxies) > MaxMissingPct && s.shortOfReturnsPct(fewer, exposures, histories, o.Proxies) <= MaxMissingPct {
		// Markets with other holidays come to N returns at different times: until they all have, the
		// window is one that nearly all of the book fills.
		need = fewer
	}
	for n := range exposures {
		e := &exposures[n]
		if _, missing := s.missing[e]; missing {
			continue
		}
		if histories[n].returns < need {
			s.missing[e] = fmt.Sprintf("has %d daily returns up to %s, and %d are asked", histories[n].returns, date(h.date(last)), need)
			continue
		}
		s.in = append(s.in, e)
	}
	h.useProxies(&s, exposures, asOf, last, need, o)
	h.findWindow(&s, last, need, o.Returns)
	return s
}

// returnsNeeded is how many returns of its own an instrument needs at first: the window's, or where none has
// that many, nine tenths of what the longest has.
func returnsNeeded(longest, asked int) int {
	if longest >= asked {
		return asked
	}
	return nineTenths(longest)
}

func nineTenths(returns int) int { return int(math.Ceil(0.9 * float64(returns))) }

// shortOfReturnsPct is the share of the gross weight, in percent, whose prices are recent but have fewer
// returns than are needed, and that no proxy is named for.
func (s *selection) shortOfReturnsPct(need int, exposures []Exposure, histories []ownHistory, proxies map[string]string) float64 {
	short, gross := 0.0, 0.0
	for n := range exposures {
		e := &exposures[n]
		gross += e.Gross
		_, missing := s.missing[e]
		_, named := proxies[e.Instrument.Name]
		if !missing && !named && histories[n].returns < need {
			short += e.Gross
		}
	}
	if gross == 0 {
		return 0
	}
	return 100 * short / gross
}

// whyEnded says why an exposure's prices have ended, if they have: it has none, or none since MaxGapDays
// before the latest day on which anything held has one. What has prices but no exchange rate for them is
// told apart: another instrument is what must be looked after.
func (h *History) whyEnded(e *Exposure, a ownHistory, latest int) string {
	switch {
	case a.last < 0:
		return "has no price"
	case h.days[latest]-h.days[a.last] > MaxGapDays:
		if lastLevel := lastPresent(e.levels, latest); lastLevel > a.last && h.days[latest]-h.days[lastLevel] <= MaxGapDays {
			return fmt.Sprintf("has no exchange rate to BRL (%s) since %s", strings.Join(e.conversion.Needs(), ", "), date(h.date(a.last)))
		}
		return fmt.Sprintf("has no price since %s", date(h.date(a.last)))
	}
	return ""
}

// useProxies gives missing exposures their proxies, where those have enough history themselves.
func (h *History) useProxies(s *selection, exposures []Exposure, asOf time.Time, last, need int, o Options) {
	for n := range exposures {
		e := &exposures[n]
		reason, missing := s.missing[e]
		name, named := o.Proxies[e.Instrument.Name]
		if !missing || !named {
			continue
		}
		proxy := h.exposure(name, asOf)
		a := h.ownHistoryOf(&proxy, last, o.Returns)
		if proxy.priced() && (a.returns < need || h.whyEnded(&proxy, a, last) != "") {
			s.missing[e] = fmt.Sprintf("%s, and its proxy %s has %d daily returns", reason, name, a.returns)
			continue
		}
		if err := e.takeProxy(proxy, asOf); err != nil {
			s.missing[e] = fmt.Sprintf("%s, and %v", reason, err)
			continue
		}
		s.in = append(s.in, e)
	}
}

// findWindow finds the window, and leaves out those whose prices begin so late that, other instruments'
// holidays taken off, they would shorten it after all.
func (h *History) findWindow(s *selection, last, need, most int) {
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
	for d := range e.levels {
		if e.present(d) {
			return d
		}
	}
	return len(e.levels)
}
