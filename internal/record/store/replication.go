package store

import (
	"context"
	"fmt"
	"time"
)

// LogPlace is a place in the log that PostgreSQL writes before anything else, in bytes from its beginning. A standby that has
// replayed the log up to a place has everything that was committed before the primary reached it.
type LogPlace int64

// String writes the place as PostgreSQL does, such as "0/3000148".
func (p LogPlace) String() string { return fmt.Sprintf("%X/%X", uint64(p)>>32, uint32(p)) }

// Standing is how far a server is in the log.
type Standing struct {
	// Standby is true on a server that replays the log of another one.
	Standby bool
	// Place is the end of what a standby has replayed, or of what a primary has put into its log.
	Place LogPlace
	// Started is when the server started. Two servers of one cluster can be told apart by it.
	Started time.Time
}

// standing asks for a Standing. What a primary has put into its log may not be on its disk yet, so the end of what is on its disk
// is asked for too.
const standing = `SELECT pg_is_in_recovery(),
    pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END, '0/0')::bigint,
    pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_wal_flush_lsn() END, '0/0')::bigint,
    pg_postmaster_start_time()`

// Standing asks how far the server is in the log. The error is an *Error.
func (h *Health) Standing(ctx context.Context) (Standing, error) {
	var found Standing
	var place, flushed *int64
	if err := h.row(ctx, standing, &found.Standby, &place, &flushed, &found.Started); err != nil {
		return Standing{}, fmt.Errorf("ask how far the server is in its log: %w", err)
	}
	if place != nil {
		found.Place = LogPlace(*place)
	}
	if flushed != nil {
		found.Place = endOfLog(found.Place, LogPlace(*flushed))
	}
	return found, nil
}

const (
	logPage    = 8192    // the bytes of a page of the log
	logFile    = 1 << 20 // the bytes of the smallest file of the log; larger ones are a power of two times as large
	pageHeader = 24      // the bytes at the beginning of a page before its first record
	fileHeader = 40      // the same in the first page of a file
)

// endOfLog returns the end of the last record in a primary's log. If that record fills its page, the next record will begin behind
// the header of the next page, and PostgreSQL says that place. A standby then says the end of the page.
func endOfLog(next, flushed LogPlace) LogPlace {
	if gap := next - flushed; gap == pageHeader && flushed%logPage == 0 || gap == fileHeader && flushed%logFile == 0 {
		return flushed
	}
	return next
}

// ChangesCounted returns the count of what processes of macrowatch have written. All servers of a database see the same, and a
// standby can be asked for it too. It is "" if nothing was written yet.
func (s *Store) ChangesCounted(ctx context.Context) (string, error) {
	count, _, err := s.Setting(ctx, settingChanges)
	return count, err
}

// RequireReplicaOf returns an error unless this store leads to the same database as that of a primary, or to a standby of it, and
// its login may read the desk's tables there. It is NotMigrated if the standby has not replayed the newest tables yet.
func (s *Store) RequireReplicaOf(ctx context.Context, primary *Store) error {
	var login string
	if err := s.pool.QueryRow(ctx, `SELECT session_user::text`).Scan(&login); err != nil {
		return translate(err)
	}
	if elsewhere, err := s.isElsewhere(ctx, primary); err != nil {
		return err
	} else if elsewhere {
		return &Error{Kind: BadURL, Sentence: "it is no replica of the database that is written: it has another database, or another schema"}
	}
	all, err := MigrationStatus(ctx, s.pool)
	if err != nil {
		return err
	}
	if CountMissing(all) > 0 {
		return &Error{Kind: NotMigrated, Sentence: "it has not replayed this version's tables yet"}
	}
	return s.requireReading(ctx, login)
}
