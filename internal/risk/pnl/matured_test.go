package pnl_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
)

// An instrument that has matured is refused for that, whatever is known of its level.
func TestAMaturedInstrumentIsRefusedAsSuchAtAnyLevel(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 6, 12, 0, 0, 0, 0, time.UTC)
	for name, level := range map[string]float64{"no price": math.NaN(), "an ordinary level": 12.5, "a level that no bond has": -150} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := desk.Instrument{Name: "DI1F26", Kind: desk.KindYield, QuotedIn: "percent", Maturity: day.AddDate(0, -5, 0)}
			if _, err := pnl.SensitivityOf(i, day, level); !errors.Is(err, pnl.ErrMatured) {
				t.Errorf("at %v: %v", level, err)
			}
		})
	}
}
