package pnl

import "strings"

// family is a group of yields with one pricing convention. The prefix of an instrument's name decides its
// family, as it decides its asset class.
type family struct {
	prefix string
	// onlyWithTenor leaves out names that have the prefix but no tenor: EUR10Y is a yield, EURUSD is not.
	onlyWithTenor bool
	// tenorFollows says that a tenor may follow the prefix at once, as in UST10Y. A tenor behind an
	// underscore (DI_1Y) is read in every family.
	tenorFollows bool
	// future is the contract code of the family's B3 future, "" if it has none. The future matures on the
	// first business day on or after futureDay of its month.
	future    string
	futureDay int
	// sensitivity is the family's formula.
	sensitivity func(bondOnDay) (Sensitivity, error)
}

// families lists the families. The first one that fits counts, so USTIPS stands before UST.
func families() [10]family {
	return [...]family{
		{prefix: "DDI", future: "DDI", futureDay: 1, sensitivity: simpleZero},
		{prefix: "DI", future: "DI1", futureDay: 1, sensitivity: businessDayZero},
		{prefix: "DAP", future: "DAP", futureDay: 15, sensitivity: businessDayZero},
		{prefix: "NTN", sensitivity: brazilianBond},
		{prefix: "USTIPS", tenorFollows: true, sensitivity: halfYearlyBond},
		{prefix: "UST", tenorFollows: true, sensitivity: halfYearlyBond},
		{prefix: "USBE", tenorFollows: true, sensitivity: inflationSwap},
		{prefix: "CDS", sensitivity: protectionSold},
		{prefix: "EMBI", sensitivity: protectionSold},
		{prefix: "EUR", tenorFollows: true, onlyWithTenor: true, sensitivity: continuousZero},
	}
}

// familyOf returns the family of an instrument by its name. A name of no family is a plain bond.
func familyOf(name string) family {
	name = withoutHyphen(name)
	for _, f := range families() {
		if !strings.HasPrefix(name, f.prefix) {
			continue
		}
		if _, hasTenor := tenorInName(name); hasTenor || !f.onlyWithTenor {
			return f
		}
	}
	return family{sensitivity: plainBond}
}
