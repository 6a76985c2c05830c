package risk

import (
	"errors"
	"fmt"
	"time"

	"macrowatch/internal/risk/pnl"
)

// takeProxy makes the exposure take its proxy's moves, that is, its levels and exchange rates. It takes the proxy's
// duration only if its own can't be computed.
func (e *Exposure) takeProxy(asOf time.Time) error {
	proxy, own := e.proxy, e.series
	switch {
	case e.matured:
		return errors.New("a matured instrument has no proxy")
	case own != nil && proxy.Instrument.Kind != e.Instrument.Kind:
		return fmt.Errorf("its proxy %s is a %s and not a %s", proxy.Instrument.Name, proxy.Instrument.Kind, e.Instrument.Kind)
	case !proxy.priced():
		return fmt.Errorf("its proxy %s %s", proxy.Instrument.Name, proxy.unusable)
	}
	e.Proxy = proxy.Instrument.Name
	e.series, e.borrowed = proxy.series, true
	if e.priced() {
		return nil
	}
	e.unusable = ""
	e.Sensitivity = proxy.Sensitivity
	if own == nil { // nothing is known of the instrument but its name
		name := e.Instrument.Name
		e.Instrument = proxy.Instrument
		e.Instrument.Name = name
		return nil
	}
	levelInOwnUnit := proxy.Level * proxy.series.unit / own.unit
	if sensitivity, err := pnl.SensitivityOf(e.Instrument, asOf, levelInOwnUnit); err == nil {
		e.Sensitivity = sensitivity
	}
	return nil
}
