package cli

import (
	"fmt"
	"strings"

	"macrowatch/internal/record/spool"
)

// mentionKept says in one line that runs are kept on this machine. exec calls it after a run, whose ID is `own`.
// mentionKept prints nothing if that run is among the kept runs, because exec has reported it already. It prints
// the same line only once a day.
func (a *app) mentionKept(s *spool.Spool, own string) {
	if s == nil {
		return
	}
	if left := s.Undelivered(); !left.Holds(own) && left.Mention(a.Now()) {
		fmt.Fprintf(a.Err, "macrowatch: %s\n", leftText(left))
	}
}

// warnOfKept warns of kept runs that this server can't deliver. It returns a text that changes when there is
// something new to warn of. The argument `mentioned` is the text that the last call returned. If it is still
// the same, warnOfKept prints nothing.
func (a *app) warnOfKept(s *spool.Spool, mentioned string) string {
	left := s.Undelivered()
	if kinds := left.Fingerprint(); kinds != mentioned {
		mentioned = kinds
		if kinds != "" {
			a.warn(leftText(left))
		}
	}
	return mentioned
}

// leftText says how many runs are kept, and why.
func leftText(left spool.Undelivered) string {
	var parts []string
	if left.Waiting > 0 {
		parts = append(parts, counted(left.Waiting, "run is kept on this machine until its database takes it",
			"runs are kept on this machine until their databases take them"))
	}
	if left.SetAside > 0 {
		parts = append(parts, counted(left.SetAside, "kept run is set aside, since it can't be delivered",
			"kept runs are set aside, since they can't be delivered"))
	}
	return strings.Join(parts, "; ") + ": macrowatch spool list shows why"
}
