package cli

import (
	"fmt"
	"strings"

	"macrowatch/internal/record/spool"
)

// mentionKept says in one line that runs are kept, after a run that was recorded: the line of one that was not
// says it already. The same is said once a day.
func (a *app) mentionKept(s *spool.Spool, own string) {
	if s == nil {
		return
	}
	if left := s.Undelivered(); !left.Holds(own) && left.Mention(a.Now()) {
		fmt.Fprintf(a.Err, "macrowatch: %s\n", leftText(left))
	}
}

// warnOfKept says in one line that runs are kept that this server can't deliver, unless that was mentioned
// already. It gives what is mentioned now.
func (a *app) warnOfKept(s *spool.Spool, mentioned string) string {
	left := s.Undelivered()
	if kinds := left.Fingerprint(); kinds != mentioned {
		mentioned = kinds
		if kinds != "" {
			fmt.Fprintf(a.Err, "Warning: %s\n", leftText(left))
		}
	}
	return mentioned
}

// leftText says what is left.
func leftText(left spool.Undelivered) string {
	var parts []string
	switch {
	case left.Waiting == 1:
		parts = append(parts, "1 run is kept on this machine until its database takes it")
	case left.Waiting > 1:
		parts = append(parts, fmt.Sprintf("%d runs are kept on this machine until their databases take them", left.Waiting))
	}
	switch {
	case left.SetAside == 1:
		parts = append(parts, "1 kept run is set aside, since it can't be delivered")
	case left.SetAside > 1:
		parts = append(parts, fmt.Sprintf("%d kept runs are set aside, since they can't be delivered", left.SetAside))
	}
	return strings.Join(parts, "; ") + ": macrowatch spool list shows why"
}
