package pnl_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
)

func TestSensitivitiesWorkedByHand(t *testing.T) {
	t.Parallel()
	coupon45 := yieldOf("UST_NOV27")
	coupon45.Maturity, coupon45.CouponPct = day(t, "2027-11-15"), pointer(4.5)
	coupon3 := yieldOf("UST5Y")
	coupon3.CouponPct = pointer(3)
	running := desk.Instrument{Name: "CDS_BR_5Y", Kind: desk.KindYield, QuotedIn: desk.InBasisPoints}
	struck := running
	running.CouponPct = pointer(1)
	corporate := yieldOf("DEBENTURE")
	corporate.TenorYears = pointer(4)
	constant := yieldOf("EMBI_BR")
	constant.ModifiedDuration = pointer(7)

	for _, c := range []struct {
		i         desk.Instrument
		level     float64
		d, cx     float64
		basisSays string
	}{
		{yieldOf("DI_2Y"), 12.5, 1.7777777777777777, 4.7407407407407405, "252"}, // 2/1.125; 2·3/1.125²
		// 243 business days from 12 January 2026, as B3's settlement price of that day says: 88 324.26 at
		// 13.741 %, and 252·ln(100 000/88 324.26)/ln 1.13741 = 243.00. T = 243/252; T/1.13741, T(T+1)/1.13741²
		{yieldOf("DI1F27"), 13.741, 0.847790782818609, 1.46411876402854, "maturity 2027-01-04"},
		// from 12 January 2026 to 3 January 2028 are 721 days: τ = 2.0027777…; τ/(1+0.05τ), 2τ²/(1+0.05τ)²
		{yieldOf("DDIF28"), 5, 1.8204772124731723, 6.628274562268184, "simple interest over 360 days"},
		{yieldOf("EUR10Y"), 3.1, 10, 100, "continuously"},                           // T; T²
		{yieldOf("USBE5Y"), 2.5, 5 / 1.025, 30 / (1.025 * 1.025), "inflation swap"}, // T/(1+y); T(T+1)/(1+y)²
		// a par bond: D = (1 − 1.02^−20)/0.04; C summed term by term
		{yieldOf("UST10Y"), 4, 8.175716672298563, 78.8979252286251, "par bond"},
		{yieldOf("USTIPS10Y"), 4, 8.175716672298563, 78.8979252286251, "par bond"},
		// a bill: half a half-year. D = 0.5/1.02/2, C = 0.5·1.5/1.02²/4
		{yieldOf("UST3M"), 4, 0.2450980392156863, 0.18021914648212227, "one payment"},
		{coupon3, 4.5, 4.563701154294845, 23.98012554058564, "coupons of 3 %"}, // summed term by term
		{corporate, 10, 4 / 1.1, 20 / 1.21, "one payment, compounded yearly"},
		// q = e^−(0.03+0.015/0.75)/4: A = ¼·q·(1−q²⁰)/(1−q), C = 2/0.75·Σ ¼·t·e^−0.05t
		{struck, 150, 4.396392040268561, 29.55784752689087, "risky annuity"},
		// V = (0.01 − s)·A(s), differenced: good to 1e-8 and 1e-5
		{running, 150, 4.3224974215, 29.22848694, "premium of 1 %"},
		{constant, 250, 7, 49, "constant modified duration 7"},
	} {
		t.Run(c.i.Name+", "+c.basisSays, func(t *testing.T) {
			t.Parallel()
			got, err := pnl.SensitivityOf(c.i, day(t, "2026-01-12"), c.level)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "duration", got.Duration, c.d, 1e-8)
			near(t, "convexity", got.Convexity, c.cx, 1e-5)
			if !strings.Contains(got.Basis, c.basisSays) {
				t.Errorf("basis %q does not say %q", got.Basis, c.basisSays)
			}
		})
	}

	// On 30 January 2026 the next coupon of a bond of 15 November 2027 is 105 of 181 days away: w = 0.5801…;
	// payments at w, w+1, w+2 and w+3 half-years, at 3.9 % compounded half-yearly.
	got, err := pnl.SensitivityOf(coupon45, day(t, "2026-01-30"), 3.9)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "broken period duration", got.Duration, 1.6924234533301579, 1e-12)
	near(t, "broken period convexity", got.Convexity, 3.763181013185383, 1e-12)
}

// PYield, a published library for Brazilian bonds, prints 15.08305431313046 years in its documentation for this bond. It
// rounds the coupon to 2.956301 %, as the Treasury prints it, which makes a difference of 4e-7.
func TestDurationOfANTNBIsThePublishedOne(t *testing.T) {
	t.Parallel()
	s, err := pnl.SensitivityOf(yieldOf("NTNB60"), day(t, "2024-08-23"), 6.1005)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "Macaulay duration", s.Duration*1.061005, 15.08305431313046, 1e-6)
	// summed payment by payment, every business day counted, by another program
	near(t, "modified duration", s.Duration, 14.21581798909296, 1e-12)
	near(t, "convexity", s.Convexity, 335.34451871999204, 1e-10)
	if !strings.Contains(s.Basis, "coupons of 6 %") {
		t.Errorf("basis %q", s.Basis)
	}
}

func TestSensitivityRefusesWhatHasNone(t *testing.T) {
	t.Parallel()
	century := yieldOf("UST_LONG")
	century.TenorYears = pointer(1e12)
	for _, c := range []struct {
		i     desk.Instrument
		level float64
		is    error
		says  string
	}{
		{yieldOf("SELIC"), 10, pnl.ErrNoDuration, "SELIC has no duration"},
		{yieldOf("DI1F26"), 10, pnl.ErrMatured, "DI1F26 has matured, on 2026-01-02"},
		{desk.Instrument{Name: "IBOV", Kind: desk.KindPrice, QuotedIn: "index points"}, 1, nil, "IBOV is a price"},
		{desk.Instrument{Name: "DI_1Y", Kind: desk.KindYield, QuotedIn: "points"}, 1, nil, `DI_1Y: quoted_in "points"`},
		{yieldOf("DI_1Y"), -100, nil, "DI_1Y at -100 percent"},
		{yieldOf("DI_1Y"), math.NaN(), nil, "DI_1Y at NaN percent"},
		{yieldOf("DDI_30Y"), -4, nil, "leaves no price"},
		{yieldOf("CDS_BR_5Y"), -1, nil, "spread below zero"},
		{century, 4, nil, "at most 200"},
	} {
		t.Run(fmt.Sprintf("%s at %v", c.i.Name, c.level), func(t *testing.T) {
			t.Parallel()
			_, err := pnl.SensitivityOf(c.i, day(t, "2026-01-12"), c.level)
			if err == nil || !strings.Contains(err.Error(), c.says) || (c.is != nil && !errors.Is(err, c.is)) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}

func TestAnInstrumentHasMaturedOnItsMaturityAndNotTheDayBefore(t *testing.T) {
	t.Parallel()
	if _, err := pnl.SensitivityOf(yieldOf("DI1F27"), day(t, "2027-01-04"), 13); !errors.Is(err, pnl.ErrMatured) {
		t.Errorf("on the day: %v", err)
	}
	s, err := pnl.SensitivityOf(yieldOf("DI1F27"), day(t, "2027-01-03"), 13)
	if err != nil || s.Duration != 0 {
		t.Errorf("the Sunday before: %+v, %v; no business day is left", s, err)
	}
}
