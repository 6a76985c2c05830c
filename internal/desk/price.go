package desk

import (
	"errors"
	"time"
)

// Price is an instrument's price or yield on a day: a row of instrument_prices. The instrument says
// which of the two, and in what unit.
type Price struct {
	Instrument string
	Date       time.Time // the day, at midnight UTC
	Value      float64   // any finite number: oil has been negative
}

// Validate returns what is wrong with the price in one sentence, or nil.
func (p Price) Validate() error {
	if err := validateName("instrument", p.Instrument); err != nil {
		return err
	}
	switch {
	case p.Date.IsZero():
		return errors.New("price_date is missing")
	}
	return amountFault("price", p.Value)
}
