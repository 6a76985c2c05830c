package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"macrowatch/internal/desk"
)

// Store writes the rows of one file, all or none, in one transaction. A *desk.BadRowsError says
// which lines it refuses. It also gives what is stored, to hold the file's rows against.
type Store interface {
	RunImport(ctx context.Context, rows desk.Rows[desk.Run]) (desk.Counts, error)
	SignalImport(ctx context.Context, rows desk.Rows[desk.Signal]) (desk.Counts, error)
	PortfolioStateImport(ctx context.Context, rows desk.Rows[desk.PortfolioState], o desk.SnapshotOptions) (desk.Counts, desk.SnapshotReport, error)
	RiskMetricImport(ctx context.Context, rows desk.Rows[desk.RiskMetric]) (desk.Counts, error)
	StressResultImport(ctx context.Context, rows desk.Rows[desk.StressResult]) (desk.Counts, error)
	LimitStatusImport(ctx context.Context, rows desk.Rows[desk.LimitStatus]) (desk.Counts, error)
	InstrumentImport(ctx context.Context, rows desk.Rows[desk.Instrument]) (desk.Counts, error)
	// InstrumentList gives all instruments, and PricesBefore of some instruments the last price before a day
	// each.
	InstrumentList(ctx context.Context) ([]desk.Instrument, error)
	PricesBefore(ctx context.Context, days map[string]time.Time) (map[string]desk.Price, error)
	// SnapshotUpTo gives the time of the last snapshot by a time, and Snapshots the rows of snapshots.
	SnapshotUpTo(ctx context.Context, t time.Time) (time.Time, error)
	Snapshots(ctx context.Context, times ...time.Time) ([]desk.PortfolioState, error)
	// PriceImport adds unknown instruments as register says, or refuses them if it is nil, and
	// returns the names that it added.
	PriceImport(ctx context.Context, rows desk.Rows[desk.Price], register *desk.Instrument) (desk.Counts, []string, error)
}

// Options of Import. The zero value is the default.
type Options struct {
	// Location is the zone of times that are written without one; nil refuses them.
	Location *time.Location
	// Words are those by which statuses and directions are read; the zero value knows macrowatch's own.
	Words desk.Words
	// Register makes prices of unknown instruments welcome: they are added to instruments with this
	// kind. "" refuses them. Known instruments stay as they are.
	Register desk.Kind
	// QuotedIn is the quotation of instruments that Register adds. "" is percent for a yield and
	// UnstatedUnit for a price.
	QuotedIn string
	// ReplaceSnapshots replaces each timestamp of portfolio-states as a whole.
	ReplaceSnapshots bool
	// SnapshotWindow gathers the rows of portfolio-states: those within it of the first of them get that
	// one's timestamp. 0 takes every timestamp as it is; nil too, but refuses what looks like a snapshot
	// written in pieces.
	SnapshotWindow *time.Duration
	// Now is the time at which the file is read, later than which nothing can have been; zero where that is
	// not known.
	Now time.Time
	// RowsRead counts the rows as they are read, for who wants to show how far the work is; nil for
	// nobody.
	RowsRead *atomic.Int64
}

// UnstatedUnit is quoted_in of a price whose unit nobody has said.
const UnstatedUnit = "unstated"

// Result is what importing one file came to.
type Result struct {
	desk.Counts
	// Registered names the instruments that Options.Register added, and QuotedIn their quotation.
	Registered []string
	QuotedIn   string
	// Snapshots says which snapshots of portfolio-states keep rows that the file has not.
	Snapshots desk.SnapshotReport
	// Doubts are the rows that were taken, and look wrong.
	Doubts desk.Doubts
}

// BadRowsError says why a file was refused.
type BadRowsError = desk.BadRowsError

// ErrUsage marks an error about the call rather than the file: an unknown kind, or options that do
// not fit it.
var ErrUsage = errors.New("usage")

// usageError is an ErrUsage with a text of its own.
type usageError string

func (e usageError) Error() string        { return string(e) }
func (e usageError) Is(target error) bool { return target == ErrUsage }

// Import writes a file of a kind (one of Kinds) to the store, all of it or nothing. The name tells
// the format (.jsonl, .ndjson and .json are JSON Lines) and stands in errors; without such a name a
// file that begins with { is JSON Lines, and any other CSV. What begins as gzip does is unpacked,
// whatever its name. Faults of the file come as a *BadRowsError, misuse as ErrUsage.
//
// When Import returns with an error that is not the file's, a read of r may still be under way.
func Import(ctx context.Context, store Store, kind string, r io.Reader, name string, opts Options) (Result, error) {
	register, err := registration(kind, opts)
	if err != nil {
		return Result{}, err
	}
	var result Result
	switch kind {
	case runKind.name:
		result.Counts, err = importRows(ctx, runKind, r, name, opts, withRowDoubts(&result.Doubts, desk.RunDoubts, opts.Now), store.RunImport)
	case signalKind.name:
		result.Counts, err = importRows(ctx, signalKind, r, name, opts, withRowDoubts(&result.Doubts, desk.SignalDoubts, opts.Now), store.SignalImport)
	case portfolioKind.name:
		book := desk.NewBookDoubts(opts.Now)
		result.Counts, err = importRows(ctx, portfolioKind, r, name, opts, book.See,
			func(ctx context.Context, rows desk.Rows[desk.PortfolioState]) (counts desk.Counts, err error) {
				counts, result.Snapshots, err = store.PortfolioStateImport(ctx, gathered(rows, opts.SnapshotWindow),
					desk.SnapshotOptions{Replace: opts.ReplaceSnapshots, TakeTorn: opts.SnapshotWindow != nil && *opts.SnapshotWindow == 0})
				return counts, err
			})
		if err == nil {
			result.Doubts, err = bookDoubts(ctx, store, book)
			err = failedAfterWriting(err)
		}
	case riskKind.name:
		result.Counts, err = importRows(ctx, riskKind, r, name, opts, withRowDoubts(&result.Doubts, desk.RiskMetricDoubts, opts.Now), store.RiskMetricImport)
	case stressKind.name:
		result.Counts, err = importRows(ctx, stressKind, r, name, opts, withRowDoubts(&result.Doubts, desk.StressResultDoubts, opts.Now), store.StressResultImport)
	case limitKind.name:
		result.Counts, err = importRows(ctx, limitKind, r, name, opts, withRowDoubts(&result.Doubts, desk.LimitStatusDoubts, opts.Now), store.LimitStatusImport)
	case instrumentKind.name:
		result.Counts, err = importRows(ctx, instrumentKind, r, name, opts, withRowDoubts(&result.Doubts, desk.InstrumentDoubts, opts.Now), store.InstrumentImport)
	case priceKind.name:
		prices := desk.NewPriceDoubts(opts.Now)
		result.Counts, err = importRows(ctx, priceKind, r, name, opts, prices.See,
			func(ctx context.Context, rows desk.Rows[desk.Price]) (counts desk.Counts, err error) {
				counts, result.Registered, err = store.PriceImport(ctx, rows, register)
				return counts, err
			})
		if len(result.Registered) > 0 {
			result.QuotedIn = register.QuotedIn
		}
		if err == nil {
			result.Doubts, err = priceDoubts(ctx, store, prices)
			err = failedAfterWriting(err)
		}
	}
	if err != nil {
		return Result{}, named(name, err)
	}
	return result, nil
}

// importRows writes the rows of a file, each of which see is shown.
func importRows[T deskRow](ctx context.Context, kind rowKind[T], r io.Reader, name string, opts Options, see func(int64, T),
	write func(context.Context, desk.Rows[T]) (desk.Counts, error)) (desk.Counts, error) {
	f, err := open(kind, r, name, opts)
	if err != nil {
		return desk.Counts{}, err
	}
	return write(ctx, func() (int64, T, error) {
		line, row, err := f.next()
		if err == nil {
			see(line, row)
		}
		return line, row, err
	})
}

// named puts the file's name into an error.
func named(name string, err error) error {
	var bad *BadRowsError
	if errors.As(err, &bad) {
		bad.Input = name
		return bad
	}
	return fmt.Errorf("import %s: %w", name, err)
}

// registration gives what unknown instruments of prices become, nil where they are refused.
func registration(kind string, opts Options) (*desk.Instrument, error) {
	if err := checkKind(kind); err != nil {
		return nil, err
	}
	if kind != portfolioKind.name && (opts.ReplaceSnapshots || opts.SnapshotWindow != nil) {
		return nil, usageError(fmt.Sprintf("snapshots can be replaced or gathered only when importing %s, not %s", portfolioKind.name, kind))
	}
	if opts.SnapshotWindow != nil && (*opts.SnapshotWindow < 0 || *opts.SnapshotWindow > mostSnapshotWindow) {
		return nil, usageError(fmt.Sprintf("a snapshot's rows are gathered within 0 to %s, not %s", mostSnapshotWindow, *opts.SnapshotWindow))
	}
	if opts.Register == "" {
		if opts.QuotedIn != "" {
			return nil, usageError("how instruments are quoted can be said only together with their kind")
		}
		return nil, nil
	}
	if kind != priceKind.name {
		return nil, usageError(fmt.Sprintf("an instrument's kind can be said only when importing %s, not %s", priceKind.name, kind))
	}
	register := desk.Instrument{Name: "any", Kind: opts.Register, QuotedIn: opts.QuotedIn}
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
