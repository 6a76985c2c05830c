package intake

import (
	"context"

	"macrowatch/internal/desk"
)

// UnstatedUnit is quoted_in of a price whose unit nobody has said.
const UnstatedUnit = "unstated"

// toRegister returns what unknown instruments of prices become according to the options, or nil if they are
// refused. Its errors are ErrUsage.
func toRegister(o Options) (*desk.Instrument, error) {
	if o.Register == "" {
		if o.QuotedIn != "" {
			return nil, usageError("a unit for new instruments can be given only together with their kind")
		}
		return nil, nil
	}
	register := desk.Instrument{Name: "any", Kind: o.Register, QuotedIn: o.QuotedIn}
	if register.QuotedIn == "" {
		register.QuotedIn = UnstatedUnit
		if register.Kind == desk.KindYield {
			register.QuotedIn = desk.InPercent
		}
	}
	if err := register.Validate(); err != nil {
		return nil, usageError(err.Error())
	}
	return &register, nil
}

// writePrices writes prices, then compares them with each other, with their instruments, and with the prices
// stored before.
func writePrices(ctx context.Context, to target, rows desk.Rows[desk.Price]) (result Result, err error) {
	seen := desk.NewPriceDoubts(to.options.Now)
	result.Counts, result.Registered, err = to.store.PriceImport(ctx, shownTo(rows, seen.See), to.register)
	if err != nil {
		return Result{}, err
	}
	if len(result.Registered) > 0 {
		result.QuotedIn = to.register.QuotedIn
	}
	result.Doubts, err = priceDoubts(ctx, to.store, seen)
	return result, failedAfterWriting(err)
}

func priceDoubts(ctx context.Context, store Store, seen *desk.PriceDoubts) (desk.Doubts, error) {
	listed, err := store.InstrumentList(ctx)
	if err != nil {
		return desk.Doubts{}, err
	}
	instruments := make(map[string]desk.Instrument, len(listed))
	for _, i := range listed {
		instruments[i.Name] = i
	}
	before, err := store.PricesBefore(ctx, seen.First())
	if err != nil {
		return desk.Doubts{}, err
	}
	return seen.Doubts(instruments, before), nil
}
