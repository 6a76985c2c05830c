package risk

import (
	"fmt"
	"math"
	"strings"

	"macrowatch/internal/desk"
)

// Scenario is a set of shocks that happen at the same time. If several shocks fit an instrument and its kind, the
// closest shock counts: the shock that names the instrument, otherwise the shock with the longest prefix,
// otherwise the shock for its asset class.
type Scenario struct {
	Name        string
	Description string
	Shocks      []Shock
}

// Shock moves some instruments. Exactly one of Instrument, Prefix and AssetClass is set. The shock moves the
// instrument of that name, the instruments whose names begin with the prefix, or the instruments of the asset
// class. Exactly one of Percent and BP is set.
type Shock struct {
	Instrument string
	Prefix     string
	AssetClass string
	// Percent is the relative change of a price: −20 is a fall by a fifth.
	Percent *float64
	// BP is the change of a yield or spread in basis points.
	BP *float64
	// Source says where the size comes from.
	Source string
}

// Kind is the kind of instrument that the shock moves.
func (s *Shock) Kind() desk.Kind {
	if s.BP != nil {
		return desk.KindYield
	}
	return desk.KindPrice
}

// UnitOfShocks returns the unit of shocks on a kind of instrument: percent for prices, bp for yields.
func UnitOfShocks(kind desk.Kind) string {
	if kind == desk.KindYield {
		return "bp"
	}
	return "percent"
}

// Covers tells whether the shock is for an instrument of an asset class, by its name, prefix or class. It does not
// look at the kind.
func (s *Shock) Covers(instrument, class string) bool { return s.closeness(instrument, class) > 0 }

// closeness says how closely the shock names an instrument. A higher number is closer, and 0 is not at all.
func (s *Shock) closeness(name, class string) int {
	switch {
	case s.Instrument != "" && s.Instrument == name:
		return math.MaxInt
	case s.Prefix != "" && strings.HasPrefix(name, s.Prefix):
		return 1 + len(s.Prefix)
	case s.AssetClass != "" && s.AssetClass == class:
		return 1
	}
	return 0
}

// size is the shock as [Exposure.Move] takes it.
func (s *Shock) size() float64 {
	if s.BP != nil {
		return *s.BP / 10_000
	}
	return *s.Percent / 100
}

// MoveOf returns what the scenario does to an instrument of an asset class, as [Exposure.Move] takes it: a
// relative change of a price, or a change of a yield in decimals. It returns false if no shock moves the
// instrument. The error is [ErrBadShock] if a shock names the instrument but is for the other kind.
func (s Scenario) MoveOf(i desk.Instrument, class string) (move float64, found bool, err error) {
	var best *Shock
	closest := 0
	for n := range s.Shocks {
		shock := &s.Shocks[n]
		rightKind := shock.Kind() == i.Kind
		if !rightKind && shock.Instrument == "" {
			continue
		}
		closeness := shock.closeness(i.Name, class)
		switch {
		case closeness <= closest:
		case rightKind:
			best, closest = shock, closeness
		case i.Kind != "": // the shock names an instrument of the other kind; an unknown one has no kind
			return 0, false, fmt.Errorf("scenario %s: %w: %s is a %s, moved in %s", s.Name, ErrBadShock, i.Name, i.Kind, UnitOfShocks(i.Kind))
		}
	}
	if best == nil {
		return 0, false, nil
	}
	return best.size(), true, nil
}
