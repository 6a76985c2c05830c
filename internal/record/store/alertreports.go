package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	reportLast = `SELECT max(due_at) FROM alert_reports`

	reportAdd = `INSERT INTO alert_reports (report_id, due_at, made_at, skipped, title, full_text, short_text, path)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (due_at) DO NOTHING`

	// A message that another server is sending is locked, and left to it.
	reportNext = `SELECT d.delivery_id::text, d.kind, d.created_at, d.next_try_at, d.attempts, r.report_id::text, r.due_at, r.made_at, r.title, r.full_text, r.short_text, r.path
FROM alert_deliveries d JOIN alert_reports r ON r.report_id = d.alert_id
WHERE d.route = $1 AND d.kind = 'report' AND d.sent_at IS NULL AND d.dropped_at IS NULL AND d.next_try_at <= $2
ORDER BY d.created_at, d.delivery_id LIMIT 1
FOR UPDATE OF d SKIP LOCKED`

	reportsPrune = `WITH old AS (DELETE FROM alert_reports WHERE due_at < $1 RETURNING report_id)
DELETE FROM alert_deliveries d USING old WHERE d.alert_id = old.report_id`
)

// LastReport returns when the last report was due that was made or skipped; the zero time if there is none.
func (s *Store) LastReport(ctx context.Context) (time.Time, error) {
	var at time.Time
	if err := s.pool.QueryRow(ctx, reportLast).Scan(zeroIfNull{&at}); err != nil {
		return at, fmt.Errorf("read when a report was last due: %w", translate(err))
	}
	return at, nil
}

// ReportAdd keeps a report and its messages in one transaction. It reports whether there was none that was due at the
// same time; otherwise nothing changes.
func (s *Store) ReportAdd(ctx context.Context, r desk.DailyReport, messages []desk.AlertDelivery) (added bool, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		done, err := tx.Exec(ctx, reportAdd, r.ID, r.DueAt, r.MadeAt, r.Skipped, r.Title, r.Full, r.Short, r.Path)
		if err != nil {
			return err
		}
		if added = done.RowsAffected() == 1; !added {
			return nil
		}
		return writeAlerts(ctx, tx, desk.AlertChanges{Send: messages})
	})
	if err != nil {
		return false, fmt.Errorf("keep the report: %w", translate(err))
	}
	return added, nil
}

// ReportSendNext does for the reports to a target what AlertSendNext does for messages about alerts.
func (s *Store) ReportSendNext(ctx context.Context, route string, at time.Time, send func(desk.AlertDelivery, desk.DailyReport) AlertSent) (bool, error) {
	return s.sendNext(ctx, func(tx pgx.Tx) (string, func() AlertSent, error) {
		d, r := desk.AlertDelivery{Route: route}, desk.DailyReport{}
		err := tx.QueryRow(ctx, reportNext, route, at).Scan(&d.ID, (*string)(&d.Tells), &d.CreatedAt, &d.NextTryAt, &d.Attempts, &r.ID, &r.DueAt, &r.MadeAt, &r.Title, &r.Full, &r.Short, &r.Path)
		d.AlertID = r.ID
		return d.ID, func() AlertSent { return send(d, r) }, err
	})
}

// sendNext sends a message that next finds and locks, and records what became of it.
func (s *Store) sendNext(ctx context.Context, next func(pgx.Tx) (id string, send func() AlertSent, err error)) (sent bool, err error) {
	var failed error
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		id, send, err := next(tx)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		done := send()
		if failed = done.Err; failed != nil {
			_, err = tx.Exec(ctx, deliveryFailed, id, done.NextTryAt, done.LastError, done.DropBefore, done.At)
			return err
		}
		sent = true
		_, err = tx.Exec(ctx, deliverySent, id, done.At)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keep what became of a message: %w", translate(err))
	}
	return sent, failed
}
