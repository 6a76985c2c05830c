package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

const (
	// oldestVersion is the oldest PostgreSQL that macrowatch works with, as server_version_num has it.
	oldestVersion = 150000
	// slowRoundTrip is how long a small question may take before panels feel slow.
	slowRoundTrip = 100 * time.Millisecond
	// skewWarning and skewProblem are how far the clocks of this machine and of the database may differ. The
	// times of runs come from the clock of the machine that runs exec, and "the last 24 hours" are counted by the
	// clock of the machine that runs serve.
	skewWarning = 2 * time.Second
	skewProblem = time.Minute
	// fullSessions is the share of the server's connections that may be in use.
	fullSessions = 0.9
	// futureGrace is how far ahead of the database's clock a row may be.
	futureGrace = 5 * time.Minute
)

// Database looks at an open database. The findings are in the order of the checks; a check that can't be made is a
// finding too.
func Database(ctx context.Context, s *store.Store, now func() time.Time) []Finding {
	before := now()
	c, err := s.Condition(ctx)
	if err != nil {
		return []Finding{{"database", Problem, err.Error(), "See docs/postgresql.md, When something is wrong."}}
	}
	after := now()
	found := []Finding{server(c), connection(c), clock(c, before, after), sessions(c)}
	found = append(found, tables(ctx, s)...)
	if Worst(found[len(found)-1:]) == Problem {
		return found // without the tables there is nothing more to look at
	}
	found = append(found, adopted(ctx, s, c.Clock)...)
	found = append(found, summaries(ctx, s)...)
	found = append(found, contents(ctx, s, c)...)
	return append(found, exposure(ctx, s, c)...)
}

// server looks at the version of PostgreSQL.
func server(c store.Condition) Finding {
	text := "PostgreSQL " + c.VersionText
	switch {
	case c.Timescale != "":
		text += " with TimescaleDB " + c.Timescale
	case c.TimescaleAvailable:
		text += "; TimescaleDB is installed on the server and not used in this database"
	}
	text += fmt.Sprintf(", encoding %s, %s", c.Encoding, bytes(c.Bytes))
	if c.Version < oldestVersion {
		return Finding{"server", Problem, text, "Upgrade the server: macrowatch works with PostgreSQL 15 or newer."}
	}
	return Finding{Check: "server", Text: text}
}

// connection looks at the way to the server.
func connection(c store.Condition) Finding {
	text := fmt.Sprintf("as %s, %s for a question and its answer", c.Login, c.RoundTrip.Round(100*time.Microsecond))
	if c.Pooled {
		text += ", through a connection pooler"
	}
	switch {
	case c.Standby:
		return Finding{"connection", Warning, text + ", to a standby", "A standby shows the record and takes none: give exec, import and risk the primary."}
	case c.RoundTrip > slowRoundTrip:
		return Finding{"connection", Warning, text, "Run serve near the database: each panel needs several round trips."}
	}
	return Finding{Check: "connection", Text: text}
}

// clock compares the database's clock with this machine's clock. The times `before` and `after` are what this
// machine's clock showed before and after the question to the database.
func clock(c store.Condition, before, after time.Time) Finding {
	skew := time.Duration(0)
	switch {
	case c.Clock.Before(before):
		skew = before.Sub(c.Clock)
	case c.Clock.After(after):
		skew = c.Clock.Sub(after)
	}
	if skew < skewWarning {
		return Finding{Check: "clock", Text: "the database and this machine agree"}
	}
	severity, which := Warning, "ahead of"
	if skew >= skewProblem {
		severity = Problem
	}
	if c.Clock.Before(before) {
		which = "behind"
	}
	return Finding{"clock", severity, fmt.Sprintf("the database's clock is %s %s this machine's", skew.Round(time.Second), which),
		"Set both clocks by NTP: runs are stamped with this machine's time and read by the database's."}
}

// sessions looks at how many clients the server can still take.
func sessions(c store.Condition) Finding {
	text := fmt.Sprintf("%d of the server's %d connections are in use", c.Sessions, c.MaxSessions)
	if float64(c.Sessions) >= fullSessions*float64(c.MaxSessions) {
		return Finding{"connections", Warning, text, "Raise max_connections, or put a pooler before the server."}
	}
	return Finding{Check: "connections", Text: text}
}

// tables looks whether this version's tables are there.
func tables(ctx context.Context, s *store.Store) []Finding {
	all, err := store.MigrationStatus(ctx, s.Pool())
	if err != nil {
		return []Finding{{"tables", Problem, err.Error(), "Use the macrowatch that made these tables, or a newer one."}}
	}
	if missing := store.CountMissing(all); missing > 0 {
		return []Finding{{"tables", Problem, fmt.Sprintf("%d of %d migrations are missing", missing, len(all)),
			"Run macrowatch migrate as the owner of the tables."}}
	}
	return []Finding{{Check: "tables", Text: fmt.Sprintf("all %d migrations are applied", len(all))}}
}

// adopted looks at the tables that another tool made, and at the words and rows in them that macrowatch can't read.
func adopted(ctx context.Context, s *store.Store, now time.Time) []Finding {
	all, err := store.AdoptedTables(ctx, s.Pool())
	if err != nil {
		return []Finding{{"tables of other tools", Problem, err.Error(), "See docs/postgresql.md."}}
	}
	var found []Finding
	for _, t := range all {
		check := "table " + t.Name
		switch {
		case len(t.Problems) > 0:
			found = append(found, Finding{check, Problem, "another tool made it, and it does not fit: " + strings.Join(t.Problems, "; "),
				"Change these columns, or give macrowatch a schema of its own."})
			continue
		case t.ReadOnly != "":
			found = append(found, Finding{check, Warning, "another tool made it, and macrowatch only reads it: " + t.ReadOnly,
				"Leave it so if that tool writes it; otherwise mend what is named."})
		default:
			found = append(found, Finding{Check: check, Text: "another tool made it; macrowatch reads and writes it"})
		}
		found = append(found, unknownWords(ctx, s, t)...)
	}
	if len(all) > 0 {
		found = append(found, unusableRows(ctx, s, now)...)
	}
	return found
}

// namedWords is how many unknown words are named; the others are counted.
const namedWords = 5

// unknownWords names the statuses or directions in a table whose meaning is not known.
func unknownWords(ctx context.Context, s *store.Store, t store.AdoptedTable) []Finding {
	subject, words, err := store.FoundWords(ctx, s.Pool(), t)
	if err != nil {
		return []Finding{{"words of " + t.Name, Problem, err.Error(), "See docs/words.md."}}
	}
	var unknown []string
	for _, w := range words {
		if w.Meaning == "" && w.Text != "" {
			unknown = append(unknown, fmt.Sprintf("%.40q (%s)", w.Text, rows(w.Rows)))
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	more := ""
	if n := len(unknown) - namedWords; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
		unknown = unknown[:namedWords]
	}
	return []Finding{{"words of " + t.Name, Warning, fmt.Sprintf("unknown as a %s: %s%s", subject, strings.Join(unknown, ", "), more),
		"Say in a --words-file what they mean (docs/words.md)."}}
}

// unusableDays is how many days back the check looks at rows of the book.
const unusableDays = 400

// unusableRows counts rows that no number can be computed from.
func unusableRows(ctx context.Context, s *store.Store, now time.Time) []Finding {
	left, err := s.LeftOut(ctx, now.AddDate(0, 0, -unusableDays), now.AddDate(100, 0, 0), nil)
	if err != nil {
		return []Finding{{"rows", Problem, err.Error(), "See docs/postgresql.md."}}
	}
	byTable := map[string][]desk.LeftOut{}
	var names []string
	for _, l := range left {
		if byTable[l.Table] == nil {
			names = append(names, l.Table)
		}
		byTable[l.Table] = append(byTable[l.Table], l)
	}
	var found []Finding
	for _, name := range names {
		found = append(found, Finding{"rows of " + name, Warning, desk.LeftOutSentence(byTable[name]),
			"Correct them: panels and risk leave them out (Pipeline Health, Rows Left Out)."})
	}
	return found
}
