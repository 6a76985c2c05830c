package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"macrowatch/internal/desk"
)

const (
	// Only one program at a time removes old rows. The lock belongs to a transaction, because behind a connection pooler a
	// lock of the session would be lost. The transaction has no snapshot while it is idle, so it holds no vacuum up.
	retentionTurn    = `SET LOCAL idle_in_transaction_session_timeout = 0`
	retentionTurnTry = `SELECT pg_try_advisory_xact_lock(hashtextextended('macrowatch retention', 0))`

	// A generic plan would not know how many rows lie between the two times.
	retentionLimits = `SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '10min'; SET LOCAL plan_cache_mode = force_custom_plan`

	// What stays of a day depends on its other rows, so nobody writes meanwhile. Everybody reads.
	retentionLock = `LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE`

	retentionDropChunks = `SELECT count(*) FROM %s.drop_chunks(relation => to_regclass($1), older_than => $3::timestamptz, newer_than => $2::timestamptz)`
)

// ErrRetainedElsewhere is in the error of Retain if another program removes old rows now.
var ErrRetainedElsewhere = errors.New("another program removes old rows")

// RetainOptions of Retain. The zero value is the default.
type RetainOptions struct {
	// BatchRows is about how many rows are removed in one transaction. The default is 10,000.
	BatchRows int64
	// Removed is called after each transaction with what it removed. It may be nil.
	Removed func([]RetentionPart)
	// Pause is how long Retain waits before it tries again what a lock has prevented. The default is a second.
	Pause time.Duration
}

const (
	retentionBatch    = 10_000
	retentionPause    = time.Second
	retentionAttempts = 10 // so often, locks may prevent one transaction
	day24             = 24 * time.Hour
	longestWindow     = 366 * day24
	quickWindow       = 100 * time.Millisecond
	slowWindow        = 500 * time.Millisecond
)

// Retain removes what some rules say, in short transactions. If it ends early, what it has removed stays removed, and the
// next call goes on. It returns what it removed, also together with an error. The error is of the kind Forbidden if this
// login may not delete, and then nothing is removed; of the kind Busy if another program removes old rows now.
func (s *Store) Retain(ctx context.Context, rules []desk.RetentionRule, now time.Time, o RetainOptions) ([]RetentionPart, error) {
	if o.BatchRows <= 0 {
		o.BatchRows = retentionBatch
	}
	if o.Pause <= 0 {
		o.Pause = retentionPause
	}
	if err := s.RetentionAllowed(ctx, rules); err != nil {
		return nil, err
	}
	turn, err := s.takeRetentionTurn(ctx)
	if err != nil {
		return nil, fmt.Errorf("remove old rows: %w", err)
	}
	defer turn.end()
	works, parts, err := s.retentionWorks(ctx, s.pool, rules, now)
	if err != nil {
		return nil, fmt.Errorf("remove old rows: %w", translate(err))
	}
	r := &retainer{store: s, options: o, turn: turn}
	for _, w := range works {
		err := r.do(unlimited(ctx), w)
		if len(r.removed) > 0 && r.removed[0].Rows > 0 {
			s.settleMany(ctx, w.Name, desk.Counts{Removed: r.removed[0].Rows})
			s.announce(ctx, w.Name)
		}
		parts = append(parts, r.removed...)
		if err != nil {
			return parts, fmt.Errorf("remove old rows of %s: %w", w.Name, translate(err))
		}
	}
	return parts, nil
}

// retentionTurnHolder holds the turn to remove old rows.
type retentionTurnHolder struct {
	own ownConnection
	tx  pgx.Tx
}

// takeRetentionTurn makes sure that no other program removes old rows until the turn ends.
func (s *Store) takeRetentionTurn(ctx context.Context) (*retentionTurnHolder, error) {
	h := &retentionTurnHolder{own: ownConnection{pool: s.pool}}
	mine := false
	conn, err := h.own.get(ctx)
	if err == nil {
		h.tx, err = conn.Begin(ctx)
	}
	if err == nil {
		_, err = h.tx.Exec(ctx, retentionTurn)
	}
	if err == nil {
		err = h.tx.QueryRow(ctx, retentionTurnTry).Scan(&mine)
	}
	if err != nil {
		h.end()
		if errors.Is(err, errNoRoom) {
			return nil, &Error{Kind: Busy, Sentence: "PostgreSQL has no connection left for this login", cause: err}
		}
		return nil, translate(err)
	}
	if !mine {
		h.end()
		return nil, &Error{Kind: Busy, Sentence: "another macrowatch is removing old rows from this database now", cause: ErrRetainedElsewhere}
	}
	return h, nil
}

// held returns an error if the turn was lost with its connection.
func (h *retentionTurnHolder) held(ctx context.Context) error {
	_, err := h.tx.Exec(ctx, "SELECT")
	return err
}

// end gives the turn to others.
func (h *retentionTurnHolder) end() {
	if h.tx != nil {
		ctx, cancel := context.WithTimeout(context.Background(), defaultConnectTimeout)
		defer cancel()
		_ = h.tx.Rollback(ctx) // once it has answered, the next one gets the turn at once
	}
	h.own.close()
}

// retainer removes rows.
type retainer struct {
	store   *Store
	options RetainOptions
	turn    *retentionTurnHolder
	removed []RetentionPart // by the present work: the part of its table, and those of the details
}

// do does one work.
func (r *retainer) do(ctx context.Context, w retentionWork) error {
	r.removed = w.parts()
	for _, c := range w.chunks {
		if err := r.dropChunk(ctx, w, c); err != nil {
			return err
		}
	}
	return r.walk(ctx, w)
}

// walk goes through the time from the oldest row on, window by window. A window is as long as it can be looked through
// quickly, and has not many more rows to remove than a batch.
func (r *retainer) walk(ctx context.Context, w retentionWork) error {
	length := day24
	for from := w.from; ; {
		oldest, err := r.oldest(ctx, w, from)
		if err != nil || oldest.IsZero() {
			return err
		}
		to := oldest.Add(length)
		if to.After(w.before) {
			to = w.before
		}
		began := time.Now()
		var doomed int64
		var first, last *time.Time
		if err := r.ask(ctx, w.counting(oldest, to), &doomed, &first, &last); err != nil {
			return err
		}
		spent := time.Since(began)
		if length > day24 && (spent > slowWindow || doomed > 2*r.options.BatchRows) {
			length = max(length/2, day24)
			if doomed > 2*r.options.BatchRows {
				continue
			}
		}
		for doomed > 0 {
			removed, err := r.batch(ctx, w, oldest, to)
			if err != nil {
				return err
			}
			if doomed -= removed; removed == 0 {
				break
			}
		}
		if spent < quickWindow && doomed < r.options.BatchRows/2 {
			length = min(2*length, longestWindow)
		}
		from = to
	}
}

// oldest returns the time of the first row from a time on that is old enough, or zero if there is none.
func (r *retainer) oldest(ctx context.Context, w retentionWork, from time.Time) (time.Time, error) {
	var at *time.Time
	err := r.ask(ctx, fmt.Sprintf("SELECT min(r.%s)::timestamptz FROM %s r WHERE %s", w.at, w.Name, w.window(from, w.before)), &at)
	if err != nil || at == nil {
		return time.Time{}, err
	}
	return *at, nil
}

// ask runs a query that returns one row, with the time limits of a batch.
func (r *retainer) ask(ctx context.Context, sql string, into ...any) error {
	return pgx.BeginFunc(ctx, r.store.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, retentionLimits); err != nil {
			return err
		}
		return tx.QueryRow(ctx, sql).Scan(into...)
	})
}

// batch removes up to a batch of rows between two times, and returns how many rows of the table it was.
func (r *retainer) batch(ctx context.Context, w retentionWork, from, to time.Time) (int64, error) {
	var rows int64
	err := r.transaction(ctx, w, func(tx pgx.Tx) ([]RetentionPart, error) {
		var first, last *time.Time
		var details []int64
		if w.thinned {
			if _, err := tx.Exec(ctx, fmt.Sprintf(retentionLock, w.Name)); err != nil {
				return nil, err
			}
		}
		if err := tx.QueryRow(ctx, w.batch(from, to), r.options.BatchRows).Scan(&rows, &first, &last, &details); err != nil {
			return nil, err
		}
		now := w.parts()
		now[0].found(rows, first, last)
		for n := range w.Details {
			now[n+1].Rows = details[n+1]
		}
		return now, nil
	})
	return rows, err
}

// dropChunk drops a chunk of a hypertable, unless it has rows that stay. Rows that come later than it looked are not lost:
// nobody writes meanwhile.
func (r *retainer) dropChunk(ctx context.Context, w retentionWork, c chunkSpan) error {
	return r.transaction(ctx, w, func(tx pgx.Tx) ([]RetentionPart, error) {
		if _, err := tx.Exec(ctx, fmt.Sprintf(retentionLock, w.Name)); err != nil {
			return nil, err
		}
		now := w.parts()
		keeps, err := w.keepsRows(ctx, tx, c)
		if err != nil || keeps {
			return now, err
		}
		var schema string
		if err := tx.QueryRow(ctx, timescaleSchema).Scan(&schema); err != nil {
			return nil, err
		}
		var rows int64
		var first, last *time.Time
		if err := tx.QueryRow(ctx, w.counting(c.from, c.to)).Scan(&rows, &first, &last); err != nil {
			return nil, err
		}
		now[0].found(rows, first, last)
		return now, tx.QueryRow(ctx, fmt.Sprintf(retentionDropChunks, schema), w.Name, c.from, c.to).Scan(&now[0].Chunks)
	})
}

// transaction removes something in one transaction, and counts it once it is committed. What a lock prevents is tried again.
func (r *retainer) transaction(ctx context.Context, w retentionWork, remove func(pgx.Tx) ([]RetentionPart, error)) error {
	for attempt := 1; ; attempt++ {
		if err := r.turn.held(ctx); err != nil {
			return err
		}
		var now []RetentionPart
		err := pgx.BeginFunc(ctx, r.store.pool, func(tx pgx.Tx) (err error) {
			if _, err := tx.Exec(ctx, retentionLimits); err != nil {
				return err
			}
			now, err = remove(tx)
			return err
		})
		if prevented(err) && attempt < retentionAttempts {
			if !sleep(ctx, r.options.Pause) {
				return ctx.Err()
			}
			continue
		}
		if err == nil {
			r.count(now)
		}
		return err
	}
}

// prevented reports whether a transaction failed because of locks that others hold.
func prevented(err error) bool {
	var server *pgconn.PgError
	return isDeadlock(err) || errors.As(err, &server) && server.Code == lockNotAvailable
}

// count adds what a transaction removed.
func (r *retainer) count(now []RetentionPart) {
	for n, p := range now {
		all := &r.removed[n]
		all.Rows += p.Rows
		all.Chunks += p.Chunks
		if all.First.IsZero() || !p.First.IsZero() && p.First.Before(all.First) {
			all.First = p.First
		}
		if p.Last.After(all.Last) {
			all.Last = p.Last
		}
	}
	if r.options.Removed != nil {
		r.options.Removed(now)
	}
}
