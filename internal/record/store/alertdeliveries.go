package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	deliveryAdd = `INSERT INTO alert_deliveries (delivery_id, alert_id, route, kind, created_at, next_try_at, attempts, sent_at, dropped_at, last_error)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (delivery_id) DO NOTHING`

	// The messages about an alert go to a target one after the other, so that an end never comes before its beginning.
	// A message that another server is sending is locked, and left to it.
	deliveryNext = `SELECT d.delivery_id::text, d.kind, d.created_at, d.next_try_at, d.attempts, ` + alertRead + `
FROM alert_deliveries d JOIN alerts ON alerts.alert_id = d.alert_id
WHERE d.route = $1 AND d.sent_at IS NULL AND d.dropped_at IS NULL AND d.next_try_at <= $2
  AND NOT EXISTS (SELECT FROM alert_deliveries earlier WHERE earlier.alert_id = d.alert_id AND earlier.route = d.route
    AND earlier.sent_at IS NULL AND earlier.dropped_at IS NULL AND (earlier.created_at, earlier.delivery_id) < (d.created_at, d.delivery_id))
ORDER BY d.created_at, d.delivery_id LIMIT 1
FOR UPDATE OF d SKIP LOCKED`

	deliverySent = `UPDATE alert_deliveries SET sent_at = $2, last_error = NULL WHERE delivery_id = $1`

	deliveryFailed = `UPDATE alert_deliveries SET attempts = attempts + 1, next_try_at = $2, last_error = $3,
    dropped_at = CASE WHEN created_at < $4 THEN $5::timestamptz END WHERE delivery_id = $1`

	deliveriesDrop = `UPDATE alert_deliveries SET dropped_at = $2, last_error = coalesce(last_error, 'there is no target of this name')
WHERE sent_at IS NULL AND dropped_at IS NULL AND created_at < $1`

	deliveriesOf = `SELECT delivery_id::text, alert_id::text, route, kind, created_at, next_try_at, attempts, sent_at, dropped_at, coalesce(last_error, '')
FROM alert_deliveries WHERE alert_id = ANY ($1::text[]::uuid[]) ORDER BY created_at, delivery_id`

	// Old alerts and their messages are removed, so that the tables do not grow for ever.
	alertsPrune = `WITH old AS (DELETE FROM alerts WHERE state = 'resolved' AND resolved_at < $1 AND since < $1 RETURNING alert_id)
DELETE FROM alert_deliveries d USING old WHERE d.alert_id = old.alert_id`
)

// AlertSent is how the sending of a message ended.
type AlertSent struct {
	At time.Time
	// Err is nil if the target took the message. If it did not, LastError is the reason without secrets, NextTryAt is
	// when the message is tried again, and a message from before DropBefore is given up.
	Err        error
	LastError  string
	NextTryAt  time.Time
	DropBefore time.Time
}

// AlertSendNext sends the next message of a target that is due at a time, if there is one, and records what became of it.
// The message is locked meanwhile: no other server sends it. If the process ends in between, the message is still there,
// and the next call sends it again under the same ID. It returns the error of the sending as well.
func (s *Store) AlertSendNext(ctx context.Context, route string, at time.Time, send func(desk.AlertDelivery, desk.Alert) AlertSent) (bool, error) {
	return s.sendNext(ctx, func(tx pgx.Tx) (string, func() AlertSent, error) {
		d, a := desk.AlertDelivery{Route: route}, desk.Alert{}
		err := tx.QueryRow(ctx, deliveryNext, route, at).Scan(append([]any{&d.ID, (*string)(&d.Tells), &d.CreatedAt, &d.NextTryAt, &d.Attempts}, alertPlaces(&a)...)...)
		d.AlertID = a.ID
		return d.ID, func() AlertSent { return send(d, a) }, err
	})
}

// AlertsPrune removes the alerts that ended and the reports that were due before a time, with their messages, and gives up the messages from before
// another time that could not be sent.
func (s *Store) AlertsPrune(ctx context.Context, endedBefore, unsentBefore, now time.Time) error {
	if _, err := s.pool.Exec(ctx, deliveriesDrop, unsentBefore, now); err != nil {
		return fmt.Errorf("give up old messages: %w", translate(err))
	}
	for _, statement := range []string{alertsPrune, reportsPrune} {
		if _, err := s.pool.Exec(ctx, statement, endedBefore); err != nil {
			return fmt.Errorf("remove old alerts and reports: %w", translate(err))
		}
	}
	return nil
}

// AlertDeliveries returns the messages about some alerts, oldest first.
func (s *Store) AlertDeliveries(ctx context.Context, alertIDs []string) ([]desk.AlertDelivery, error) {
	all, err := collect(ctx, s.pool, scanDelivery, deliveriesOf, alertIDs)
	if err != nil {
		return nil, fmt.Errorf("read the messages about alerts: %w", translate(err))
	}
	return all, nil
}

// AlertCounts are the numbers about alerts that Prometheus reads.
type AlertCounts struct {
	Firing        map[desk.AlertSeverity]int
	Waiting       int       // messages that are not sent
	OldestWaiting time.Time // when the oldest of them came about; zero if there is none
}

// AlertCounts counts the alerts that fire and the messages that wait.
func (s *Store) AlertCounts(ctx context.Context) (AlertCounts, error) {
	c := AlertCounts{Firing: map[desk.AlertSeverity]int{desk.AlertWarning: 0, desk.AlertCritical: 0}}
	rows, err := s.pool.Query(ctx, `SELECT severity, count(*) FROM alerts WHERE state = 'firing' GROUP BY severity`)
	if err != nil {
		return c, fmt.Errorf("count the alerts: %w", translate(err))
	}
	var severity string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&severity, &n}, func() error { c.Firing[desk.AlertSeverity(severity)] = n; return nil }); err != nil {
		return c, fmt.Errorf("count the alerts: %w", translate(err))
	}
	err = s.pool.QueryRow(ctx, `SELECT count(*), min(created_at) FROM alert_deliveries WHERE sent_at IS NULL AND dropped_at IS NULL`).Scan(&c.Waiting, zeroIfNull{&c.OldestWaiting})
	if err != nil {
		return c, fmt.Errorf("count the messages about alerts: %w", translate(err))
	}
	return c, nil
}

func deliveryValues(d desk.AlertDelivery) []any {
	return []any{d.ID, d.AlertID, d.Route, string(d.Tells), d.CreatedAt, d.NextTryAt, d.Attempts, instantOrNull(d.SentAt), instantOrNull(d.DroppedAt), nullUnless(d.LastError != "", d.LastError)}
}

func scanDelivery(row pgx.CollectableRow) (desk.AlertDelivery, error) {
	var d desk.AlertDelivery
	err := row.Scan(&d.ID, &d.AlertID, &d.Route, (*string)(&d.Tells), &d.CreatedAt, &d.NextTryAt, &d.Attempts, zeroIfNull{&d.SentAt}, zeroIfNull{&d.DroppedAt}, &d.LastError)
	return d, err
}
