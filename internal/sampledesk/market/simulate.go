package market

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Epoch returns the first day of the simulated history, at midnight UTC. It never moves, so that what
// has been simulated once stays as it is.
func Epoch() time.Time { return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC) }

// Simulate makes up the prices of every weekday from from to to, both included, of about three dozen
// instruments. The history begins at [Epoch], whatever from is, and each day is drawn from the seed
// and its date: a later to adds days and changes none, a later from only leaves the first ones out.
// Where no weekday lies in between, the market has its instruments and no day.
func Simulate(seed uint64, from, to time.Time) *Market {
	series := quotes()
	slices.SortFunc(series, func(a, b quote) int { return cmp.Compare(a.Name, b.Name) })
	m := &Market{}
	for _, q := range series {
		m.instruments = append(m.instruments, q.Instrument)
	}
	world := newWorld(seed)
	for day := Epoch(); !day.After(to); day = day.AddDate(0, 0, 1) {
		if wd := day.Weekday(); wd == time.Saturday || wd == time.Sunday {
			continue
		}
		world.advance(day)
		if day.Before(from) {
			continue
		}
		m.days = append(m.days, day)
		for _, q := range series {
			m.levels = append(m.levels, rounded(q.level(world.scene, day), q.decimals))
		}
	}
	return m
}

// simulation is the made-up world as it goes from day to day.
type simulation struct {
	seed      uint64
	weekday   int // how many weekdays have passed
	weather   weather
	logs      [drivers]float64
	processes [drivers]process
	banks     [policies]bank
	scene     scene
}

func newWorld(seed uint64) *simulation {
	s := &simulation{seed: seed, banks: banks()}
	for d := range s.processes {
		s.processes[d] = processOf(driver(d))
		s.logs[d] = math.Log(s.processes[d].start)
	}
	for n, b := range s.banks {
		s.scene.policy[n] = b.first
	}
	return s
}

// advance brings the world to the next weekday.
func (s *simulation) advance(day time.Time) {
	random := rand.New(rand.NewPCG(s.seed, uint64(day.Unix()/86400)))
	s.weather = s.weather.after(random)
	for d, p := range s.processes {
		own := ownShock(random)
		if s.weekday > 0 {
			s.logs[d] = p.step(s.logs[d], s.weather, own)
		}
		if driver(d) == vix && s.weather.stressed {
			s.logs[d] += vixInStress
		}
		s.scene.at[d] = math.Exp(s.logs[d])
	}
	for n, b := range s.banks {
		s.scene.policy[n] = b.meet(s.scene.policy[n], s.weekday, s.scene)
	}
	s.weekday++
}

// vixInStress is what a stressed day adds to the VIX's logarithm: with its reversion, the level of a
// long stressed spell is about twice that of a calm one.
const vixInStress = 0.024

func rounded(x float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(x*scale) / scale
}
