package samplerecord

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"macrowatch/internal/record/store"
	"macrowatch/internal/sample/sampledesk"
)

// Record is a sample desk and the database that holds its record. It is for one goroutine at a time.
type Record struct {
	store  *store.Store
	desk   sampledesk.Desk
	logger *slog.Logger
	// Progress, where set, is told of each stretch of days that is being written.
	Progress func(done, total int)

	today today
}

// New returns the record of a desk in a database that has this version's tables.
func New(s *store.Store, d sampledesk.Desk, logger *slog.Logger) *Record {
	return &Record{store: s, desk: d, logger: logger}
}

// ErrForeign says that the database holds a record that is not the sample desk's.
var ErrForeign = errors.New("the database holds a record that is not the sample desk's")

// ErrOtherDesk says that the database holds the record of a sample desk that this version no longer runs.
var ErrOtherDesk = errors.New("the sample desk's record in this database is that of another version, whose prices and book were others")

// settingEdition notes which sample desk a record is of; edition is this version's. It changes with
// whatever makes other prices, runs or positions of days that are written already.
const settingEdition, edition = "sample_edition", "2"

// Claim makes sure that the database is the sample desk's, or free for it: it holds no run, signal
// or position of anybody else. Prices alone are nobody's record. With fresh everything in a
// database that is the sample desk's is deleted first. ErrForeign is the refusal, ErrOtherDesk that of a
// record which this version can't go on with.
func (r *Record) Claim(ctx context.Context, fresh bool) error {
	if err := r.store.RequireWritable(ctx); err != nil {
		return err
	}
	until, err := r.store.SampleDataUntil(ctx)
	if err != nil {
		return err
	}
	if until.IsZero() {
		free, err := r.store.RecordEmpty(ctx)
		if err != nil {
			return err
		}
		if !free {
			return ErrForeign
		}
		return nil
	}
	if fresh {
		return r.store.DeleteAll(ctx)
	}
	noted, _, err := r.store.Setting(ctx, settingEdition)
	if err == nil && noted != edition {
		err = ErrOtherDesk
	}
	return err
}

// mark notes that the database holds the sample desk's data up to a time, or later.
func (r *Record) mark(ctx context.Context, until time.Time) error {
	already, err := r.store.SampleDataUntil(ctx)
	if err != nil {
		return err
	}
	if until.Before(already) {
		return nil
	}
	if err := r.store.SetSetting(ctx, settingEdition, edition); err != nil {
		return err
	}
	return r.store.MarkSampleData(ctx, until)
}
