package market

import (
	"strings"

	"macrowatch/internal/desk"
)

// embiDuration is the modified duration in years that the sample desk takes for an EMBI, which has no
// maturity: about what the indices of Latin American bonds have had.
const embiDuration = 7.0

// Classified returns the instruments, completed with what the sample desk knows of them where they say
// nothing themselves. An instrument whose name has none of the prefixes of the desk's rules gets an asset
// class, so that no instrument of the sample desk is Other. An EMBI spread, which has neither maturity nor
// tenor, gets a modified duration.
func Classified(instruments []desk.Instrument) []desk.Instrument {
	known := make([]desk.Instrument, len(instruments))
	for n, i := range instruments {
		if class := ClassOf(i); class != desk.BuiltInRules().AssetClass(i) {
			i.AssetClass = class
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

// ClassOf returns an instrument's asset class by the desk's rules, or where these give none, by what the
// sample desk knows of the instrument.
func ClassOf(i desk.Instrument) string {
	if class := desk.BuiltInRules().AssetClass(i); class != desk.OtherClass || i.AssetClass != "" {
		return class
	}
	return knownClass(i)
}

// knownClass classifies the instruments whose names have none of the prefixes of the desk's rules.
func knownClass(i desk.Instrument) string {
	switch name := i.Name; {
	case strings.HasPrefix(name, "USTIPS"), strings.HasPrefix(name, "USBE"), strings.HasPrefix(name, "DAP"):
		return desk.Inflation
	case strings.HasPrefix(name, "EMBI"):
		return desk.Sovereign
	case name == "DXY", strings.HasPrefix(name, "DTWEX"):
		return desk.FX
	case i.Kind == desk.KindYield: // Treasuries, euro yields, policy rates
		return desk.Rates
	}
	if _, _, pair := CurrenciesOf(i); pair {
		return desk.FX
	}
	return desk.CrossAsset
}

// CurrenciesOf returns the two currencies of an exchange rate: of one quoted in "BRL per USD" the base USD
// and the quote BRL. It returns false for any other instrument.
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

// currency reports whether a text is three capital letters, as the code of a currency is.
func currency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
