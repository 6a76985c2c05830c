package pnl_test

import (
	"errors"
	"strings"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
)

func priceIn(name, quotedIn string) desk.Instrument {
	return desk.Instrument{Name: name, Kind: desk.KindPrice, QuotedIn: quotedIn}
}

func TestRatesToBRL(t *testing.T) {
	t.Parallel()
	all := []desk.Instrument{priceIn("NDF_USDBRL_1M", "BRL per USD"), priceIn("USDBRL", "BRL per USD"), priceIn("USDJPY", "JPY per USD"),
		priceIn("EURUSD", "USD per EUR"), priceIn("GBPBRL", "BRL per GBP"), priceIn("BRENT", "USD per barrel"),
		{Name: "DI_1Y", Kind: desk.KindYield, QuotedIn: desk.InPercent}, priceIn("IBOV", "index points")}
	levels := map[string]float64{"USDBRL": 5, "USDJPY": 150, "EURUSD": 1.1, "GBPBRL": 6.5}
	level := func(name string) (float64, bool) { x, ok := levels[name]; return x, ok }
	for _, c := range []struct {
		i        desk.Instrument
		currency string
		rate     float64
		needs    string
	}{
		{all[1], "BRL", 1, ""},
		{all[5], "USD", 5, "USDBRL"},
		{priceIn("NIKKEI", "JPY per point"), "JPY", 5. / 150, "USDJPY USDBRL"},
		{all[2], "JPY", 5. / 150, "USDJPY USDBRL"},
		{priceIn("DAX", "EUR per point"), "EUR", 5 * 1.1, "EURUSD USDBRL"},
		{priceIn("FTSE", "GBP"), "GBP", 6.5, "GBPBRL"},
		{all[7], "", 1, ""},
		{priceIn("DTWEXBGS", "index, Jan 2006=100"), "", 1, ""},
		{all[6], "", 1, ""},
	} {
		t.Run(c.i.Name, func(t *testing.T) {
			t.Parallel()
			conversion, err := pnl.ConversionOf(c.i, all)
			if err != nil {
				t.Fatal(err)
			}
			rate, err := conversion.Rate(level)
			if err != nil {
				t.Error(err)
			}
			near(t, "rate", rate, c.rate, 1e-15)
			if got := strings.Join(conversion.Needs(), " "); got != c.needs || conversion.Currency != c.currency {
				t.Errorf("%s needs %q, want %s and %q", conversion.Currency, got, c.currency, c.needs)
			}
		})
	}
}

func TestAMissingRateIsNamed(t *testing.T) {
	t.Parallel()
	dollars := []desk.Instrument{priceIn("USDBRL", "BRL per USD")}
	for name, c := range map[string]struct {
		i    desk.Instrument
		all  []desk.Instrument
		says string
	}{
		"dollars":           {priceIn("BRENT", "USD per barrel"), nil, "BRENT is quoted in USD: no exchange rate to BRL: no instrument is quoted in BRL per USD"},
		"yen to dollars":    {priceIn("NIKKEI", "JPY per point"), dollars, "JPY per USD"},
		"dollars after yen": {priceIn("NIKKEI", "JPY per point"), []desk.Instrument{priceIn("USDJPY", "JPY per USD")}, "BRL per USD"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := pnl.ConversionOf(c.i, c.all); !errors.Is(err, pnl.ErrNoRate) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
	conversion, err := pnl.ConversionOf(priceIn("BRENT", "USD per barrel"), dollars)
	if err != nil {
		t.Fatal(err)
	}
	for _, level := range []func(string) (float64, bool){
		func(string) (float64, bool) { return 0, false },
		func(string) (float64, bool) { return -5, true },
	} {
		if _, err := conversion.Rate(level); err == nil || !strings.Contains(err.Error(), "USDBRL") {
			t.Errorf("%v", err)
		}
	}
}

func TestQuoteCurrency(t *testing.T) {
	t.Parallel()
	for unit, want := range map[string]string{"USD per EUR": "USD", "BRL": "BRL", "USD/t": "USD", "USD cents per bushel": "USD",
		"index points": "", "IPCA index": "", "DXY points": "", "": "", "US": "", "usd per oz": "", "percent of par": ""} {
		t.Run(unit, func(t *testing.T) {
			t.Parallel()
			if got := pnl.QuoteCurrency(unit); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}
