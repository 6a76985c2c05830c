package sampledesk

import (
	"testing"

	"macrowatch/internal/sample/market"
	"macrowatch/internal/testkit/testfiles"
)

// realMarket has the prices of the price history.
func realMarket(t testing.TB) *market.Market {
	t.Helper()
	m, err := market.New(testfiles.Instruments(t), testfiles.Prices(t))
	if err != nil {
		t.Fatal(err)
	}
	return m
}
