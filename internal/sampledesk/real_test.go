package sampledesk

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sampledesk/market"
)

// realMarket reads the real prices that lie beside the repository on some machines, and skips the test
// where they don't.
func realMarket(t testing.TB) *market.Market {
	t.Helper()
	var instruments []desk.Instrument
	for _, r := range realRows(t, "instruments.csv") {
		instruments = append(instruments, desk.Instrument{Name: r[0], Kind: desk.Kind(r[1]), QuotedIn: r[2]})
	}
	var prices []desk.Price
	for _, r := range realRows(t, "prices.csv") {
		date, err := time.Parse(time.DateOnly, r[0])
		if err != nil {
			t.Fatal(err)
		}
		value, err := strconv.ParseFloat(r[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		prices = append(prices, desk.Price{Instrument: r[1], Date: date, Value: value})
	}
	m, err := market.New(instruments, prices)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func realRows(t testing.TB, name string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "market", name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no real market data beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}
