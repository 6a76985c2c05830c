package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// alertMorning is the time at which the alerts of these tests begin.
var alertMorning = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func anID(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

func firing(n int, rule, subject string) desk.Alert {
	value := 1.5
	return desk.Alert{ID: anID(n), Rule: rule, Subject: subject, Severity: desk.AlertCritical, Group: "risk", State: desk.AlertFiring, Since: alertMorning,
		FiredAt: alertMorning, EvaluatedAt: alertMorning, Value: &value, Summary: "It is so.", Path: "/d/risk"}
}

func message(n, alert int, route string, tells desk.AlertMessage, at time.Time) desk.AlertDelivery {
	return desk.AlertDelivery{ID: anID(n), AlertID: anID(alert), Route: route, Tells: tells, CreatedAt: at, NextTryAt: at}
}

// update writes changes whatever is open.
func update(t *testing.T, s *store.Store, changes desk.AlertChanges) (open []desk.Alert) {
	t.Helper()
	err := s.AlertUpdate(t.Context(), alertMorning, func(found []desk.Alert, _ []desk.AlertSilence) desk.AlertChanges {
		open = found
		return changes
	})
	if err != nil {
		t.Fatal(err)
	}
	return open
}

func TestAlertsAreKeptAsTheyAre(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	first, second := firing(1, "limit_breach", "VaR 99%"), firing(2, "step_failed", "fred")
	second.State, second.FiredAt, second.Value = desk.AlertPending, time.Time{}, nil
	update(t, s, desk.AlertChanges{Write: []desk.Alert{first, second}})
	if diff := cmp.Diff([]desk.Alert{first, second}, update(t, s, desk.AlertChanges{})); diff != "" {
		t.Error(diff)
	}
	// The pending one comes to nothing; the other ends, and the next one of its subject begins in the same transaction.
	ended, next := first, firing(3, "limit_breach", "VaR 99%")
	ended.State, ended.ResolvedAt = desk.AlertResolved, alertMorning.Add(time.Hour)
	update(t, s, desk.AlertChanges{Write: []desk.Alert{next, ended}, Forget: []string{second.ID}})
	if diff := cmp.Diff([]desk.Alert{next}, update(t, s, desk.AlertChanges{})); diff != "" {
		t.Error(diff)
	}
	all, err := s.Alerts(t.Context(), alertMorning.Add(-time.Hour), 10)
	if diff := cmp.Diff([]desk.Alert{next, ended}, all); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if all, err := s.Alerts(t.Context(), alertMorning.Add(time.Second), 10); err != nil || len(all) != 1 {
		t.Error(all, err)
	}
}

// If a message can't be written, the change of the alert that it tells of is not either.
func TestAnAlertAndItsMessagesAreWrittenTogether(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	bad := message(11, 1, "", desk.TellsFiring, alertMorning)
	err := s.AlertUpdate(t.Context(), alertMorning, func([]desk.Alert, []desk.AlertSilence) desk.AlertChanges {
		return desk.AlertChanges{Write: []desk.Alert{firing(1, "limit_breach", "VaR 99%")}, Send: []desk.AlertDelivery{bad}}
	})
	if err == nil {
		t.Fatal("no error")
	}
	if open := update(t, s, desk.AlertChanges{}); len(open) > 0 {
		t.Errorf("open: %+v", open)
	}
}

// Many servers evaluate at once. Each sees what the one before has done, so the alert begins once.
func TestOfSeveralServersOneMakesTheAlert(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	var wait sync.WaitGroup
	for n := range 8 {
		wait.Go(func() {
			err := s.AlertUpdate(context.WithoutCancel(t.Context()), alertMorning, func(open []desk.Alert, _ []desk.AlertSilence) desk.AlertChanges {
				if len(open) > 0 {
					return desk.AlertChanges{}
				}
				return desk.AlertChanges{Write: []desk.Alert{firing(n+1, "step_failed", "fred")}, Send: []desk.AlertDelivery{message(20+n, n+1, "all", desk.TellsFiring, alertMorning)}}
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := count(t, s, "alerts"); n != 1 {
		t.Errorf("%d alerts", n)
	}
	if n := count(t, s, "alert_deliveries"); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// serversThatDo lets eight servers do the same at once, and counts those that say they did it.
func serversThatDo(t *testing.T, do func(ctx context.Context, server int) (bool, error)) int {
	t.Helper()
	var done atomic.Int64
	var wait sync.WaitGroup
	for server := range 8 {
		wait.Go(func() {
			did, err := do(context.WithoutCancel(t.Context()), server)
			if err != nil {
				t.Error(err)
			}
			if did {
				done.Add(1)
			}
		})
	}
	wait.Wait()
	return int(done.Load())
}

func TestATurnIsOneServers(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	n := serversThatDo(t, func(ctx context.Context, server int) (bool, error) {
		return s.AlertTurn(ctx, fmt.Sprint("desk ", server), time.Hour)
	})
	if n != 1 {
		t.Errorf("%d servers had the turn", n)
	}
	for name, sql := range map[string]string{
		"the time has passed":     "UPDATE macrowatch_settings SET value = (split_part(value, ' ', 1)::float8 - 3601)::text || ' another server' WHERE key = 'alerts_evaluated'",
		"the clock has gone back": "UPDATE macrowatch_settings SET value = (split_part(value, ' ', 1)::float8 + 86400)::text || ' another server' WHERE key = 'alerts_evaluated'",
		"there was no turn yet":   "DELETE FROM macrowatch_settings WHERE key = 'alerts_evaluated'",
		"the turn was its own":    "UPDATE macrowatch_settings SET value = extract(epoch FROM now())::text || ' desk' WHERE key = 'alerts_evaluated'",
	} {
		run(t, s.Pool(), sql)
		if mine, err := s.AlertTurn(t.Context(), "desk", time.Hour); err != nil || !mine {
			t.Errorf("%s: %v, %v", name, mine, err)
		}
	}
}

// A server waits while another takes its turn. The other's time is then later than the one at which this server asked, but
// the clock has not gone back.
func TestATurnThatWasTakenWhileAServerWaitedIsTheOthers(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	run(t, s.Pool(), "INSERT INTO macrowatch_settings (key, value) VALUES ('alerts_evaluated', '0 another server')")
	other, err := s.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Rollback(context.WithoutCancel(t.Context())) }()
	take := "UPDATE macrowatch_settings SET value = extract(epoch FROM clock_timestamp())::text || ' another server' WHERE key = 'alerts_evaluated'"
	if _, err := other.Exec(t.Context(), take); err != nil {
		t.Fatal(err)
	}
	mine := make(chan bool, 1)
	go func() {
		took, err := s.AlertTurn(t.Context(), "desk", time.Hour)
		if err != nil {
			t.Error(err)
		}
		mine <- took
	}()
	waitForWaiter(t, s.Pool())
	if _, err := other.Exec(t.Context(), take); err != nil {
		t.Fatal(err)
	}
	if err := other.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if <-mine {
		t.Error("two servers had the turn")
	}
}

// takes is a target that takes every message; it notes them.
func takes(ids *[]string) func(desk.AlertDelivery, desk.Alert) store.AlertSent {
	return func(d desk.AlertDelivery, a desk.Alert) store.AlertSent {
		*ids = append(*ids, d.ID[len(d.ID)-2:]+" "+string(d.Tells)+" "+a.Subject)
		return store.AlertSent{At: alertMorning}
	}
}

func TestMessagesGoOutInOrderAndAgainUntilTheyAreTaken(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, desk.AlertChanges{Write: []desk.Alert{firing(1, "step_failed", "fred"), firing(2, "step_failed", "yahoo")}, Send: []desk.AlertDelivery{
		message(11, 1, "chat", desk.TellsFiring, alertMorning), message(12, 1, "chat", desk.TellsResolved, alertMorning.Add(time.Minute)),
		message(13, 2, "chat", desk.TellsFiring, alertMorning.Add(30*time.Second)), message(14, 1, "mail", desk.TellsFiring, alertMorning)}})
	now := alertMorning.Add(time.Hour)
	later := now.Add(10 * time.Second)
	refused := errors.New("refused")
	sent, err := s.AlertSendNext(t.Context(), "chat", now, func(d desk.AlertDelivery, _ desk.Alert) store.AlertSent {
		return store.AlertSent{At: now, Err: refused, LastError: "refused", NextTryAt: later, DropBefore: alertMorning}
	})
	if sent || !errors.Is(err, refused) {
		t.Fatal(sent, err)
	}
	var ids []string
	for range 4 { // the end of the first alert waits for its beginning
		if _, err := s.AlertSendNext(t.Context(), "chat", now, takes(&ids)); err != nil {
			t.Fatal(err)
		}
	}
	for range 4 {
		if _, err := s.AlertSendNext(t.Context(), "chat", later, takes(&ids)); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"13 firing yahoo", "11 firing fred", "12 resolved fred"}, ids); diff != "" {
		t.Error(diff)
	}
	all, err := s.AlertDeliveries(t.Context(), []string{anID(1)})
	if err != nil || len(all) != 3 || all[0].Attempts != 1 || all[0].SentAt.IsZero() || all[1].Route != "mail" || !all[1].SentAt.IsZero() {
		t.Errorf("%+v, %v", all, err)
	}
	counts, err := s.AlertCounts(t.Context())
	if err != nil || counts.Firing[desk.AlertCritical] != 2 || counts.Waiting != 1 || !counts.OldestWaiting.Equal(alertMorning) {
		t.Errorf("%+v, %v", counts, err)
	}
}

// While a server sends a message, another server leaves it alone, and takes the next one.
func TestTwoServersDoNotSendTheSameMessage(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, desk.AlertChanges{Write: []desk.Alert{firing(1, "step_failed", "fred"), firing(2, "step_failed", "yahoo")}, Send: []desk.AlertDelivery{
		message(11, 1, "chat", desk.TellsFiring, alertMorning), message(12, 2, "chat", desk.TellsFiring, alertMorning)}})
	var first, second []string
	_, err := s.AlertSendNext(t.Context(), "chat", alertMorning, func(d desk.AlertDelivery, a desk.Alert) store.AlertSent {
		for range 2 {
			if _, err := s.AlertSendNext(t.Context(), "chat", alertMorning, takes(&second)); err != nil {
				t.Error(err)
			}
		}
		return takes(&first)(d, a)
	})
	if err != nil || len(first) != 1 || len(second) != 1 || first[0] == second[0] {
		t.Errorf("%q and %q, %v", first, second, err)
	}
}

// If the process ends between the sending and its record, the message is sent again under the same ID.
func TestAMessageWhoseSendingWasNotRecordedIsSentAgain(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, desk.AlertChanges{Write: []desk.Alert{firing(1, "step_failed", "fred")}, Send: []desk.AlertDelivery{message(11, 1, "chat", desk.TellsFiring, alertMorning)}})
	ctx, end := context.WithCancel(t.Context())
	var ids []string
	_, err := s.AlertSendNext(ctx, "chat", alertMorning, func(d desk.AlertDelivery, a desk.Alert) store.AlertSent {
		defer end()
		return takes(&ids)(d, a)
	})
	if err == nil {
		t.Fatal("no error")
	}
	for again := 0; again < 2; { // the server may need a moment to notice that the first one has ended, and holds the message until then
		if _, err := s.AlertSendNext(t.Context(), "chat", alertMorning, takes(&ids)); err != nil {
			t.Fatal(err)
		}
		if len(ids) > 1 {
			again++
		}
	}
	if diff := cmp.Diff([]string{"11 firing fred", "11 firing fred"}, ids); diff != "" {
		t.Error(diff)
	}
}

func TestOldAlertsAndMessagesThatNobodyTakesAreRemoved(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	old := firing(1, "step_failed", "fred")
	old.State, old.ResolvedAt = desk.AlertResolved, alertMorning.Add(time.Minute)
	update(t, s, desk.AlertChanges{Write: []desk.Alert{old, firing(2, "step_failed", "yahoo")}, Send: []desk.AlertDelivery{
		message(11, 1, "gone", desk.TellsFiring, alertMorning), message(12, 2, "gone", desk.TellsFiring, alertMorning), message(13, 2, "chat", desk.TellsFiring, alertMorning.Add(2*time.Hour))}})
	if err := s.AlertsPrune(t.Context(), alertMorning.Add(time.Hour), alertMorning.Add(time.Hour), alertMorning.Add(3*time.Hour)); err != nil {
		t.Fatal(err)
	}
	all, err := s.AlertDeliveries(t.Context(), []string{anID(1), anID(2)})
	if err != nil || len(all) != 2 || all[0].DroppedAt.IsZero() || all[0].LastError == "" || !all[1].DroppedAt.IsZero() || count(t, s, "alerts") != 1 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestAnAlertFromWhileTheDatabaseWasAwayIsKeptOnce(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	a := firing(1, "database_away", "desk-1")
	sent := message(11, 1, "chat", desk.TellsFiring, alertMorning)
	sent.SentAt = alertMorning
	for range 2 {
		if err := s.AlertAdd(t.Context(), a, []desk.AlertDelivery{sent, message(12, 1, "mail", desk.TellsFiring, alertMorning)}); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, s, "alert_deliveries"); n != 2 {
		t.Errorf("%d messages", n)
	}
	if err := s.AlertAdd(t.Context(), firing(2, "database_away", "desk-1"), nil); err != nil || count(t, s, "alerts") != 1 {
		t.Errorf("a second open one is kept too: %v", err)
	}
}

func TestSilencesHoldUntilTheyEnd(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	q := desk.AlertSilence{ID: uuid.NewString(), Subject: "fred", StartsAt: alertMorning, EndsAt: alertMorning.Add(time.Hour), MadeBy: "ana", Reason: "the source moves"}
	if err := s.SilenceAdd(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[time.Time]int{alertMorning: 1, alertMorning.Add(time.Hour): 0} {
		if all, err := s.Silences(t.Context(), at); err != nil || len(all) != want {
			t.Errorf("at %s: %+v, %v", at, all, err)
		}
	}
	if ended, err := s.SilenceEnd(t.Context(), q.ID, "bo", alertMorning.Add(time.Minute)); err != nil || !ended {
		t.Error(ended, err)
	}
	if ended, err := s.SilenceEnd(t.Context(), q.ID, "bo", alertMorning.Add(2*time.Minute)); err != nil || ended {
		t.Error(ended, err)
	}
	var by string
	if err := s.Pool().QueryRow(t.Context(), "SELECT ended_by FROM alert_silences").Scan(&by); err != nil || by != "bo" {
		t.Errorf("the silence was ended by %q, %v", by, err)
	}
	if ended, err := s.SilenceEnd(t.Context(), "no id", "bo", alertMorning); err != nil || ended {
		t.Error(ended, err)
	}
}

// An evaluation gets the silences that hold, and those that ended since an alert was told that still fires.
func TestAnEvaluationGetsTheSilencesThatEndedSinceAnAlertWasTold(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for n, ends := range []time.Duration{time.Hour, 2 * time.Hour, 4 * time.Hour} {
		q := desk.AlertSilence{ID: anID(n + 1), Subject: "fred", StartsAt: alertMorning, EndsAt: alertMorning.Add(ends), MadeBy: "ana"}
		if err := s.SilenceAdd(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	got := func() (n int) {
		err := s.AlertUpdate(t.Context(), alertMorning.Add(3*time.Hour), func(_ []desk.Alert, silences []desk.AlertSilence) desk.AlertChanges {
			n = len(silences)
			return desk.AlertChanges{}
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := got(); n != 1 {
		t.Errorf("%d silences while nothing fires", n)
	}
	a := firing(1, "step_failed", "fred")
	a.ToldAt = alertMorning.Add(90 * time.Minute)
	update(t, s, desk.AlertChanges{Write: []desk.Alert{a}})
	if n := got(); n != 2 {
		t.Errorf("%d silences while an alert fires that was told after the first of three", n)
	}
}

func TestTheFiguresOfAlertsAreTheNewestUpToATime(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	today := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	if f, err := s.AlertFigures(t.Context(), alertMorning, today); err != nil || !cmp.Equal(f, desk.AlertFigures{Limits: []desk.LimitStatus{}, Backtests: []desk.BacktestSummary{}}) {
		t.Errorf("of an empty record: %+v, %v", f, err)
	}
	for _, sql := range []string{
		`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity) VALUES ('2026-03-02 08:00Z','A','X',0,100), ('2026-03-02 10:00Z','A','X',0,100)`,
		`INSERT INTO strategy_signals (strategy_id, instrument, direction, confidence, generated_at) VALUES ('A','X','LONG',0.5,'2026-03-01 08:00Z')`,
		`INSERT INTO risk_metrics_daily (computed_at, var_95_pct, var_99_pct, cvar_95_pct, max_drawdown, max_drawdown_252d_pct) VALUES ('2026-03-02 08:00Z',1,2,1.5,3.5,4), ('2026-03-02 10:00Z',1,2,1.5,9,9)`,
		`INSERT INTO risk_limits_status (checked_at, limit_name, limit_value, current_value, utilization_pct) VALUES ('2026-03-01 08:00Z','Old',5,1,20), ('2026-03-02 08:00Z','VaR 95%',5,NULL,NULL), ('2026-03-02 08:00Z','VaR 99%',7,8,114)`,
		`INSERT INTO risk_backtest (day, var_computed_at, var_95_pct, var_99_pct, hypothetical_pnl_pct) VALUES ('2026-03-02','2026-03-01 08:00Z',1,2,-3), ('2026-03-03','2026-03-02 08:00Z',1,2,-3)`,
		`INSERT INTO risk_backtest_summary (computed_at, confidence_pct, days, exceptions, zone) VALUES ('2026-03-02 08:00Z',99,250,6,'yellow'), ('2026-03-02 08:00Z',95,250,12,NULL)`,
	} {
		run(t, s.Pool(), sql)
	}
	f, err := s.AlertFigures(t.Context(), alertMorning, today)
	if err != nil || f.BookAt.Hour() != 8 || f.SignalsAt.Day() != 1 || f.RiskAt.Hour() != 8 || *f.DrawdownPct != 3.5 || f.LimitsAt.Day() != 2 || len(f.Limits) != 2 ||
		!f.Limits[0].Unknown || f.Limits[1].UtilizationPct != 114 || f.Tested == nil || f.Tested.Day.Day() != 2 || len(f.Backtests) != 2 || f.Backtests[1].Zone != desk.Yellow {
		t.Errorf("%+v, %v", f, err)
	}
}

// Of several servers one makes the report. It goes to each target once, and again under its ID until it is taken.
func TestAReportIsKeptOnceAndSentToEachTarget(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	if last, err := s.LastReport(t.Context()); err != nil || !last.IsZero() {
		t.Errorf("%v, %v", last, err)
	}
	first := serversThatDo(t, func(ctx context.Context, n int) (bool, error) {
		r := desk.DailyReport{ID: anID(n + 1), DueAt: alertMorning, MadeAt: alertMorning, Title: "Monday", Full: "all of it", Short: "some of it", Path: "/d/x"}
		messages := []desk.AlertDelivery{message(20+2*n, n+1, "mail", desk.TellsReport, alertMorning), message(21+2*n, n+1, "chat", desk.TellsReport, alertMorning)}
		return s.ReportAdd(ctx, r, messages)
	})
	if first != 1 || count(t, s, "alert_reports") != 1 || count(t, s, "alert_deliveries") != 2 {
		t.Fatalf("%d servers made it; %d reports, %d messages", first, count(t, s, "alert_reports"), count(t, s, "alert_deliveries"))
	}
	refused := errors.New("refused")
	var ids []string
	for _, fail := range []bool{true, false, false} {
		_, err := s.ReportSendNext(t.Context(), "mail", alertMorning.Add(time.Minute), func(d desk.AlertDelivery, r desk.DailyReport) store.AlertSent {
			if r.Full != "all of it" || r.Short != "some of it" || !r.DueAt.Equal(alertMorning) || d.Tells != desk.TellsReport {
				t.Errorf("%+v, %+v", d, r)
			}
			ids = append(ids, d.ID)
			if fail {
				return store.AlertSent{At: alertMorning, Err: refused, LastError: "refused", NextTryAt: alertMorning}
			}
			return store.AlertSent{At: alertMorning}
		})
		if fail != errors.Is(err, refused) {
			t.Error(err)
		}
	}
	if len(ids) != 2 || ids[0] != ids[1] {
		t.Errorf("tried %q", ids)
	}
	if sent, err := s.AlertSendNext(t.Context(), "chat", alertMorning.Add(time.Minute), func(desk.AlertDelivery, desk.Alert) store.AlertSent { return store.AlertSent{At: alertMorning} }); sent || err != nil {
		t.Errorf("a report is sent as an alert: %v, %v", sent, err)
	}
	if err := s.AlertsPrune(t.Context(), alertMorning.Add(time.Hour), alertMorning, alertMorning); err != nil || count(t, s, "alert_reports") != 0 || count(t, s, "alert_deliveries") != 0 {
		t.Errorf("%v: old reports are not removed", err)
	}
}
