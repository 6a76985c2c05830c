package spool

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"macrowatch/internal/desk"
)

// Entry is a run that this process records. Only one goroutine may use it at a time. One of Delivered, Postpone
// and SetAside must be the last call.
type Entry struct {
	folder folder
	path   string
	run    desk.Run // as it was last written
	file   *os.File // locked
	stop   chan struct{}
	beats  sync.WaitGroup
}

// startBeating touches the file at regular intervals. It sets the file's time by this machine's clock, because
// the run's beginning is by this clock too. If the disk is another machine's, that machine's clock may differ.
func (e *Entry) startBeating() {
	e.stop = make(chan struct{})
	e.touch()
	e.beats.Go(func() {
		ticks := time.NewTicker(e.folder.opts.Heartbeat)
		defer ticks.Stop()
		for {
			select {
			case <-e.stop:
				return
			case <-ticks.C:
				e.touch()
			}
		}
	})
}

// touch notes that the recorder is alive. If it fails, an interrupted run ends at the touch before, when the
// recorder was alive too.
func (e *Entry) touch() {
	now := e.folder.opts.Now()
	_ = os.Chtimes(e.path, now, now)
}

func (e *Entry) stopBeating() {
	if e.stop != nil {
		close(e.stop)
		e.beats.Wait()
		e.stop = nil
	}
}

// End writes the end of the run behind its beginning. When it returns without an error, the end will be recorded,
// whatever happens to this process.
//
// It does not wait for the disk, because the database has the end a moment later, or Postpone writes it again and waits. If
// the machine stops in between, the file has the beginning at least.
func (e *Entry) End(run desk.Run) error {
	e.stopBeating()
	e.run = run
	if e.append(run) == nil {
		return nil
	}
	f, err := e.folder.writeLocked(e.path, run, "")
	if f != nil {
		_ = e.file.Close()
		e.file = f
	}
	if f == nil && e.overwrite(run) == nil {
		return nil
	}
	if err != nil {
		return folderError(e.folder.dir, err)
	}
	return nil
}

// append writes a record behind what the file has, or nothing.
func (e *Entry) append(run desk.Run) error {
	text, err := e.folder.encode(run, "")
	if err != nil {
		return err
	}
	if !isAt(e.file, e.path) {
		return errGone(e.path)
	}
	before, err := e.file.Stat()
	if err != nil {
		return err
	}
	if _, err = e.file.WriteAt(text, before.Size()); err != nil {
		return errors.Join(err, e.file.Truncate(before.Size()))
	}
	return nil
}

func errGone(path string) error { return fmt.Errorf("the file %s is gone", path) }

// maxOverwriteBytes is the smallest block of the usual file systems.
const maxOverwriteBytes = 4096

// overwrite writes the end of the run over its beginning. It is for a full disk, which has no room for
// another file. Most file systems have given this file a whole block already, so its content can grow up to
// that size. An error message that does not fit into the block is left out.
func (e *Entry) overwrite(run desk.Run) error {
	text, err := e.folder.encode(run, "")
	if err == nil && len(text) > maxOverwriteBytes {
		run.ErrorMessage = ""
		text, err = e.folder.encode(run, "")
	}
	if err != nil {
		return err
	}
	if !isAt(e.file, e.path) {
		return errGone(e.path)
	}
	n, err := e.file.WriteAt(text, 0)
	if err == nil {
		err = e.file.Truncate(int64(n))
	}
	if err == nil {
		err = e.file.Sync()
	}
	return err
}

// Delivered removes the record, since the database has it.
func (e *Entry) Delivered() {
	e.stopBeating()
	_ = os.Remove(e.path) // if it stays, somebody delivers it again, which changes nothing
	_ = e.file.Close()
}

// Postpone leaves the record to whoever delivers it next, and writes into it why it could not be delivered now.
func (e *Entry) Postpone(why error) {
	e.stopBeating()
	if f, _ := e.folder.writeLocked(e.path, e.run, why.Error()); f != nil { // otherwise the record stays without the reason
		_ = f.Close()
	}
	_ = e.file.Close()
}

// SetAside keeps a record that the database refuses (see Refused) for a person to look at, and returns the
// path of its file.
func (e *Entry) SetAside(why error) string {
	e.stopBeating()
	defer e.file.Close()
	return e.folder.setAside(e.path, why)
}
