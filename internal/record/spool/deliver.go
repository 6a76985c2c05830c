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

// Database takes the records.
type Database interface {
	// RunUpsert writes runs, all or none, durably.
	RunUpsert(ctx context.Context, runs ...desk.Run) error
	// RunInterrupt writes the ends of runs whose recorder died, all or none, durably. A run that is
	// over already stays as it is.
	RunInterrupt(ctx context.Context, runs ...desk.Run) error
}

// batch is how many records are written at once, and how many files are open.
const batch = 100

// Deliver writes to the database what waits for it and is nobody's, oldest first, and returns how many
// records it delivered. Records that the database refuses are set aside; another error of its ends
// the delivery, and what is left waits on. A record that can't be read or set aside is an error after the
// others are delivered. Where nothing was ever kept it does nothing.
//
// What waits for the database is what was kept for this spool's target and for those of Options.FormerSpools. Once
// Reached has said which database the target leads to, it is also what was kept for the same database under
// other targets.
func (s *Spool) Deliver(ctx context.Context, to Database) (delivered int, err error) {
	var stuck error
	for _, from := range s.folders(ctx) {
		n, left, err := from.deliver(ctx, to)
		delivered += n
		if err != nil {
			return delivered, err
		}
		stuck = cmp.Or(stuck, left)
	}
	return delivered, stuck
}

// deliver delivers the records that wait in a folder. stuck says why a record could not be delivered and
// stays; err ends the delivery.
func (d folder) deliver(ctx context.Context, to Database) (delivered int, stuck, err error) {
	if err := d.checkPlace(); err != nil {
		return 0, nil, fmt.Errorf("deliver the records that wait: %w", err)
	}
	names, err := listNames(d.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, fmt.Errorf("read the records that wait: %w", err)
	}
	var waiting []string
	for _, name := range names {
		switch {
		case isRecord(name):
			waiting = append(waiting, name)
		case strings.HasPrefix(name, newPrefix):
			d.removeLeftover(name)
		}
	}
	slices.Sort(waiting) // exec's IDs sort by time
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

// claim is a record that this process may deliver, since it holds its lock.
type claim struct {
	path string
	file *os.File
	run  desk.Run
}

func (d folder) deliverSome(ctx context.Context, to Database, names []string) (delivered int, stuck, err error) {
	var over, cut []claim
	defer func() {
		for _, c := range append(over, cut...) {
			_ = c.file.Close()
		}
	}()
	for _, name := range names {
		c, ok, left := d.claim(filepath.Join(d.dir, name))
		stuck = cmp.Or(stuck, left)
		switch {
		case !ok:
		case c.run.Status.Terminal():
			over = append(over, c)
		default:
			if info, err := c.file.Stat(); err == nil {
				c.run = interrupted(c.run, info.ModTime())
			}
			cut = append(cut, c)
		}
	}
	n, err := d.write(ctx, to.RunUpsert, over)
	if err != nil {
		return n, stuck, err
	}
	m, err := d.write(ctx, to.RunInterrupt, cut)
	return n + m, stuck, err
}

// claim takes a record if it is nobody's. What is not a record is set aside; one that can't even be read
// is an error.
func (d folder) claim(path string) (c claim, ok bool, err error) {
	f, err := openLocked(path)
	if errors.Is(err, syscall.EISDIR) || errors.Is(err, syscall.ELOOP) {
		d.opts.Logger.Info("what is no file among the kept runs is left alone", "path", path)
		return claim{}, false, nil
	}
	if err != nil {
		return claim{}, false, fmt.Errorf("read a run that was kept: %w", err)
	}
	if f == nil {
		return claim{}, false, nil
	}
	text, err := content(f)
	if err != nil {
		_ = f.Close()
		return claim{}, false, fmt.Errorf("read a run that was kept: %w", err)
	}
	run, err := d.decode(text)
	if err == nil {
		return claim{path, f, run}, true, nil
	}
	defer f.Close()
	if errors.Is(err, errLater) {
		d.opts.Logger.Info("a kept run was left alone", "file", path, "reason", err)
		return claim{}, false, nil
	}
	d.warn(d.setAside(path, err), err)
	return claim{}, false, nil
}

// write writes records in one go and removes them. Where the database refuses one, halves are tried,
// so that the others get through.
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
			_ = os.Remove(c.path) // delivered again, it changes nothing
		}
		return len(claims), nil
	case !Refused(err):
		return 0, err
	case len(claims) == 1:
		d.warn(d.setAside(claims[0].path, err), err)
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

// Refused reports whether an error of the database is about what a record says, so that trying it
// again can't help, ever: a broken constraint, say. Such an error has a method RefusesRow() bool that
// gives true.
func Refused(err error) bool {
	var bad *desk.BadRowsError
	var r interface{ RefusesRow() bool }
	return errors.As(err, &bad) || errors.As(err, &r) && r.RefusesRow()
}
