package strategy

import "slices"

// Opinion is what a strategy thinks of an instrument on a day.
type Opinion struct {
	Instrument int     // its place in the market
	Score      float64 // −1 short to 1 long
	Confidence float64 // 0 to 1
}

// Decide returns the strategy's opinions, by instrument, from the history of every instrument up to the last close. A
// group is left out if one of its members is not live or has too little history. If several groups have an opinion of
// an instrument, Decide takes the average. While the rule can say nothing, there are no opinions.
func (b Bound) Decide(history []Series) []Opinion {
	live := make([]boundGroup, 0, len(b.groups))
	for _, g := range b.groups {
		if g.ready(history) {
			live = append(live, g)
		}
	}
	if len(live) < b.Least {
		return nil
	}
	var opinions []Opinion
	var votes []float64
	b.decide(live, func(group, leg int, score, confidence float64) {
		at := live[group].members[leg]
		n := slices.IndexFunc(opinions, func(o Opinion) bool { return o.Instrument == at })
		if n < 0 {
			n = len(opinions)
			opinions, votes = append(opinions, Opinion{Instrument: at}), append(votes, 0)
		}
		opinions[n].Score += clip(score)
		opinions[n].Confidence += max(0, min(1, confidence))
		votes[n]++
	})
	for n, v := range votes {
		opinions[n].Score /= v
		opinions[n].Confidence /= v
	}
	slices.SortFunc(opinions, func(a, b Opinion) int { return a.Instrument - b.Instrument })
	return opinions
}

// ready points the legs at their histories. It reports whether every member is live and the traded ones have a
// volatility.
func (g boundGroup) ready(history []Series) bool {
	for n, at := range g.members {
		s := &history[at]
		if !s.Live || n < len(g.Trades) && s.Volatility <= 0 {
			return false
		}
		g.legs[n] = s
	}
	return true
}
