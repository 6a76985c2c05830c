package pnl

import (
	"errors"
	"fmt"
	"strings"

	"macrowatch/internal/desk"
)

// BookCurrency is the currency of the book's NAV.
const BookCurrency = "BRL"

// throughCurrency is the currency through which a cross is converted.
const throughCurrency = "USD"

// ErrNoRate says that the instruments have no exchange rate to the book's currency.
var ErrNoRate = errors.New("no exchange rate to BRL")

// Conversion says how the profit of a price instrument becomes BRL: it is multiplied by the level of each leg, or
// divided by the level of an inverse leg. The zero Conversion converts nothing.
type Conversion struct {
	// Currency is the instrument's quote currency. It is "" if the unit names none: the local return then counts.
	Currency string
	legs     []leg
}

// leg is an exchange rate on the way to BRL.
type leg struct {
	instrument string
	inverse    bool
}

// ConversionOf finds out how to convert the profit of instrument i into BRL. Yields, prices in BRL and prices in no
// currency need no conversion.
//
// It looks for exchange rates among the instruments, that is, for prices that are quoted in "X per Y" with two
// currency codes. It prefers a direct rate (BRL per X, or X per BRL) to two rates through USD. If several
// instruments quote the same pair, it takes the instrument that is named like the pair (USDBRL), otherwise the one
// with the shortest name, otherwise the first in the alphabet. The error is [ErrNoRate] and names what is missing.
func ConversionOf(i desk.Instrument, instruments []desk.Instrument) (Conversion, error) {
	if i.Kind != desk.KindPrice {
		return Conversion{}, nil
	}
	currency := QuoteCurrency(i.QuotedIn)
	if currency == "" || currency == BookCurrency {
		return Conversion{Currency: currency}, nil
	}
	if direct, ok := pairOf(currency, BookCurrency, instruments); ok {
		return Conversion{Currency: currency, legs: []leg{direct}}, nil
	}
	first, toUSD := pairOf(currency, throughCurrency, instruments)
	second, toBRL := pairOf(throughCurrency, BookCurrency, instruments)
	if currency == throughCurrency || !toBRL {
		return Conversion{}, fmt.Errorf("%s is quoted in %s: %w: no instrument is quoted in BRL per USD",
			i.Name, currency, ErrNoRate)
	}
	if !toUSD {
		return Conversion{}, fmt.Errorf("%s is quoted in %s: %w: no instrument is quoted in BRL per %s, %s per USD or USD per %s",
			i.Name, currency, ErrNoRate, currency, currency, currency)
	}
	return Conversion{Currency: currency, legs: []leg{first, second}}, nil
}

// Needs returns the names of the instruments whose levels Rate asks for. It returns none if nothing is converted.
func (c Conversion) Needs() []string {
	names := make([]string, 0, len(c.legs))
	for _, l := range c.legs {
		names = append(names, l.instrument)
	}
	return names
}

// Rate returns the BRL per unit of the quote currency, which is 1 if nothing is converted. The function
// `level` returns an instrument's level on the day, and false if there is none. Then Rate returns an error
// that names the instrument.
func (c Conversion) Rate(level func(instrument string) (float64, bool)) (float64, error) {
	rate := 1.0
	for _, l := range c.legs {
		x, ok := level(l.instrument)
		if !ok {
			return 0, fmt.Errorf("%s, needed to turn %s into BRL, has no price", l.instrument, c.Currency)
		}
		if !(x > 0) || !finite(x) {
			return 0, fmt.Errorf("%s, needed to turn %s into BRL, stands at %v, not above 0", l.instrument, c.Currency, x)
		}
		if l.inverse {
			rate /= x
		} else {
			rate *= x
		}
	}
	return rate, nil
}

// QuoteCurrency returns the currency of a price's unit: USD for "USD per EUR", "USD per barrel", "USD/t",
// "USD cents per bushel" and "USD". It returns "" if the unit names none, as in "index points".
func QuoteCurrency(quotedIn string) string {
	if len(quotedIn) < 3 || !isCurrency(quotedIn[:3]) {
		return ""
	}
	switch rest := quotedIn[3:]; {
	case rest == "", strings.HasPrefix(rest, " per "), strings.HasPrefix(rest, "/"), strings.HasPrefix(rest, " cents"):
		return quotedIn[:3]
	}
	return ""
}

// pairOf finds the rate that turns one currency into another: one quoted in "to per from", or the inverse.
func pairOf(from, to string, instruments []desk.Instrument) (leg, bool) {
	best, found := leg{}, false
	for _, i := range instruments {
		if i.Kind != desk.KindPrice {
			continue
		}
		candidate := leg{instrument: i.Name}
		switch i.QuotedIn {
		case to + " per " + from:
		case from + " per " + to:
			candidate.inverse = true
		default:
			continue
		}
		if !found || better(candidate.instrument, best.instrument, from+to, to+from) {
			best, found = candidate, true
		}
	}
	return best, found
}

// better tells whether name a is preferred to name b for a pair. The pair's own two names come first.
func better(a, b, plainName, inverseName string) bool {
	rank := func(name string) int {
		if name == plainName || name == inverseName {
			return 0
		}
		return len(name)
	}
	if rank(a) != rank(b) {
		return rank(a) < rank(b)
	}
	return a < b
}

// isCurrency tells whether a text is three capital letters, as ISO 4217 codes are.
func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
