package runner

import (
	"fmt"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/spool"
)

// kept is the run in the spool.
type kept struct {
	dir   string
	next  string       // what delivers the run, where this process can't
	entry *spool.Entry // nil where the spool does not have the run
	// failure is why the spool doesn't have the run, or its end; nil where it has, and where there is
	// meant to be no spool.
	failure error
}

func keep(opts Options, run desk.Run) kept {
	if opts.Spool == nil {
		return kept{failure: opts.WhyNoSpool}
	}
	entry, err := opts.Spool.Begin(run)
	return kept{dir: opts.Spool.Dir(), next: opts.NextDelivery, entry: entry, failure: err}
}

// send keeps a row; the run's beginning is kept already.
func (k *kept) send(run desk.Run) {
	if k.entry != nil && run.Status.Terminal() {
		k.failure = k.entry.End(run)
	}
}

// close ends the use of the spool and returns what is to be said, given what kept the end of the run
// from being recorded, or nil.
func (k *kept) close(failure error) (warning string) {
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
