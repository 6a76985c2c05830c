package market

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"macrowatch/internal/sample/calendar"
)

// Epoch returns the first day of the simulated history, at midnight UTC: the first day of 2020 on which the markets
// trade. It never changes, so that prices that were simulated once stay as they are.
func Epoch() time.Time { return time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC) }

// Simulate makes up the prices of about three dozen instruments on the days from `from` to `to`, both included. An
// instrument has prices on the days on which its market trades. If no market trades on these days, the result has
// the instruments and no day.
//
// The history always begins at [Epoch], and each day is drawn from the seed and its date. So a later `to` adds days
// and changes none, and a later `from` only leaves out the first days.
func Simulate(seed uint64, from, to time.Time) *Market {
	series := quotes()
	slices.SortFunc(series, func(a, b quote) int { return cmp.Compare(a.Name, b.Name) })
	m := &Market{}
	for _, q := range series {
		m.instruments = append(m.instruments, q.Instrument)
	}
	world, trading := newWorld(seed), calendar.New()
	for day := Epoch(); !day.After(to); day = day.AddDate(0, 0, 1) {
		open := trading.On(day)
		if !open.Any() {
			continue
		}
		world.advance(day, open)
		if day.Before(from) {
			continue
		}
		m.days = append(m.days, day)
		for _, q := range series {
			level := math.NaN()
			if open[q.market] {
				level = rounded(q.level(world.scene, day), q.decimals)
			}
			m.levels = append(m.levels, level)
		}
	}
	return m
}

// simulation is the made-up world as it goes from day to day.
type simulation struct {
	seed      uint64
	days      int // how many days have passed
	weather   weather
	logs      [drivers]float64
	processes [drivers]process
	markets   [drivers]calendar.Market
	banks     [policies]bank
	due       [policies]bool // a meeting waits for its bank's next day
	scene     scene
}

func newWorld(seed uint64) *simulation {
	s := &simulation{seed: seed, banks: banks(), weather: weather{spell: calmSpell}}
	for d := range s.processes {
		s.processes[d], s.markets[d] = processOf(driver(d)), marketOf(driver(d))
		s.logs[d] = math.Log(s.processes[d].start)
	}
	for n, b := range s.banks {
		s.scene.policy[n] = b.first
	}
	return s
}

// advance brings the world to the next day. A driver whose market is closed stays where it is.
func (s *simulation) advance(day time.Time, open calendar.Open) {
	random := rand.New(rand.NewPCG(s.seed, uint64(day.Unix()/86400)))
	s.weather = s.weather.after(random)
	for d, p := range s.processes {
		shock := ownShock(random)
		if s.days > 0 && open[s.markets[d]] {
			s.logs[d] = p.step(s.logs[d], s.weather, shock)
			if driver(d) == vix && s.weather.stressed {
				s.logs[d] += vixInStress
			}
		}
		s.scene.at[d] = math.Exp(s.logs[d])
	}
	for n, b := range s.banks {
		s.due[n] = s.due[n] || b.meets(s.days)
		if s.due[n] && open[b.market] {
			s.scene.policy[n], s.due[n] = b.decide(s.scene.policy[n], s.scene), false
		}
	}
	s.days++
}

// vixInStress is what a stressed day adds to the logarithm of the VIX. Together with its return to the mean, this makes
// the level of a long stressed spell about twice that of a calm one.
const vixInStress = 0.024

func rounded(x float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(x*scale) / scale
}
