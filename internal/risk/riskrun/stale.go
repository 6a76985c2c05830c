package riskrun

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"macrowatch/internal/desk"
)

// StaleRisk is a stored computation that was made from other inputs than there are now.
type StaleRisk struct {
	At time.Time
	// Why says what has changed since, or why that is not known.
	Why string
	// CanRedo is false where there is nothing to compute it from any more.
	CanRedo bool
}

// Why a computation is stale.
const (
	bookIsGone   = "its snapshot is gone"
	rowsChanged  = "its book, NAV, instruments or prices have changed"
	otherMethod  = "the risk file, the method or a price of a replayed stretch has changed"
	inputsNotSet = "it was made before macrowatch kept what a computation is made from"
)

// Stale looks through the stored computations of some book times, both ends included, and returns how
// many there are and, in order of time, those whose inputs have changed. It computes each again, and
// stores nothing.
func (r *Runner) Stale(ctx context.Context, from, to time.Time) (stored int, stale []StaleRisk, err error) {
	all, err := r.store.RiskStored(ctx, from, to)
	if err != nil || len(all) == 0 {
		return 0, nil, err
	}
	times := make([]time.Time, len(all))
	for n, s := range all {
		times[n] = s.ComputedAt
	}
	done, err := r.computeUnstored(ctx, times)
	if err != nil {
		return 0, nil, err
	}
	now, refused := map[instant]*desk.RiskInputs{}, map[instant]error{}
	for _, c := range done.computed {
		now[instantOf(c.Metric.ComputedAt)] = c.Inputs
	}
	for _, x := range done.refused {
		refused[instantOf(x.At)] = x.Err
	}
	for _, s := range all {
		at := instantOf(s.ComputedAt)
		if why, is := whyStale(s, now[at], refused[at]); is {
			stale = append(stale, why)
		}
	}
	return len(all), stale, nil
}

// whyStale compares a stored computation with what is computed now, or why that is refused.
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

// Redo computes and stores the risk of some snapshots again, in order of time.
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

// signal is a text that changes when any row changes that the risk of a snapshot is computed from: its
// book, the daily NAVs, the instruments, and the prices of what it holds. It costs much less than computing
// the risk: the database reads the prices of the instruments held and sends one number.
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
	in := &input{prices: map[string][]desk.Price{}, instruments: map[string]desk.Instrument{}}
	if in.navs, err = r.store.DailyNAVs(ctx, desk.BuiltInRules().BookDay(oldest), desk.BuiltInRules().BookDay(at)); err != nil {
		return "", err
	}
	names, _ := instrumentsNeeded(instruments, rows, r.settings.Options.Proxies)
	prices, err := r.store.PriceSignal(ctx, desk.BuiltInRules().LastPricedDay(at), names)
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
	digest := in.rowsDigest(snapshots(rows)[instantOf(at)], all, desk.BuiltInRules().LastPricedDay(at))
	return hex.EncodeToString(digest) + " " + prices + " ", nil
}
