package trading

import (
	"math"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/strategy"
)

// neutralBelow is the score under which a strategy has no direction and holds nothing.
const neutralBelow = 0.1

// Decide lets the strategies of a class decide from the closes so far. If Decide is not called for a class on a day, the class
// emits no signals and its strategies keep what they wanted.
func (s *Session) Decide(class strategy.Class) {
	for n, b := range s.setup.strategies {
		if b.Class == class {
			s.opinions[n] = b.Decide(s.history)
		}
	}
}

// Signals returns what the strategies of a class decided last as signals that were generated at a time, by strategy in the order
// of the setup and then by instrument.
func (s *Session) Signals(class strategy.Class, generatedAt time.Time) []desk.Signal {
	var signals []desk.Signal
	for n, b := range s.setup.strategies {
		if b.Class != class {
			continue
		}
		for _, o := range s.opinions[n] {
			signals = append(signals, signal(b.ID, s.setup.assets[o.Instrument].Name, o, generatedAt))
		}
	}
	return signals
}

func signal(id, instrument string, o strategy.Opinion, at time.Time) desk.Signal {
	strength := math.Abs(o.Score)
	return desk.Signal{
		Strategy: id, Instrument: instrument, Direction: direction(o.Score),
		Strength: &strength, Confidence: o.Confidence, GeneratedAt: at,
	}
}

func direction(score float64) desk.Direction {
	switch {
	case score >= neutralBelow:
		return desk.Long
	case score <= -neutralBelow:
		return desk.Short
	}
	return desk.Neutral
}
