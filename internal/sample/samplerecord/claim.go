package samplerecord

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"macrowatch/internal/record/store"
	"macrowatch/internal/sample/anydesk"
	"macrowatch/internal/sample/sampledesk"
)

// Record is a sample desk and the database that holds its record. It is for one goroutine at a time.
type Record struct {
	store  *store.Store
	desk   sampledesk.Desk
	other  *anydesk.Desk // the desk of a desk file, in place of the sample desk; nil for the sample desk
	logger *slog.Logger
	// Progress, if it is set, is called before the first day is written and after each stretch of days, one call at a time.
	Progress func(Progress)

	today today
}

// New returns the record of a desk in a database. The database must have this version's tables.
func New(s *store.Store, d sampledesk.Desk, logger *slog.Logger) *Record {
	return &Record{store: s, desk: d, logger: logger}
}

// NewOther returns the record of a desk that is made up from its rules. The database must have this version's tables.
func NewOther(s *store.Store, d anydesk.Desk, logger *slog.Logger) *Record {
	return &Record{store: s, other: &d, logger: logger}
}

// ErrForeign says that the database has a record that is not the sample desk's.
var ErrForeign = errors.New("the database holds a record that is not the sample desk's")

// ErrOtherDesk says that the database has the record of a sample desk that this version does not run.
var ErrOtherDesk = errors.New("the sample desk's record in this database is that of another version or of another desk file, whose prices and book were others")

// settingEdition is the setting that says which edition of the sample desk wrote a record. The constant
// edition is this version's edition. Change it with every change after which a day has other prices, runs or
// positions than before.
const settingEdition, edition = "sample_edition", "2"

// edition names what the record depends on.
func (r *Record) edition() string {
	if r.other != nil {
		return r.other.Edition()
	}
	return edition
}

// Claim makes sure that the database is the sample desk's, or that the sample desk may have it because it has no run,
// signal or position. Instruments and prices do not matter. With fresh, Claim deletes everything from a database
// that is the sample desk's.
//
// If the database has the record of somebody else, the error is ErrForeign. If it has a record that this version can't
// continue, the error is ErrOtherDesk.
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
	if err == nil && noted != r.edition() {
		err = ErrOtherDesk
	}
	return err
}

// mark notes that the database has the sample desk's data up to a time. If a later time is noted already, mark keeps it.
func (r *Record) mark(ctx context.Context, until time.Time) error {
	already, err := r.store.SampleDataUntil(ctx)
	if err != nil {
		return err
	}
	if until.Before(already) {
		return nil
	}
	if err := r.store.SetSetting(ctx, settingEdition, r.edition()); err != nil {
		return err
	}
	return r.store.MarkSampleData(ctx, until)
}
