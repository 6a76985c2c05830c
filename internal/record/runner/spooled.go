package runner

import (
	"fmt"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/spool"
)

// spooledRun is the run in the spool.
type spooledRun struct {
	dir   string
	next  string       // says what delivers the run if this process can't
	entry *spool.Entry // nil if the spool does not have the run
	// failure is why the spool does not have the run, or does not have its end. It is nil if the spool has both,
	// and if Options asks for no spool.
	failure error
}

// keepInSpool puts the beginning of a run into the spool.
func keepInSpool(opts Options, run desk.Run) spooledRun {
	if opts.Spool == nil {
		return spooledRun{failure: opts.WhyNoSpool}
	}
	entry, err := opts.Spool.Begin(run)
	return spooledRun{dir: opts.Spool.Dir(), next: opts.NextDelivery, entry: entry, failure: err}
}

// send keeps a row. The row of the run's beginning is in the spool already.
func (k *spooledRun) send(run desk.Run) {
	if k.entry != nil && run.Status.Terminal() {
		k.failure = k.entry.End(run)
	}
}

// close ends the use of the spool. failure is why the end of the run was not recorded, or nil if it was. close
// returns what the user must know about that: "" if all went well.
func (k *spooledRun) close(failure error) (warning string) {
	switch {
	case failure == nil && k.entry != nil:
		k.entry.Delivered()
	case k.entry != nil && spool.Refused(failure):
		return fmt.Sprintf("was not recorded: %v; it is kept in %s", failure, k.entry.SetAside(failure))
	case k.entry != nil:
		k.entry.Postpone(failure)
	}
	switch {
	case failure == nil && k.failure != nil:
		return fmt.Sprintf("was recorded, but would have been lost if the database had been away: %v", k.failure)
	case failure == nil:
		return ""
	case k.failure != nil && k.failure.Error() != failure.Error():
		return fmt.Sprintf("was not recorded: %v; nor is it kept: %v", failure, k.failure)
	case k.entry == nil:
		return fmt.Sprintf("was not recorded: %v", failure)
	}
	return fmt.Sprintf("was not recorded yet: %v; it is kept in %s, and %s", failure, k.dir, k.next)
}
