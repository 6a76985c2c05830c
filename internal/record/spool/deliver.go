package spool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"macrowatch/internal/desk"
)

// Database is where records are delivered to.
type Database interface {
	// RunUpsert writes runs, all or none, durably.
	RunUpsert(ctx context.Context, runs ...desk.Run) error
	// RunInterrupt writes the ends of runs whose recorder died, all or none, durably. If the database knows
	// already how a run ended, it keeps that.
	RunInterrupt(ctx context.Context, runs ...desk.Run) error
}

// batch is how many records are written in one call, and so how many files are open at once.
const batch = 100

// Deliver writes the records that wait for the database, oldest first, and returns how many it delivered. It
// leaves out records that another process holds. If nothing was ever kept, it does nothing.
//
// A record that the database refuses is set aside. Any other error of the database ends the delivery, and the
// remaining records wait on. A record that can't be read does not hold up the others; Deliver returns its error
// when the others are delivered.
//
// Records wait for the database if they were kept for this spool's target, or for the target of one of
// Options.FormerSpools. After a call of Reached, this includes records that were kept for the same database
// under other targets.
func (s *Spool) Deliver(ctx context.Context, to Database) (delivered int, err error) {
	var stuck error
	for _, from := range s.deliverableFolders(ctx) {
		n, left, err := from.deliver(ctx, to)
		delivered += n
		if err != nil {
			return delivered, err
		}
		stuck = cmp.Or(stuck, left)
	}
	return delivered, stuck
}

// deliver delivers the records that wait in a folder. If a record can't be read, the error `stuck` says why,
// and the other records are delivered all the same. The error `err` ended the delivery.
func (d folder) deliver(ctx context.Context, to Database) (delivered int, stuck, err error) {
	if err := d.checkSafe(); err != nil {
		return 0, nil, fmt.Errorf("deliver the waiting records: %w", err)
	}
	names, err := listNames(d.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, fmt.Errorf("read the waiting records: %w", err)
	}
	var waiting []string
	for _, name := range names {
		switch {
		case isRecord(name):
			waiting = append(waiting, name)
		case strings.HasPrefix(name, newPrefix):
			d.removeUnfinished(name)
		}
	}
	slices.Sort(waiting) // the IDs that exec makes sort by time
	for some := range slices.Chunk(waiting, batch) {
		n, left, err := d.deliverSome(ctx, to, some)
		delivered += n
		stuck = cmp.Or(stuck, left)
		if err != nil {
			return delivered, stuck, err
		}
	}
	return delivered, stuck, nil
}

// claim is a record that this process holds the lock of, and so may deliver.
type claim struct {
	path string
	file *os.File
	run  desk.Run
}

func (d folder) deliverSome(ctx context.Context, to Database, names []string) (delivered int, stuck, err error) {
	var ended, interruptions []claim
	defer func() {
		for _, c := range append(ended, interruptions...) {
			_ = c.file.Close()
		}
	}()
	for _, name := range names {
		c, ok, left := d.claim(filepath.Join(d.dir, name))
		stuck = cmp.Or(stuck, left)
		switch {
		case !ok:
		case c.run.Status.Terminal():
			ended = append(ended, c)
		default:
			if info, err := c.file.Stat(); err == nil {
				c.run = interrupted(c.run, info.ModTime())
			}
			interruptions = append(interruptions, c)
		}
	}
	n, err := d.write(ctx, to.RunUpsert, ended)
	if err != nil {
		return n, stuck, err
	}
	m, err := d.write(ctx, to.RunInterrupt, interruptions)
	return n + m, stuck, err
}

// claim locks a record, unless another process holds it. A file that is no record is set aside. A file that
// can't be read is an error.
func (d folder) claim(path string) (c claim, ok bool, err error) {
	f, err := openLocked(path)
	if errors.Is(err, syscall.EISDIR) || errors.Is(err, syscall.ELOOP) {
		d.opts.Logger.Info("something among the kept runs is not a file; it is left alone", "path", path)
		return claim{}, false, nil
	}
	if err != nil {
		return claim{}, false, fmt.Errorf("read a kept run: %w", err)
	}
	if f == nil {
		return claim{}, false, nil
	}
	text, err := readContent(f)
	if err != nil {
		_ = f.Close()
		return claim{}, false, fmt.Errorf("read a kept run: %w", err)
	}
	run, err := d.decode(text)
	if err == nil {
		return claim{path, f, run}, true, nil
	}
	defer f.Close()
	if errors.Is(err, errLater) {
		d.opts.Logger.Info("a kept run is left alone", "file", path, "reason", err)
		return claim{}, false, nil
	}
	d.warnSetAside(d.setAside(path, err), err)
	return claim{}, false, nil
}

// write writes records to the database in one call and removes their files. If the database refuses the call
// because of one record, write tries each half by itself, and so on, until only that record is left over.
func (d folder) write(ctx context.Context, into func(context.Context, ...desk.Run) error, claims []claim) (int, error) {
	if len(claims) == 0 {
		return 0, nil
	}
	runs := make([]desk.Run, len(claims))
	for i, c := range claims {
		runs[i] = c.run
	}
	err := into(ctx, runs...)
	switch {
	case err == nil:
		for _, c := range claims {
			_ = os.Remove(c.path) // if it stays, it is delivered again, which changes nothing
		}
		return len(claims), nil
	case !Refused(err):
		return 0, err
	case len(claims) == 1:
		d.warnSetAside(d.setAside(claims[0].path, err), err)
		return 0, nil
	}
	half := len(claims) / 2
	n, err := d.write(ctx, into, claims[:half])
	if err != nil {
		return n, err
	}
	m, err := d.write(ctx, into, claims[half:])
	return n + m, err
}

// Refused reports whether the database refused a record because of its content, for example because it breaks
// a constraint. To try such a record again is of no use. The error is a desk.BadRowsError, or has a method
// RefusesRow() bool that returns true.
func Refused(err error) bool {
	var bad *desk.BadRowsError
	var r interface{ RefusesRow() bool }
	return errors.As(err, &bad) || errors.As(err, &r) && r.RefusesRow()
}
