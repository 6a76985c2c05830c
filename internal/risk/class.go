package risk

import (
	"strings"

	"macrowatch/internal/desk"
)

// OtherClass is the asset class of an instrument that no rule names.
const OtherClass = "Other"

// AssetClass returns an instrument's asset class: its own where it has one, otherwise by the prefix of
// its name: DI (not DDI) Rates, USD and NDF FX, NTN Inflation, CDS Sovereign, DDI Cupom, else Other.
func AssetClass(i desk.Instrument) string {
	switch {
	case i.AssetClass != "":
		return i.AssetClass
	case strings.HasPrefix(i.Name, "DDI"):
		return "Cupom"
	case strings.HasPrefix(i.Name, "DI"):
		return "Rates"
	case strings.HasPrefix(i.Name, "USD"), strings.HasPrefix(i.Name, "NDF"):
		return "FX"
	case strings.HasPrefix(i.Name, "NTN"):
		return "Inflation"
	case strings.HasPrefix(i.Name, "CDS"):
		return "Sovereign"
	}
	return OtherClass
}
