package riskrun

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"macrowatch/internal/desk"
)

// StaleRisk is a stored computation whose inputs have changed since it was made.
type StaleRisk struct {
	At time.Time
	// Why says what has changed since, or why that is not known.
	Why string
	// CanRedo is false if there is nothing left to compute the risk from.
	CanRedo bool
}

// The reasons why a computation is stale.
const (
	bookIsGone   = "its snapshot is gone"
	rowsChanged  = "its book, NAV, instruments or prices have changed"
	otherMethod  = "the risk file, the method or a price of a replayed stretch has changed"
	inputsNotSet = "it was made before macrowatch kept what a computation is made from"
)

// Stale looks through the stored computations of the book times from one to another, both included. It returns how many
// there are and, in order of time, those whose inputs have changed. To find out it computes each one again. It stores
// nothing.
func (r *Runner) Stale(ctx context.Context, from, to time.Time) (stored int, stale []StaleRisk, err error) {
	all, err := r.store.RiskStored(ctx, from, to)
	if err != nil || len(all) == 0 {
		return 0, nil, err
	}
	times := make([]time.Time, len(all))
	for n, s := range all {
		times[n] = s.ComputedAt
	}
	now, refused := map[instant]*desk.RiskInputs{}, map[instant]error{}
	err = r.computeUnstored(ctx, times, func(some computedRisk) error {
		for _, c := range some.computed {
			now[instantOf(c.Metric.ComputedAt)] = c.Inputs
		}
		for _, x := range some.refused {
			refused[instantOf(x.At)] = x.Err
		}
		return nil
	})
	if err != nil {
		return 0, nil, err
	}
	for _, s := range all {
		at := instantOf(s.ComputedAt)
		if why, is := whyStale(s, now[at], refused[at]); is {
			stale = append(stale, why)
		}
	}
	return len(all), stale, nil
}

// whyStale compares a stored computation with the inputs of now, or with the reason why it would be refused now. It returns
// false if the computation is not stale.
func whyStale(s desk.StoredRisk, now *desk.RiskInputs, refused error) (StaleRisk, bool) {
	stale := StaleRisk{At: s.ComputedAt, CanRedo: true}
	switch {
	case errors.Is(refused, ErrNoBook):
		stale.Why, stale.CanRedo = bookIsGone, false
	case refused != nil:
		stale.Why, stale.CanRedo = "it would be refused now: "+refused.Error(), false
	case s.Digest == "":
		stale.Why = inputsNotSet
	case s.RowsDigest != now.RowsDigest:
		stale.Why = rowsChanged
	case s.Digest != now.Digest:
		stale.Why = otherMethod
	default:
		return stale, false
	}
	return stale, true
}

// Redo computes and stores again the stale computations of which CanRedo is true, in order of time.
func (r *Runner) Redo(ctx context.Context, stale []StaleRisk) (Result, error) {
	var times []time.Time
	for _, s := range stale {
		if s.CanRedo {
			times = append(times, s.At)
		}
	}
	if len(times) == 0 {
		return Result{}, nil
	}
	return r.compute(ctx, times)
}

// signal returns a text that changes when any row changes from which the risk of a snapshot is computed: its book, the
// daily NAVs, the instruments, and the prices of what it holds. It costs much less than computing the risk, because the
// database reads the prices and sends one number.
func (r *Runner) signal(ctx context.Context, at time.Time) (string, error) {
	rows, err := r.store.Snapshots(ctx, at)
	if err != nil {
		return "", err
	}
	instruments, err := r.store.InstrumentList(ctx)
	if err != nil {
		return "", err
	}
	oldest, err := r.store.SnapshotOldest(ctx)
	if err != nil {
		return "", err
	}
	rules := r.store.Rules()
	in := &input{rules: rules, prices: map[string][]desk.Price{}, instruments: map[string]desk.Instrument{}}
	if in.navs, err = r.store.DailyNAVs(ctx, rules.BookDay(oldest), rules.BookDay(at)); err != nil {
		return "", err
	}
	books := snapshots(rows, map[string]string{})
	names, _ := instrumentsNeeded(instruments, books, r.settings.Options.Proxies)
	prices, err := r.store.PriceSignal(ctx, rules.LastPricedDay(at), names)
	if err != nil {
		return "", err
	}
	for _, i := range instruments {
		in.instruments[i.Name] = i
	}
	all := map[string]time.Time{}
	for name := range in.instruments {
		all[name] = time.Time{}
	}
	digest := in.rowsDigest(books[instantOf(at)], all, rules.LastPricedDay(at))
	return hex.EncodeToString(digest) + " " + prices + " ", nil
}
