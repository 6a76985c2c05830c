package pnl_test

import (
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
)

func TestNamesSayMaturities(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"DI1F27":    "2027-01-04", // 1 January is a holiday, the 2nd a Saturday
		"DI1N26":    "2026-07-01",
		"DI1V26":    "2026-10-01",
		"DI1X26":    "2026-11-03", // the 1st a Sunday, the 2nd All Souls
		"DI1F28":    "2028-01-03",
		"DDIF28":    "2028-01-03",
		"DDIK27":    "2027-05-03", // the 1st is Labour Day, a Saturday
		"DAPK27":    "2027-05-17", // the 15th a Saturday
		"DAPQ30":    "2030-08-15",
		"NTNB30":    "2030-08-15",
		"NTNB35":    "2035-05-15",
		"NTNB2045":  "2045-05-15",
		"NTN-B 50":  "2050-08-15",
		"NTNB_2060": "2060-08-15",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := pnl.WithConventions(yieldOf(name))
			if got := i.Maturity.Format(time.DateOnly); got != want || i.TenorYears != nil {
				t.Errorf("matures %s (tenor %v), want %s", got, i.TenorYears, want)
			}
		})
	}
}

func TestNamesSayTenors(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]float64{"UST10Y": 10, "UST3M": 0.25, "UST30Y": 30, "USTIPS10Y": 10, "USBE5Y": 5, "EUR2Y": 2,
		"EUR10Y": 10, "DI_1Y": 1, "DDI_2Y": 2, "CDS_BR_5Y": 5, "DI_6M": 0.5, "NTNB_5Y": 5, "EMBI_BR_7Y": 7, "SWAP_18M": 1.5} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := pnl.WithConventions(yieldOf(name))
			if i.TenorYears == nil || *i.TenorYears != want || !i.Maturity.IsZero() {
				t.Errorf("tenor %v, maturity %v, want %v years", i.TenorYears, i.Maturity, want)
			}
		})
	}
}

func TestOtherNamesAreNotGuessed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"DI1", "DI1A27", "DI1F2", "DI1F2X", "DOLF27", "NTNB", "NTNBXX", "NTNB30A", "NTNB1", "UST", "USTY", "UST0Y",
		"UST-5Y", "UST10D", "EURUSD", "CDS_BR", "CDS_BR_Y", "_5", "", "SELIC", "CDI", "FEDFUNDS", "EMBI_BR", "VIX", "CDS_BR_99999Y"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := pnl.WithConventions(yieldOf(name))
			if !i.Maturity.IsZero() || i.TenorYears != nil {
				t.Errorf("maturity %v, tenor %v", i.Maturity, i.TenorYears)
			}
		})
	}
}

func TestWhatTheInstrumentSaysOfItselfWins(t *testing.T) {
	t.Parallel()
	own := yieldOf("DI1F27")
	own.TenorYears = pointer(3)
	if i := pnl.WithConventions(own); !i.Maturity.IsZero() || *i.TenorYears != 3 {
		t.Errorf("its tenor gave way to %v", i.Maturity)
	}
	bond := yieldOf("NTNB30")
	bond.Maturity, bond.CouponPct = day(t, "2030-01-01"), pointer(10)
	if i := pnl.WithConventions(bond); *i.CouponPct != 10 || !i.Maturity.Equal(bond.Maturity) {
		t.Errorf("its own terms gave way: %+v", i)
	}
	if i := pnl.WithConventions(yieldOf("NTNB30")); i.CouponPct == nil || *i.CouponPct != 6 {
		t.Errorf("an NTN-B pays 6 %%, not %v", i.CouponPct)
	}
	price := desk.Instrument{Name: "DI1F27", Kind: desk.KindPrice, QuotedIn: "points"}
	if i := pnl.WithConventions(price); !i.Maturity.IsZero() {
		t.Errorf("a price was given a maturity: %+v", i)
	}
}
