package testfiles

import (
	"strconv"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// Instruments returns the instruments of the price history, with their kinds and units.
func Instruments(t testing.TB) []desk.Instrument {
	t.Helper()
	var all []desk.Instrument
	for _, row := range Rows(t, "market/instruments.csv") {
		all = append(all, desk.Instrument{Name: row["instrument"], Kind: desk.Kind(row["kind"]), QuotedIn: row["quoted_in"]})
	}
	return all
}

// Prices returns the history of daily prices and yields, sorted by day and then by instrument.
func Prices(t testing.TB) []desk.Price {
	t.Helper()
	_, lines := table(t, "market/prices.csv")
	all := make([]desk.Price, len(lines))
	for n, line := range lines {
		day, err := time.Parse(time.DateOnly, line[0])
		if err != nil {
			t.Fatal(err)
		}
		value, err := strconv.ParseFloat(line[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		all[n] = desk.Price{Instrument: line[1], Date: day, Value: value}
	}
	return all
}
