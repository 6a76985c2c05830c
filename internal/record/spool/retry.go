package spool

import (
	"context"
	"errors"
	"fmt"
	"os"
)

var (
	// ErrRecording says that a kept run is being recorded, or delivered, by another process.
	ErrRecording = errors.New("it is being recorded now")
	// ErrUnreadable says that a file is no record. A person can only look at it or drop it.
	ErrUnreadable = errors.New("it is not a record")
)

// Retry delivers one kept run to a database, even if it was set aside. It does not check for which database
// the run was kept. If the database refuses the run (see Refused), Retry sets it aside with the reason.
func Retry(ctx context.Context, k Kept, to Database) error {
	f, err := k.take()
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := readContent(f)
	if err != nil {
		return err
	}
	r, err := parse(text)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	run, err := r.run()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	write := to.RunUpsert
	if !run.Status.Terminal() {
		info, err := f.Stat()
		if err != nil {
			return err
		}
		run, write = interrupted(run, info.ModTime()), to.RunInterrupt
	}
	err = write(ctx, run)
	if err == nil {
		_ = os.Remove(k.Path) // if it stays, it is delivered again, which changes nothing
		return nil
	}
	if Refused(err) {
		k.folder.setAside(k.Path, err)
	}
	return err
}

// Drop removes a kept run for good.
func Drop(k Kept) error {
	f, err := k.take()
	if err != nil {
		return err
	}
	defer f.Close()
	return os.Remove(k.Path)
}

// take locks the run's file. It refuses a folder that is no longer safe to use.
func (k Kept) take() (*os.File, error) {
	if err := k.folder.checkSafe(); err != nil {
		return nil, err
	}
	f, err := openLocked(k.Path)
	if err == nil && f == nil {
		err = ErrRecording
	}
	return f, err
}

// ForDatabase returns the kept runs that Deliver would deliver, and the runs in the same folders that were set aside.
func (s *Spool) ForDatabase(ctx context.Context, kept []Kept) []Kept {
	own := map[string]bool{}
	for _, d := range s.deliverableFolders(ctx) {
		own[d.dir] = true
	}
	s.mu.Lock()
	at := s.at
	s.mu.Unlock()
	var owned []Kept
	for _, k := range kept {
		if own[k.folder.dir] || at != nil && k.Database == "" && k.Target != "" && at.leads(ctx, k.folder, k.Target) {
			owned = append(owned, k)
		}
	}
	return owned
}
