package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/dialect"
)

// Options of Import. The zero value is the default.
type Options struct {
	// Location is the zone of times that are written without one. nil refuses such times.
	Location *time.Location
	// Words say what the words for statuses and directions mean. The zero value knows macrowatch's own words.
	Words desk.Words
	// Register is the kind with which unknown instruments of prices are added to the table instruments. ""
	// refuses their prices. Known instruments stay as they are.
	Register desk.Kind
	// QuotedIn is the quotation of the instruments that Register adds. "" means percent for a yield and
	// UnstatedUnit for a price.
	QuotedIn string
	// ReplaceSnapshots replaces each timestamp of portfolio-states as a whole.
	ReplaceSnapshots bool
	// SnapshotWindow gathers the rows of portfolio-states: rows that come within this time of a snapshot's
	// first row get that row's timestamp. 0 takes every timestamp as it is. nil does so too, but refuses
	// snapshots that look as if they were written in pieces.
	SnapshotWindow *time.Duration
	// Now is the time at which the file is read. A later time in the file looks wrong. Zero means that it is
	// not known.
	Now time.Time
	// MostRows is how many rows ImportJSON takes. 0 means that there is no limit.
	MostRows int64
	// Dialect says how a file is written that is not in macrowatch's own format.
	Dialect dialect.Options
	// Preview keeps the first rows as they were understood. It may be nil.
	Preview *Preview
	// RowsRead counts the rows as they are read, so that a caller can show progress. It may be nil.
	RowsRead *atomic.Int64
}

// Result says what importing one file did.
type Result struct {
	desk.Counts
	// Registered names the instruments that Options.Register added, and QuotedIn their quotation.
	Registered []string
	QuotedIn   string
	// Snapshots says which snapshots of portfolio-states keep stored rows that the file lacks.
	Snapshots desk.SnapshotReport
	// Dialect says how the file was read, an entry for each file of an archive. A file in macrowatch's own format
	// has none.
	Dialect []dialect.Findings
	// Doubts are rows that were taken although they look wrong.
	Doubts desk.Doubts
}

// BadRowsError says why a file was refused.
type BadRowsError = desk.BadRowsError

// ErrUsage marks an error of the call, not of the file: an unknown kind, or options that do not fit it.
var ErrUsage = errors.New("usage")

// usageError is an ErrUsage with a sentence.
type usageError string

func (e usageError) Error() string        { return string(e) }
func (e usageError) Is(target error) bool { return target == ErrUsage }

// Import writes a file to the store, all of it or nothing. kind is one of Kinds. name is the file's name: it
// stands in errors and tells the format. A name that ends with .jsonl, .ndjson or .json means JSON Lines. Of
// a file with any other name, the first byte decides: { means JSON Lines, anything else CSV. A file that
// begins as gzip does is unpacked, whatever its name is. A file in macrowatch's own format is read once, as it comes.
// Any other file is copied first, since only the whole of it says how it is written; package dialect reads it.
//
// Faults of the file come as a *BadRowsError, a wrong call as ErrUsage. If Import returns with an error that
// is not the file's, a read of r may still be under way.
func Import(ctx context.Context, store Store, kind string, r io.Reader, name string, opts Options) (Result, error) {
	k, err := kindNamed(kind)
	if err != nil {
		return Result{}, err
	}
	to, err := checkedTarget(store, kind, opts)
	if err != nil {
		return Result{}, err
	}
	result, err := k.importRows(ctx, to, openFile(r, name, to.options))
	if err != nil {
		return Result{}, named(name, err)
	}
	return result, nil
}

// ImportJSON writes the rows of a text in JSON to the store, all of them or nothing. The text is one object, an array of
// objects, or objects one after the other. If lines is true, each object stands on a line of its own; then ImportJSON
// finds the faults of every line, also behind a line that is not JSON.
//
// Rows are numbered from 1, in a *BadRowsError and in the doubts of the result. ErrRowTooLong and ErrTooManyRows say
// that the text goes beyond a limit. Errors of r come as they are, wrapped. Everything else is as in Import.
func ImportJSON(ctx context.Context, store Store, kind string, r io.Reader, lines bool, opts Options) (Result, error) {
	k, err := kindNamed(kind)
	if err != nil {
		return Result{}, err
	}
	to, err := checkedTarget(store, kind, opts)
	if err != nil {
		return Result{}, err
	}
	return k.importRows(ctx, to, openJSON(r, lines, opts.MostRows))
}

// Column is a column of a kind of import.
type Column struct {
	Name     string
	Alias    string // another name for it, or ""
	Required bool   // a row without it is refused
}

// Columns returns the columns of a kind. Its error is an ErrUsage.
func Columns(kind string) ([]Column, error) {
	k, err := kindNamed(kind)
	if err != nil {
		return nil, err
	}
	var all []Column
	for _, c := range k.fields() {
		all = append(all, Column{c.name, c.alias, c.required})
	}
	return all, nil
}

// checkedTarget refuses options that do not fit the kind. Its errors are ErrUsage.
func checkedTarget(store Store, kind string, o Options) (target, error) {
	if kind != portfolioStates && (o.ReplaceSnapshots || o.SnapshotWindow != nil) {
		return target{}, usageError(fmt.Sprintf("snapshots can be replaced or gathered only when importing %s, not %s", portfolioStates, kind))
	}
	if err := checkSnapshotOptions(o); err != nil {
		return target{}, err
	}
	if kind != prices && o.Register != "" {
		return target{}, usageError(fmt.Sprintf("an instrument's kind can be given only when importing %s, not %s", prices, kind))
	}
	register, err := toRegister(o)
	return target{store: store, options: o, register: register}, err
}

// named adds the file's name to an error.
func named(name string, err error) error {
	var bad *BadRowsError
	if errors.As(err, &bad) {
		bad.Input = name
		return bad
	}
	return fmt.Errorf("import %s: %w", name, err)
}

// failedAfterWriting says of an error that the file was written before it came.
func failedAfterWriting(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the file was imported, but it could not be checked for values that look wrong: %w", err)
}
