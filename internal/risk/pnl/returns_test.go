package pnl_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"macrowatch/internal/risk/pnl"
)

// These are the two examples of the package comment.
func TestTheWorkedExamplesOfThePackageComment(t *testing.T) {
	t.Parallel()
	r, err := pnl.PriceReturn(80, 82, 5.00, 5.10)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "Brent in BRL", 0.10*r, 0.00255, 1e-15)

	s, err := pnl.SensitivityOf(yieldOf("DI_2Y"), day(t, "2026-01-12"), 12.5)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "DI up 25 bp", 0.5*s.Return(0.0025), 0.5*(-1.7777777777777777*0.0025+0.5*4.7407407407407405*0.0025*0.0025), 1e-16)
	near(t, "DI up 25 bp, printed", 0.5*s.Return(0.0025), -0.0022148, 1e-7)
}

func TestSimpleReturn(t *testing.T) {
	t.Parallel()
	if r, err := pnl.SimpleReturn(80, 82); err != nil || math.Abs(r-0.025) > 1e-16 {
		t.Errorf("80 to 82: %v, %v", r, err)
	}
	for _, c := range [][2]float64{{18.31, -36.98}, {-36.98, 8.91}, {0, 1}, {1, 0}, {-1, -2}} {
		t.Run(fmt.Sprintf("%v to %v", c[0], c[1]), func(t *testing.T) {
			t.Parallel()
			if _, err := pnl.SimpleReturn(c[0], c[1]); !errors.Is(err, pnl.ErrAcrossZero) {
				t.Error(err)
			}
		})
	}
	if _, err := pnl.SimpleReturn(1, math.NaN()); err == nil || errors.Is(err, pnl.ErrAcrossZero) {
		t.Errorf("NaN: %v", err)
	}
	if _, err := pnl.PriceReturn(1, 2, 5, 0); err == nil {
		t.Error("an exchange rate of zero was taken")
	}
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	percent, err1 := pnl.Decimal("percent", 12.5)
	bp, err2 := pnl.Decimal("bp", 1250)
	if err1 != nil || err2 != nil || percent != 0.125 || bp != 0.125 {
		t.Errorf("%v %v, %v %v", percent, err1, bp, err2)
	}
	if _, err := pnl.Decimal("BRL per USD", 5); err == nil {
		t.Error("a price's unit was taken for a yield's")
	}
}

func TestALongBondGainsWhenItsYieldFallsAndConvexityHelpsBothWays(t *testing.T) {
	t.Parallel()
	s := pnl.Sensitivity{Duration: 8, Convexity: 80}
	near(t, "down 100 bp", s.Return(-0.01), 0.084, 1e-15)
	near(t, "up 100 bp", s.Return(0.01), -0.076, 1e-15)
}
