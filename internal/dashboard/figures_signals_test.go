package dashboard

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"macrowatch/internal/desk"
)

// pair is a strategy and an instrument.
type pair struct{ strategy, instrument string }

func (p pair) compare(o pair) int {
	return cmp.Or(cmp.Compare(p.strategy, o.strategy), cmp.Compare(p.instrument, o.instrument))
}

// latestOf returns the signals that Signal Overview is about at an instant. If they are stale, it also returns the time
// of the newest one, otherwise the zero time.
func (r rows) latestOf(at time.Time) (latest map[pair]desk.Signal, stale time.Time) {
	var newest time.Time
	for _, s := range r.signals {
		if !s.GeneratedAt.After(at) && s.GeneratedAt.After(newest) {
			newest = s.GeneratedAt
		}
	}
	end := at
	if at.Sub(newest) >= 24*time.Hour {
		end, stale = newest, newest
	}
	latest = map[pair]desk.Signal{}
	for _, s := range r.signals {
		key := pair{s.Strategy, s.Instrument}
		if s.GeneratedAt.After(end) || end.Sub(s.GeneratedAt) >= 24*time.Hour {
			continue
		}
		if s.GeneratedAt.After(latest[key].GeneratedAt) {
			latest[key] = s
		}
	}
	if len(latest) == 0 {
		stale = time.Time{}
	}
	return latest, stale
}

// signed is a confidence with the sign of its direction.
func signed(s desk.Signal) float64 {
	switch s.Direction {
	case desk.Long:
		return s.Confidence
	case desk.Short:
		return -s.Confidence
	}
	return 0
}

// rowOf is the matrix's row of a signal.
func (r rows) rowOf(s desk.Signal) string {
	own := classOfStrategy(s.Strategy)
	if own != "Cross-Asset" {
		return own
	}
	if class := r.classOf(s.Instrument); class != "Other" {
		return class
	}
	return own
}

// means returns the mean of each group.
func means[K comparable](signals map[pair]desk.Signal, group func(desk.Signal) K, value func(desk.Signal) float64) map[K]float64 {
	sum, count := map[K]float64{}, map[K]float64{}
	for _, s := range signals {
		sum[group(s)] += value(s)
		count[group(s)]++
	}
	for k := range sum {
		sum[k] /= count[k]
	}
	return sum
}

// flip is a change of direction.
type flip struct {
	at       time.Time
	pair     pair
	from, to desk.Direction
}

// flips returns the changes of direction within a range, the latest first.
func (r rows) flips(over span) []flip {
	by := map[pair][]desk.Signal{}
	for _, s := range r.signals {
		key := pair{s.Strategy, s.Instrument}
		by[key] = append(by[key], s)
	}
	var out []flip
	for _, key := range slices.Collect(maps.Keys(by)) {
		all := by[key]
		slices.SortFunc(all, func(a, b desk.Signal) int { return a.GeneratedAt.Compare(b.GeneratedAt) })
		for i := 1; i < len(all); i++ {
			at := all[i].GeneratedAt
			if all[i].Direction != all[i-1].Direction && !at.Before(over.from) && !at.After(over.to) {
				out = append(out, flip{at, key, all[i-1].Direction, all[i].Direction})
			}
		}
	}
	slices.SortFunc(out, func(a, b flip) int { return cmp.Or(b.at.Compare(a.at), a.pair.compare(b.pair)) })
	return out
}
