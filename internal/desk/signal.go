package desk

import (
	"errors"
	"fmt"
	"time"
)

// Direction says which way a signal goes. LONG means long the asset. For rates and credit that is the bond,
// which gains when the yield or spread falls.
type Direction string

// The directions of a signal.
const (
	Long    Direction = "LONG"
	Short   Direction = "SHORT"
	Neutral Direction = "NEUTRAL"
)

// Directions are all directions that a signal can have.
func Directions() []Direction { return []Direction{Long, Short, Neutral} }

// Signal is what a strategy emits for an instrument at a time: a row of strategy_signals.
type Signal struct {
	Strategy    string // its prefix decides its asset class
	Instrument  string
	Direction   Direction
	Strength    *float64 // 0 to 1; nil where the strategy gives none
	Confidence  float64  // 0 to 1, without sign
	GeneratedAt time.Time
}

// Validate returns what is wrong with the signal in one sentence, or nil.
func (s Signal) Validate() error {
	if err := validateNames("strategy_id", s.Strategy, "instrument", s.Instrument); err != nil {
		return err
	}
	switch {
	case s.Direction != Long && s.Direction != Short && s.Direction != Neutral:
		return fmt.Errorf("direction %q is not LONG, SHORT or NEUTRAL", s.Direction)
	case s.Strength != nil && !(*s.Strength >= 0 && *s.Strength <= 1):
		return fmt.Errorf("strength %v is not a number from 0 to 1", *s.Strength)
	case !(s.Confidence >= 0 && s.Confidence <= 1):
		return fmt.Errorf("confidence %v is not a number from 0 to 1", s.Confidence)
	case s.GeneratedAt.IsZero():
		return errors.New("generated_at is missing")
	}
	return nil
}
