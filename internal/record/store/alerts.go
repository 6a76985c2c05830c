package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"macrowatch/internal/desk"
)

const (
	// Each evaluation waits for the one before it. The lock belongs to the transaction, because behind a connection
	// pooler a lock of the session would be lost.
	alertLock = `SELECT pg_advisory_xact_lock(hashtextextended('macrowatch alerts', 0))`

	// A turn is taken by the database server's clock, so that servers whose clocks differ take turns all the same. Where
	// that clock has gone back, the turn is taken at once. The value is a time in seconds and who had the turn. The statement
	// reads the clock again after it has waited for another server: that server's turn is later than the time at which this
	// one began to wait.
	alertTurn = `INSERT INTO macrowatch_settings AS t (key, value) VALUES ('alerts_evaluated', ` + alertTurnNow + `)
ON CONFLICT (key) DO UPDATE SET value = ` + alertTurnNow + `
WHERE extract(epoch FROM clock_timestamp())::float8 NOT BETWEEN split_part(t.value, ' ', 1)::float8 AND split_part(t.value, ' ', 1)::float8 + $1
    OR substr(t.value, strpos(t.value, ' ') + 1) = $2 RETURNING true`

	alertTurnNow = `extract(epoch FROM clock_timestamp())::text || ' ' || $2::text`

	alertColumns = `alert_id, rule, subject, severity, group_name, owner, state, since, fired_at, clear_since, resolved_at, told_at,
    evaluated_at, value, limit_value, summary, meaning, path, runbook`

	// What is read: the key as a text, and the other columns.
	alertRead = `alerts.alert_id::text, rule, subject, severity, group_name, owner, state, since, fired_at, clear_since, resolved_at, told_at,
    evaluated_at, value, limit_value, summary, meaning, path, runbook`

	alertsOpen = `SELECT ` + alertRead + ` FROM alerts WHERE state <> 'resolved' ORDER BY since, alert_id`

	alertsRecent = `SELECT ` + alertRead + ` FROM alerts WHERE state <> 'resolved' OR since >= $1 ORDER BY state = 'resolved', since DESC, alert_id LIMIT $2`

	alertWrite = `INSERT INTO alerts (` + alertColumns + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
ON CONFLICT (alert_id) DO UPDATE SET severity = excluded.severity, group_name = excluded.group_name, owner = excluded.owner,
    state = excluded.state, since = excluded.since, fired_at = excluded.fired_at, clear_since = excluded.clear_since,
    resolved_at = excluded.resolved_at, told_at = excluded.told_at, evaluated_at = excluded.evaluated_at, value = excluded.value,
    limit_value = excluded.limit_value, summary = excluded.summary, meaning = excluded.meaning, path = excluded.path, runbook = excluded.runbook`

	alertForget = `DELETE FROM alerts WHERE alert_id = ANY ($1::text[]::uuid[]) AND state = 'pending'`

	silenceColumns = `silence_id, rule, subject, starts_at, ends_at, made_by, reason`

	silencesNow = `SELECT silence_id::text, rule, subject, starts_at, ends_at, made_by, reason FROM alert_silences WHERE ends_at > $1 ORDER BY starts_at, silence_id`

	// The silences that hold, and those that ended after an alert that still fires was told: it is told again.
	silencesRecent = `SELECT silence_id::text, rule, subject, starts_at, ends_at, made_by, reason FROM alert_silences
WHERE ends_at > least($1, (SELECT min(told_at) FROM alerts WHERE state = 'firing')) ORDER BY starts_at, silence_id`

	silenceAdd = `INSERT INTO alert_silences (` + silenceColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7)`

	silenceEnd = `UPDATE alert_silences SET ends_at = greatest(starts_at, $2), ended_by = $3 WHERE silence_id::text = $1 AND ends_at > $2`

	silenceMay = `SELECT has_table_privilege('alert_silences', 'INSERT') AND has_table_privilege('alert_silences', 'UPDATE') AND NOT pg_is_in_recovery()`
)

// AlertTurn reports whether it is a server's turn to evaluate what all servers see. It is no other server's turn until
// the time every has passed.
func (s *Store) AlertTurn(ctx context.Context, server string, every time.Duration) (bool, error) {
	var mine bool
	err := s.pool.QueryRow(ctx, alertTurn, every.Seconds(), server).Scan(&mine)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("take the turn to evaluate the alerts: %w", translate(err))
	}
	return mine, nil
}

// AlertUpdate calls decide with the open alerts, and with the silences that have not ended at a time or that ended after an
// alert was told that still fires. It writes what decide returns, all in one transaction that no other evaluation shares.
func (s *Store) AlertUpdate(ctx context.Context, at time.Time, decide func(open []desk.Alert, silences []desk.AlertSilence) desk.AlertChanges) error {
	told := false
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, alertLock); err != nil {
			return err
		}
		open, err := collect(ctx, tx, scanAlert, alertsOpen)
		if err != nil {
			return err
		}
		silences, err := collect(ctx, tx, scanSilence, silencesRecent, at)
		if err != nil {
			return err
		}
		changes := decide(open, silences)
		told = changesState(open, changes)
		return writeAlerts(ctx, tx, changes)
	})
	if err != nil {
		return fmt.Errorf("keep the alerts: %w", translate(err))
	}
	if told {
		s.announce(ctx, "alerts")
	}
	return nil
}

// changesState reports whether a page that shows the alerts looks different after some changes.
func changesState(open []desk.Alert, changes desk.AlertChanges) bool {
	states := map[string]desk.AlertState{}
	for _, a := range open {
		states[a.ID] = a.State
	}
	for _, a := range changes.Write {
		if states[a.ID] != a.State {
			return true
		}
	}
	return len(changes.Send) > 0
}

func writeAlerts(ctx context.Context, tx pgx.Tx, changes desk.AlertChanges) error {
	batch := &pgx.Batch{}
	if len(changes.Forget) > 0 { // first, since of each rule and subject only one may be open
		batch.Queue(alertForget, changes.Forget)
	}
	for _, resolved := range []bool{true, false} {
		for _, a := range changes.Write {
			if (a.State == desk.AlertResolved) == resolved {
				batch.Queue(alertWrite, alertValues(a)...)
			}
		}
	}
	for _, d := range changes.Send {
		batch.Queue(deliveryAdd, deliveryValues(d)...)
	}
	if batch.Len() == 0 {
		return nil
	}
	return tx.SendBatch(ctx, batch).Close()
}

// Alerts returns the open alerts, and those that began since a time, the open ones first and then the newest first: at
// most some of them.
func (s *Store) Alerts(ctx context.Context, since time.Time, most int) ([]desk.Alert, error) {
	all, err := collect(ctx, s.pool, scanAlert, alertsRecent, since, most)
	if err != nil {
		return nil, fmt.Errorf("read the alerts: %w", translate(err))
	}
	return all, nil
}

// AlertAdd keeps an alert that was noticed while the database was away, with its messages. If the alert is kept already,
// or another one of its rule and subject is open, nothing changes.
func (s *Store) AlertAdd(ctx context.Context, a desk.Alert, messages []desk.AlertDelivery) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, alertLock); err != nil {
			return err
		}
		var known bool
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM alerts WHERE alert_id = $1 OR rule = $2 AND subject = $3 AND state <> 'resolved')`,
			a.ID, a.Rule, a.Subject).Scan(&known); err != nil || known {
			return err
		}
		return writeAlerts(ctx, tx, desk.AlertChanges{Write: []desk.Alert{a}, Send: messages})
	})
	if err != nil {
		return fmt.Errorf("keep the alert: %w", translate(err))
	}
	s.announce(ctx, "alerts")
	return nil
}

// SilenceAdd keeps a silence.
func (s *Store) SilenceAdd(ctx context.Context, q desk.AlertSilence) error {
	if _, err := s.db().Exec(ctx, silenceAdd, q.ID, q.Rule, q.Subject, q.StartsAt, q.EndsAt, q.MadeBy, q.Reason); err != nil {
		return fmt.Errorf("keep the silence: %w", translate(err))
	}
	return s.announced(ctx, "alerts", nil)
}

// SilenceEnd ends a silence at a time, keeps by whom, and reports whether there was one that had not ended.
func (s *Store) SilenceEnd(ctx context.Context, id, by string, at time.Time) (bool, error) {
	done, err := s.db().Exec(ctx, silenceEnd, id, at, by)
	if err != nil {
		return false, fmt.Errorf("end the silence: %w", translate(err))
	}
	if done.RowsAffected() == 0 {
		return false, nil
	}
	return true, s.announced(ctx, "alerts", nil)
}

// Silences returns the silences that have not ended at a time.
func (s *Store) Silences(ctx context.Context, at time.Time) ([]desk.AlertSilence, error) {
	all, err := collect(ctx, s.db(), scanSilence, silencesNow, at)
	if err != nil {
		return nil, fmt.Errorf("read the silences: %w", translate(err))
	}
	return all, nil
}

// MaySilence reports whether this login may make silences and end them.
func (s *Store) MaySilence(ctx context.Context) (bool, error) {
	var may bool
	if err := s.db().QueryRow(ctx, silenceMay).Scan(&may); err != nil {
		return false, fmt.Errorf("ask for the right to silence alerts: %w", translate(err))
	}
	return may, nil
}

// collect runs a query and reads its rows.
func collect[T any](ctx context.Context, q queryer, scan func(pgx.CollectableRow) (T, error), sql string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// instantOrNull is a time, or null if it is zero.
func instantOrNull(t time.Time) any { return nullUnless(!t.IsZero(), t) }

// zeroIfNull reads a time that may be null.
type zeroIfNull struct{ to *time.Time }

// ScanTimestamptz takes the time in UTC.
func (z zeroIfNull) ScanTimestamptz(v pgtype.Timestamptz) error {
	*z.to = time.Time{}
	if v.Valid {
		*z.to = v.Time.UTC()
	}
	return nil
}

func alertValues(a desk.Alert) []any {
	return []any{a.ID, a.Rule, a.Subject, string(a.Severity), a.Group, a.Owner, string(a.State), a.Since, instantOrNull(a.FiredAt), instantOrNull(a.ClearSince),
		instantOrNull(a.ResolvedAt), instantOrNull(a.ToldAt), a.EvaluatedAt, a.Value, a.Limit, a.Summary, a.Meaning, a.Path, a.Runbook}
}

func scanAlert(row pgx.CollectableRow) (desk.Alert, error) {
	var a desk.Alert
	err := row.Scan(alertPlaces(&a)...)
	return a, err
}

// alertPlaces are where the columns of an alert go.
func alertPlaces(a *desk.Alert) []any {
	return []any{&a.ID, &a.Rule, &a.Subject, (*string)(&a.Severity), &a.Group, &a.Owner, (*string)(&a.State), zeroIfNull{&a.Since}, zeroIfNull{&a.FiredAt}, zeroIfNull{&a.ClearSince},
		zeroIfNull{&a.ResolvedAt}, zeroIfNull{&a.ToldAt}, zeroIfNull{&a.EvaluatedAt}, &a.Value, &a.Limit, &a.Summary, &a.Meaning, &a.Path, &a.Runbook}
}

func scanSilence(row pgx.CollectableRow) (desk.AlertSilence, error) {
	var q desk.AlertSilence
	err := row.Scan(&q.ID, &q.Rule, &q.Subject, &q.StartsAt, &q.EndsAt, &q.MadeBy, &q.Reason)
	return q, err
}
