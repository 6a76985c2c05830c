package market

import (
	"strings"

	"macrowatch/internal/desk"
)

// The asset classes of instruments.
const (
	FX         = "FX"
	Rates      = "Rates"
	Inflation  = "Inflation"
	Cupom      = "Cupom"
	Sovereign  = "Sovereign"
	CrossAsset = "Cross-Asset"
)

// embiDuration is the modified duration in years that the sample desk takes for an EMBI, which has no
// maturity: about what the indices of Latin American bonds have had.
const embiDuration = 7.0

// Classified returns the instruments with what the sample desk knows of them where they say nothing
// themselves: an asset class where their name's prefix gives none, so that no instrument of the desk's
// is Other; and a modified duration for the EMBI spreads, which have neither maturity nor tenor.
func Classified(instruments []desk.Instrument) []desk.Instrument {
	known := make([]desk.Instrument, len(instruments))
	for n, i := range instruments {
		if i.AssetClass == "" && byPrefix(i.Name) == "" {
			i.AssetClass = byKnowledge(i)
		}
		if strings.HasPrefix(i.Name, "EMBI") && i.Kind == desk.KindYield &&
			i.Maturity.IsZero() && i.TenorYears == nil && i.ModifiedDuration == nil {
			duration := embiDuration
			i.ModifiedDuration = &duration
		}
		known[n] = i
	}
	return known
}

// ClassOf returns an instrument's asset class: its own, else by its name's prefix, else by what the desk
// knows of it.
func ClassOf(i desk.Instrument) string {
	if i.AssetClass != "" {
		return i.AssetClass
	}
	if class := byPrefix(i.Name); class != "" {
		return class
	}
	return byKnowledge(i)
}

// byPrefix is the rule that holds for every desk's instruments; "" where it gives none.
func byPrefix(name string) string {
	switch {
	case strings.HasPrefix(name, "DDI"):
		return Cupom
	case strings.HasPrefix(name, "DI"):
		return Rates
	case strings.HasPrefix(name, "USD"), strings.HasPrefix(name, "NDF"):
		return FX
	case strings.HasPrefix(name, "NTN"):
		return Inflation
	case strings.HasPrefix(name, "CDS"):
		return Sovereign
	}
	return ""
}

// byKnowledge is for the names that the prefix rule does not know.
func byKnowledge(i desk.Instrument) string {
	switch name := i.Name; {
	case strings.HasPrefix(name, "USTIPS"), strings.HasPrefix(name, "USBE"), strings.HasPrefix(name, "DAP"):
		return Inflation
	case strings.HasPrefix(name, "EMBI"):
		return Sovereign
	case name == "DXY", strings.HasPrefix(name, "DTWEX"):
		return FX
	case i.Kind == desk.KindYield: // Treasuries, euro yields, policy rates
		return Rates
	}
	if _, _, pair := CurrenciesOf(i); pair {
		return FX
	}
	return CrossAsset
}

// CurrenciesOf returns the two currencies of an exchange rate, quoted in "BRL per USD": its base USD and
// its quote BRL; false for anything else.
func CurrenciesOf(i desk.Instrument) (base, quote string, pair bool) {
	if i.Kind != desk.KindPrice {
		return "", "", false
	}
	quote, base, found := strings.Cut(i.QuotedIn, " per ")
	if !found || !currency(base) || !currency(quote) {
		return "", "", false
	}
	return base, quote, true
}

// currency tells a code of three capital letters.
func currency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
