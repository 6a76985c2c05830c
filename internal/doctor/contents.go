package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// contents looks at the rights on the desk's tables, and at how new their rows are.
func contents(ctx context.Context, s *store.Store, c store.Condition) []Finding {
	all, err := s.TableConditions(ctx)
	if err != nil {
		return []Finding{{"rights", Problem, err.Error(), "See docs/postgresql.md."}}
	}
	workdays, err := s.Rules().Workdays()
	if err != nil {
		return []Finding{rights(all, c), {"calendar", Problem, err.Error(), "Name a market that is known in the desk file; see docs/desk-file.md."}}
	}
	found := []Finding{rights(all, c)}
	var empty []string
	for _, t := range all {
		switch {
		case !t.Reads:
		case t.Newest.IsZero():
			empty = append(empty, t.Table)
		default:
			found = append(found, age(s.Rules(), workdays, t, c.Clock))
		}
	}
	if len(empty) > 0 {
		found = append(found, Finding{"empty tables", Warning, strings.Join(empty, ", "),
			"Record into them: macrowatch exec records runs, macrowatch import takes files, macrowatch risk computes the risk."})
	}
	return found
}

// rights says which tables the login may not read or write.
func rights(all []store.TableCondition, c store.Condition) Finding {
	var unread, unwritten []string
	for _, t := range all {
		switch {
		case !t.Reads:
			unread = append(unread, t.Table)
		case !t.Writes:
			unwritten = append(unwritten, t.Table)
		}
	}
	switch {
	case len(unread) > 0:
		return Finding{"rights", Problem, fmt.Sprintf("%s may not read %s", c.Login, strings.Join(unread, ", ")),
			"Run macrowatch migrate --reader-role " + c.Login + " as the owner of the tables."}
	case len(unwritten) > 0 && !c.Standby:
		return Finding{"rights", Warning, fmt.Sprintf("%s may read and not write %s", c.Login, strings.Join(unwritten, ", ")),
			"Leave it so for a login that only looks; exec, import and risk need one that may write."}
	case c.Superuser:
		return Finding{"rights", Warning, c.Login + " is a superuser", "Give serve a login of its own that owns nothing else."}
	}
	return Finding{Check: "rights", Text: c.Login + " may read and write the desk's tables"}
}

// age says how new a table's rows are.
func age(rules desk.Rules, workdays *desk.Workdays, t store.TableCondition, now time.Time) Finding {
	check := "newest of " + t.Table
	at := t.Newest.In(rules.Location()).Format("2006-01-02 15:04")
	if t.Daily {
		at = t.Newest.In(rules.Location()).Format(time.DateOnly)
	}
	switch {
	case t.Newest.After(now.Add(grace(t))):
		return Finding{check, Warning, fmt.Sprintf("%s, which is after the database's clock", at),
			"Look for a row with a wrong date or a time zone that was left out."}
	case workdays.Stale(t.Newest, now):
		return Finding{check, Warning, fmt.Sprintf("%s, %s ago", at, days(now.Sub(t.Newest))), "See whether the step that writes it still runs."}
	}
	return Finding{Check: check, Text: at}
}

// grace is how far ahead of the database's clock a table's newest time may be. It is a whole day for a table that has
// only dates, because a date counts as the end of its day, which may still be to come.
func grace(t store.TableCondition) time.Duration {
	if t.Daily {
		return 24 * time.Hour
	}
	return futureGrace
}

// exposure reports what logins that should only read can do besides reading.
func exposure(ctx context.Context, s *store.Store, c store.Condition) []Finding {
	e, err := store.FindExposure(ctx, s.Pool())
	if err != nil {
		return []Finding{{"reading logins", Problem, err.Error(), "See docs/reader-login.md."}}
	}
	var found []Finding
	for _, w := range e.Warnings() {
		found = append(found, Finding{"reading logins", Warning, w, "See docs/reader-login.md."})
	}
	if len(found) == 0 {
		text := "none is noted"
		if len(e.Readers) > 0 {
			text = store.Enumerate(e.Readers) + " can only read"
		}
		found = append(found, Finding{Check: "reading logins", Text: text})
	}
	return found
}
