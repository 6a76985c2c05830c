package pnl_test

import (
	"fmt"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
)

// Half of NAV is in a future on the Brazilian one-day rate (DI). Its rate rises by 25 basis points.
func ExampleSensitivityOf() {
	future := desk.Instrument{Name: "DI1F28", Kind: desk.KindYield, QuotedIn: desk.InPercent}
	day := time.Date(2026, time.January, 12, 0, 0, 0, 0, time.UTC)
	s, err := pnl.SensitivityOf(future, day, 12.50)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Basis)
	fmt.Printf("duration %.3f, convexity %.3f\n", s.Duration, s.Convexity)
	fmt.Printf("%.4f %% of NAV\n", 100*0.5*s.Return(0.0025))
	// Output:
	// one payment, business days over 252, maturity 2028-01-03
	// duration 1.743, convexity 4.585
	// -0.2171 % of NAV
}

// A bond with coupons: a US Treasury note with 4.5 % a year, at a yield of 3.9 %.
func ExampleSensitivityOf_bond() {
	coupon := 4.5
	bond := desk.Instrument{Name: "UST_NOV27", Kind: desk.KindYield, QuotedIn: desk.InPercent, CouponPct: &coupon,
		Maturity: time.Date(2027, time.November, 15, 0, 0, 0, 0, time.UTC)}
	s, err := pnl.SensitivityOf(bond, time.Date(2026, time.January, 30, 0, 0, 0, 0, time.UTC), 3.9)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Basis)
	fmt.Printf("duration %.4f years\n", s.Duration)
	// Output:
	// half-yearly coupons of 4.5 % a year, maturity 2027-11-15
	// duration 1.6924 years
}

// A tenth of NAV is in a Brent future, which rises from 80 to 82 dollars while a dollar rises from 5.00 to 5.10 reais.
func ExamplePriceReturn() {
	r, err := pnl.PriceReturn(80, 82, 5.00, 5.10)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f %% of NAV\n", 100*0.10*r)
	// Output: 0.255 % of NAV
}

// A profit in euros is converted into reais through dollars.
func ExampleConversionOf() {
	instruments := []desk.Instrument{
		{Name: "USDBRL", Kind: desk.KindPrice, QuotedIn: "BRL per USD"},
		{Name: "EURUSD", Kind: desk.KindPrice, QuotedIn: "USD per EUR"},
		{Name: "DAX", Kind: desk.KindPrice, QuotedIn: "EUR per point"},
	}
	c, err := pnl.ConversionOf(instruments[2], instruments)
	if err != nil {
		fmt.Println(err)
		return
	}
	levels := map[string]float64{"USDBRL": 5.00, "EURUSD": 1.10}
	rate, err := c.Rate(func(name string) (float64, bool) { x, ok := levels[name]; return x, ok })
	fmt.Println(c.Needs(), rate, err)
	// Output: [EURUSD USDBRL] 5.5 <nil>
}
