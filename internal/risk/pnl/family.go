package pnl

import "strings"

// family says by which formula a yield becomes a price.
type family int

const (
	otherYield family = iota
	nominalZero
	realZero
	simpleCupom
	realBond
	treasury
	breakeven
	continuousZero
	creditSpread
)

// familyOf tells an instrument's family by its name, as the asset class is told by its prefix.
func familyOf(name string) family {
	name = plain(name)
	switch {
	case strings.HasPrefix(name, "DDI"):
		return simpleCupom
	case strings.HasPrefix(name, "DI"):
		return nominalZero
	case strings.HasPrefix(name, "DAP"):
		return realZero
	case strings.HasPrefix(name, "NTN"):
		return realBond
	case strings.HasPrefix(name, "UST"):
		return treasury
	case strings.HasPrefix(name, "USBE"):
		return breakeven
	case strings.HasPrefix(name, "CDS"), strings.HasPrefix(name, "EMBI"):
		return creditSpread
	case strings.HasPrefix(name, "EUR"):
		if _, ok := tenorInName(name); ok {
			return continuousZero
		}
	}
	return otherYield
}
