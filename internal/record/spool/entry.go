package spool

import (
	"fmt"
	"os"
	"sync"
	"time"

	"macrowatch/internal/desk"
)

// Entry is a run that this process records. It is used by one goroutine at a time, and is closed by
// Delivered, Release or SetAside.
type Entry struct {
	in    folder
	path  string
	run   desk.Run // as it was kept last
	file  *os.File // locked
	stop  chan struct{}
	beats sync.WaitGroup
}

// startBeating touches the file at regular intervals. The times that it sets are by this machine's clock, as
// the run's beginning is. A disk on another machine would set the times of that machine's clock.
func (e *Entry) startBeating() {
	e.stop = make(chan struct{})
	e.touch()
	e.beats.Go(func() {
		ticks := time.NewTicker(e.in.opts.Heartbeat)
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

// touch notes that the recorder is alive. Where that fails the run's end will be an earlier touch,
// which is true as well.
func (e *Entry) touch() {
	now := e.in.opts.Now()
	_ = os.Chtimes(e.path, now, now)
}

func (e *Entry) stopBeating() {
	if e.stop != nil {
		close(e.stop)
		e.beats.Wait()
		e.stop = nil
	}
}

// End keeps the end of the run in place of its beginning. When it returns without an error the end
// will be recorded whatever happens to this process.
func (e *Entry) End(run desk.Run) error {
	e.stopBeating()
	e.run = run
	f, err := e.in.place(e.path, run, "")
	if f != nil {
		_ = e.file.Close()
		e.file = f
	}
	if f == nil && e.overwrite(run) == nil {
		return nil
	}
	if err != nil {
		return folderError(e.in.dir, err)
	}
	return nil
}

// overwriteMost is what the least block of usual file systems holds.
const overwriteMost = 4096

// overwrite writes the end of the run over its beginning, where there is no room for another file:
// on most file systems the block is there already. The message is what may be dropped.
func (e *Entry) overwrite(run desk.Run) error {
	text, err := e.in.encode(run, "")
	if err == nil && len(text) > overwriteMost {
		run.ErrorMessage = ""
		text, err = e.in.encode(run, "")
	}
	if err != nil {
		return err
	}
	if !isAt(e.file, e.path) {
		return fmt.Errorf("the file %s is gone", e.path)
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

// Delivered ends the entry of a record that the database has.
func (e *Entry) Delivered() {
	e.stopBeating()
	_ = os.Remove(e.path) // delivered again by somebody else, it changes nothing
	_ = e.file.Close()
}

// Release leaves the record to whoever delivers it, as the end of this process does. Tests of the spool
// and of exec call it in place of ending a process.
func (e *Entry) Release() {
	e.stopBeating()
	_ = e.file.Close()
}

// Postpone is Release for a record that could not be delivered, and notes why, for whoever looks at what is
// kept.
func (e *Entry) Postpone(why error) {
	e.stopBeating()
	if f, _ := e.in.place(e.path, e.run, why.Error()); f != nil { // else it is kept without the reason
		_ = f.Close()
	}
	_ = e.file.Close()
}

// SetAside ends the entry of a record that the database refuses for what it says, see Refused. It
// gives the file in which it is kept for a person to look at.
func (e *Entry) SetAside(why error) string {
	e.stopBeating()
	defer e.file.Close()
	return e.in.setAside(e.path, why)
}
