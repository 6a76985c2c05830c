package pnl_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
)

// priceOf is the price of each family, written out by its definition and not by its derivatives.
func priceOf(name string, years, y, coupon float64) float64 {
	bond := func(perYear float64) float64 {
		n := int(math.Round(years * 2))
		sum := math.Pow(1+y/2, -float64(n))
		for k := 1; k <= n; k++ {
			sum += perYear / 2 * math.Pow(1+y/2, -float64(k))
		}
		return sum
	}
	switch name {
	case "DI_X", "USBE_X", "SWAP_X":
		return math.Pow(1+y, -years)
	case "DDI_X":
		return 1 / (1 + y*years*365/360)
	case "NTNB_X":
		n := int(math.Round(years * 2))
		sum := math.Pow(1+y, -years)
		for k := 1; k <= n; k++ {
			sum += (math.Sqrt(1.06) - 1) * math.Pow(1+y, -float64(k)/2)
		}
		return sum
	case "UST_X":
		return bond(coupon)
	}
	panic("no price of " + name)
}

// SensitivityOf agrees with the first two derivatives of a price by central differences, for any yield and coupon and any
// tenor of whole half-years.
func TestSensitivitiesAreDerivativesOfThePrice(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 1))
	for range 300 {
		for _, name := range []string{"DI_X", "USBE_X", "SWAP_X", "DDI_X", "NTNB_X", "UST_X"} {
			years := float64(1+random.IntN(60)) / 2
			y := 0.001 + 0.2*random.Float64()
			coupon := 0.12 * random.Float64()
			i := desk.Instrument{Name: name, Kind: desk.KindYield, QuotedIn: desk.InPercent, TenorYears: &years}
			if name == "UST_X" {
				i.CouponPct = pointer(coupon * 100)
			}
			s, err := pnl.SensitivityOf(i, day(t, "2026-01-12"), y*100)
			if err != nil {
				t.Fatal(err)
			}
			const h = 1e-4
			up, at, down := priceOf(name, years, y+h, coupon), priceOf(name, years, y, coupon), priceOf(name, years, y-h, coupon)
			near(t, name+" duration", s.Duration, -(up-down)/(2*h)/at, 1e-5*(1+s.Duration*s.Duration))
			near(t, name+" convexity", s.Convexity, (up-2*at+down)/(h*h)/at, 1e-5*(1+s.Convexity*s.Convexity))
		}
	}
}
