package risk

import "macrowatch/internal/desk"

// MoveOf returns what a scenario does to an instrument of an asset class, as [Exposure.Move] takes it: a
// relative change of a price, a change of a yield in decimals; false where no shock moves it.
// [ErrBadShock] where a shock names it that is of the other kind.
func (s Scenario) MoveOf(i desk.Instrument, class string) (size float64, found bool, err error) {
	shock, found, err := closest(s, i.Name, class, i.Kind)
	if err != nil || !found {
		return 0, false, err
	}
	return shock.size(), true, nil
}
