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
	// ErrUnreadable says that a file is no record, and can only be looked at or dropped.
	ErrUnreadable = errors.New("it is not a record")
)

// Retry delivers one kept run to a database, whatever database it was kept for, also one that was set aside.
// An error of the database's about what the run says (Refused) sets it aside with that reason.
func Retry(ctx context.Context, k Kept, to Database) error {
	f, err := k.take()
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := content(f)
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
		_ = os.Remove(k.Path) // delivered again, it changes nothing
		return nil
	}
	if Refused(err) {
		k.in.setAside(k.Path, err)
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

// take locks the run's file, if its folder is still safe to use.
func (k Kept) take() (*os.File, error) {
	if err := k.in.checkPlace(); err != nil {
		return nil, err
	}
	f, err := openLocked(k.Path)
	if err == nil && f == nil {
		err = ErrRecording
	}
	return f, err
}

// ForDatabase gives those of some kept runs that wait for the spool's database, or were set aside by it. See Deliver.
func (s *Spool) ForDatabase(ctx context.Context, kept []Kept) []Kept {
	own := map[string]bool{}
	for _, d := range s.folders(ctx) {
		own[d.dir] = true
	}
	s.mu.Lock()
	at := s.at
	s.mu.Unlock()
	var owned []Kept
	for _, k := range kept {
		if own[k.in.dir] || at != nil && k.Database == "" && k.Target != "" && at.leads(ctx, k.in, k.Target) {
			owned = append(owned, k)
		}
	}
	return owned
}
