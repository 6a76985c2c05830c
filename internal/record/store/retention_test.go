package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testenv"
)

// keeping is a desk's record with its rules of retention, and the time at which they are applied.
type keeping struct {
	*store.Store
	t     *testing.T
	rules []desk.RetentionRule
	now   time.Time
}

// keep returns a store whose rows are removed by some rules on 1 July 2026, at noon of the desk.
func keep(t *testing.T, s *store.Store, rules ...desk.RetentionRule) keeping {
	t.Helper()
	var checked desk.Retention
	for _, r := range rules {
		if err := checked.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	return keeping{s, t, checked.Rules, time.Date(2026, 7, 1, 15, 0, 0, 0, time.UTC)}
}

// exec runs statements.
func (k keeping) exec(statements ...string) {
	k.t.Helper()
	for _, sql := range statements {
		if _, err := k.Pool().Exec(k.t.Context(), sql); err != nil {
			k.t.Fatalf("%s: %v", sql, err)
		}
	}
}

// retain removes what the rules say, and compares it with what the plan has announced.
func (k keeping) retain(o store.RetainOptions) []store.RetentionPart {
	k.t.Helper()
	plan, err := k.RetentionPlan(k.t.Context(), k.rules, k.now)
	if err != nil {
		k.t.Fatal(err)
	}
	done, err := k.Retain(k.t.Context(), k.rules, k.now, o)
	if err != nil {
		k.t.Fatal(err)
	}
	if said, did := partsText(plan), partsText(done); said != did {
		k.t.Errorf("the dry run says\n%s\nand what goes is\n%s", said, did)
	}
	again, err := k.RetentionPlan(k.t.Context(), k.rules, k.now)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, p := range again {
		if p.Rows != 0 {
			k.t.Errorf("a second time, %d rows of %s would go", p.Rows, p.Table)
		}
	}
	return done
}

// partsText describes parts, without the details that nothing goes of.
func partsText(parts []store.RetentionPart) string {
	var lines []string
	for _, p := range parts {
		if p.Rows > 0 || p.LeftAlone != "" {
			at := func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.999") }
			lines = append(lines, fmt.Sprintf("%s by %s thinned=%v before %s: %d rows %s to %s, %d chunks %s", p.Table, p.Rule, p.Thinned, at(p.Before), p.Rows, at(p.First), at(p.Last), p.Chunks, p.LeftAlone))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// list returns the only column of a query, sorted.
func (k keeping) list(sql string) []string {
	k.t.Helper()
	all := texts(k.t, k.Store, sql)
	slices.Sort(all)
	return all
}

// same compares what is there with what should be.
func (k keeping) same(what string, got, want []string) {
	k.t.Helper()
	slices.Sort(want)
	if len(got) == 0 || !slices.Equal(got, want) {
		more := slices.DeleteFunc(slices.Clone(got), func(s string) bool { return slices.Contains(want, s) })
		missing := slices.DeleteFunc(slices.Clone(want), func(s string) bool { return slices.Contains(got, s) })
		k.t.Errorf("%s: %d rows, want %d; too many are %.8q, and missing are %.8q", what, len(got), len(want), more, missing)
	}
}

// moments makes up times of a year and a half of irregular work, also at weekends and around midnight.
func moments(seed uint64, most int) []time.Time {
	random := rand.New(rand.NewPCG(seed, 7))
	zone := desk.BuiltInRules().Location()
	var all []time.Time
	for day := time.Date(2025, 1, 4, 0, 0, 0, 0, zone); day.Before(time.Date(2026, 7, 1, 0, 0, 0, 0, zone)); day = day.AddDate(0, 0, 1) {
		for n := random.IntN(most); n > 0; n-- {
			hour := []int{0, 0, 9, 12, 18, 23}[random.IntN(6)]
			all = append(all, time.Date(day.Year(), day.Month(), day.Day(), hour, random.IntN(60), n%60, 0, zone))
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

// before is the beginning of the desk's day so many days before the time of keep.
func before(days int) time.Time {
	return time.Date(2026, 7, 1-days, 0, 0, 0, 0, desk.BuiltInRules().Location())
}

// snapshotText and the like name what is compared.
func snapshotText(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

const snapshotTexts = `SELECT DISTINCT to_char("timestamp" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM portfolio_state`

// fillBook writes a snapshot of three positions for each time.
func (k keeping) fillBook(times []time.Time) {
	k.t.Helper()
	var rows []desk.PortfolioState
	for n, at := range times {
		for _, i := range []string{"USDBRL", "DI1F27", "WIN"} {
			rows = append(rows, desk.PortfolioState{Timestamp: at, Strategy: "FX_1", Instrument: i, Weight: 0.1, TotalEquity: 100 + float64(n%17)})
		}
	}
	if _, err := k.PortfolioStateUpsert(k.t.Context(), rows...); err != nil {
		k.t.Fatal(err)
	}
}

// keptSnapshots are the times of which the book keeps its snapshot when it is thinned: worked out without SQL.
func keptSnapshots(times []time.Time, cut time.Time, stored ...time.Time) []string {
	rules := desk.BuiltInRules()
	last := map[time.Time]time.Time{}
	for _, at := range times {
		last[rules.BookDay(at)] = at
	}
	var kept []string
	for n, at := range times {
		if n == 0 || !at.Before(cut) || last[rules.BookDay(at)].Equal(at) || slices.ContainsFunc(stored, at.Equal) {
			kept = append(kept, snapshotText(at))
		}
	}
	return kept
}

// The day's last snapshot stays, weekends included, so the daily NAVs are the same as before.
func TestABookIsThinnedToItsDays(t *testing.T) {
	t.Parallel()
	k := keep(t, newStore(t), desk.RetentionRule{Table: "portfolio_state", ThinAfter: 60})
	times := moments(1, 6)
	k.fillBook(times)
	computed := []time.Time{times[10], times[11], times[200]}
	for _, at := range computed {
		k.exec(fmt.Sprintf(`INSERT INTO risk_metrics_daily VALUES ('%s', 1, 2, 3, 4, 5)`, at.Format(time.RFC3339)))
	}
	navs := func() []desk.DailyNAV {
		all, err := k.DailyNAVs(t.Context(), before(600), before(0))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	was := navs()
	k.retain(store.RetainOptions{BatchRows: 7})
	k.same("snapshots", k.list(snapshotTexts), keptSnapshots(times, before(60), computed...))
	if now := navs(); !slices.EqualFunc(was, now, func(a, b desk.DailyNAV) bool { return a.Day.Equal(b.Day) && a.At.Equal(b.At) && a.NAV == b.NAV }) {
		t.Errorf("the daily NAVs were %v and are %v", was, now)
	}
}

// Snapshots whose risk is removed by a rule of its own go in the same run, and the dry run knows it.
func TestABookKeepsTheSnapshotsOfTheRiskThatIsKept(t *testing.T) {
	t.Parallel()
	k := keep(t, newStore(t), desk.RetentionRule{Table: "portfolio_state", ThinAfter: 60}, desk.RetentionRule{Table: "risk_metrics_daily", ThinAfter: 90})
	times := moments(2, 6)
	k.fillBook(times)
	random := rand.New(rand.NewPCG(2, 2))
	rules, last, lastVaR := desk.BuiltInRules(), map[time.Time]time.Time{}, map[time.Time]time.Time{}
	var computed []time.Time
	for _, at := range times {
		if random.IntN(3) == 0 {
			continue
		}
		computed = append(computed, at)
		figure := "1"
		last[rules.BookDay(at)] = at
		if random.IntN(4) == 0 {
			figure = "NULL"
		} else {
			lastVaR[rules.BookDay(at)] = at
		}
		text := at.Format(time.RFC3339)
		k.exec(fmt.Sprintf(`INSERT INTO risk_metrics_daily VALUES ('%s', %s, %[2]s, %[2]s, 4, 5)`, text, figure),
			fmt.Sprintf(`INSERT INTO risk_notes VALUES ('%s', 1, 'gap', 'a gap')`, text))
	}
	tested := computed[3]
	k.exec(fmt.Sprintf(`INSERT INTO risk_backtest VALUES ('2025-02-02', '%s', 1, 2, 3, NULL)`, tested.Format(time.RFC3339)))
	var keptRisk []string
	var keptTimes []time.Time
	for _, at := range computed {
		day := rules.BookDay(at)
		if !at.Before(before(90)) || last[day].Equal(at) || lastVaR[day].Equal(at) || at.Equal(tested) {
			keptRisk, keptTimes = append(keptRisk, snapshotText(at)), append(keptTimes, at)
		}
	}
	vars := func() []desk.DailyVaR {
		all, err := k.DailyVaRs(t.Context(), before(600), before(0))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	was := vars()
	k.retain(store.RetainOptions{BatchRows: 50})
	for _, table := range []string{"risk_metrics_daily", "risk_notes"} {
		k.same(table, k.list(`SELECT to_char(computed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM `+table), keptRisk)
	}
	k.same("snapshots", k.list(snapshotTexts), keptSnapshots(times, before(60), keptTimes...))
	if now := vars(); len(was) == 0 || !slices.Equal(was, now) {
		t.Errorf("the daily VaRs were %v and are %v", was, now)
	}
}

type pair struct{ strategy, instrument string }

// madeSignals makes up signals, and returns those that stay, worked out without SQL.
func (k keeping) madeSignals(thin, drop time.Time) (kept []string) {
	k.t.Helper()
	random := rand.New(rand.NewPCG(3, 3))
	rules := desk.BuiltInRules()
	var rows []desk.Signal
	for _, p := range []pair{{"FX_1", "USDBRL"}, {"FX_1", "EURUSD"}, {"RATES_2", "USDBRL"}} {
		direction, end := desk.Long, before(0)
		if p.instrument == "EURUSD" {
			end = before(400) // a pair that ended long ago
		}
		var own []desk.Signal
		last := map[time.Time]time.Time{}
		for _, at := range moments(uint64(len(p.strategy)+len(p.instrument)), 7) {
			if at.After(end) {
				break
			}
			if random.IntN(4) == 0 {
				direction = []desk.Direction{desk.Long, desk.Short, desk.Neutral}[random.IntN(3)]
			}
			own = append(own, desk.Signal{Strategy: p.strategy, Instrument: p.instrument, Direction: direction, Confidence: 0.5, GeneratedAt: at})
			last[rules.BookDay(at)] = at
		}
		rows = append(rows, own...)
		var previous desk.Direction
		for n, s := range own {
			dropped := s.GeneratedAt.Before(drop)
			isLast, flips := last[rules.BookDay(s.GeneratedAt)].Equal(s.GeneratedAt), s.Direction != previous
			if n == len(own)-1 || !dropped && (!s.GeneratedAt.Before(thin) || isLast || flips) {
				kept = append(kept, fmt.Sprintf("%s %s %s", s.Strategy, s.Instrument, snapshotText(s.GeneratedAt)))
			}
			if previous = s.Direction; dropped {
				previous = ""
			}
		}
	}
	if _, err := k.SignalImport(k.t.Context(), rowsOf(rows...)); err != nil {
		k.t.Fatal(err)
	}
	return kept
}

const signalTexts = `SELECT strategy_id || ' ' || instrument || ' ' || to_char(generated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM strategy_signals`

func TestSignalsAreThinnedToTheLastOfADayAndTheFlips(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]desk.RetentionRule{
		"thinned": {ThinAfter: 40}, "dropped": {DropAfter: 200}, "both": {ThinAfter: 40, DropAfter: 300},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rule.Table = "strategy_signals"
			k := keep(t, newStore(t), rule)
			var thin, drop time.Time
			if rule.ThinAfter > 0 {
				thin = before(int(rule.ThinAfter))
			}
			if rule.DropAfter > 0 {
				drop = before(int(rule.DropAfter))
			}
			kept := k.madeSignals(thin, drop)
			k.retain(store.RetainOptions{BatchRows: 11})
			k.same("signals", k.list(signalTexts), kept)
		})
	}
}

// What says how things stand now stays, however old it is.
func TestRunsAndAlertsAreDroppedButTheNewestStay(t *testing.T) {
	t.Parallel()
	k := keep(t, newStore(t), desk.RetentionRule{Table: "pipeline_runs", DropAfter: 400}, desk.RetentionRule{Table: "alerts", DropAfter: 100}, desk.RetentionRule{Table: "alert_reports", DropAfter: 31})
	k.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds) VALUES
		('old', 'fred', 'SUCCESS', '2024-01-01Z', '2024-01-01Z', 1), ('failed before', 'fred', 'FAILED', '2024-02-01Z', '2024-02-01Z', 1),
		('last failure', 'fred', 'FAILED', '2024-03-01Z', '2024-03-01Z', 1), ('new', 'fred', 'SUCCESS', '2026-06-01Z', '2026-06-01Z', 1),
		('never ended', 'fred', 'RUNNING', '2024-01-01Z', NULL, NULL), ('ended late', 'fred', 'SUCCESS', '2024-01-01Z', '2026-06-30Z', 1),
		('only one', 'bcb', 'SUCCESS', '2020-01-01Z', '2020-01-01Z', 1)`,
		`INSERT INTO lineage_runs (run_id, job_namespace, job_name, job_at, by_rule, first_at, began) SELECT run_id, 'n', 'j', started_at, false, started_at, true FROM pipeline_runs`,
		`INSERT INTO alerts (alert_id, rule, subject, severity, group_name, owner, state, since, fired_at, resolved_at, evaluated_at, summary, meaning, path, runbook)
		SELECT ('00000000-0000-0000-0000-00000000000' || n)::uuid, 'r', 's' || n, 'warning', 'g', '', state, at::timestamptz, at::timestamptz, CASE state WHEN 'resolved' THEN at::timestamptz END, at::timestamptz, 's', 'm', 'p', ''
		FROM (VALUES (1, 'resolved', '2025-01-01Z'), (2, 'firing', '2025-01-01Z'), (3, 'resolved', '2026-06-01Z')) a(n, state, at)`,
		`INSERT INTO alert_reports SELECT ('00000000-0000-0000-0000-0000000000' || n)::uuid, at::timestamptz, at::timestamptz, false, 't', 'f', 's', 'p' FROM (VALUES (10, '2025-01-01Z'), (11, '2025-01-02Z')) r(n, at)`,
		`INSERT INTO alert_deliveries (delivery_id, alert_id, route, kind, created_at, next_try_at, attempts)
		SELECT alert_id, alert_id, 'chat', 'firing', now(), now(), 0 FROM alerts UNION ALL SELECT report_id, report_id, 'chat', 'report', now(), now(), 0 FROM alert_reports`)
	k.retain(store.RetainOptions{BatchRows: 1})
	for _, table := range []string{"pipeline_runs", "lineage_runs"} {
		k.same(table, k.list(`SELECT run_id FROM `+table), []string{"last failure", "new", "never ended", "ended late", "only one"})
	}
	k.same("alerts", k.list(`SELECT right(alert_id::text, 2) FROM alerts`), []string{"02", "03"})
	k.same("reports", k.list(`SELECT right(report_id::text, 2) FROM alert_reports`), []string{"11"})
	k.same("messages", k.list(`SELECT right(alert_id::text, 2) FROM alert_deliveries`), []string{"02", "03", "11"})
}

func TestStressAndLimitsKeepTheLastOfADay(t *testing.T) {
	t.Parallel()
	k := keep(t, newStore(t), desk.RetentionRule{Table: "stress_test_results", ThinAfter: 31, DropAfter: 100}, desk.RetentionRule{Table: "risk_limits_status", ThinAfter: 31})
	for _, at := range []string{"2026-02-01 15:00Z", "2026-05-04 15:00Z", "2026-05-04 16:00Z", "2026-05-08 15:00Z" /* Friday */, "2026-05-09 15:00Z", "2026-06-30 15:00Z", "2026-06-30 16:00Z"} {
		k.exec(fmt.Sprintf(`INSERT INTO stress_test_results VALUES ('%s', 'a', 1), ('%[1]s', 'b', 1)`, at),
			fmt.Sprintf(`INSERT INTO stress_test_contributions VALUES ('%s', 'a', 'FX', 1)`, at),
			fmt.Sprintf(`INSERT INTO risk_limits_status VALUES ('%s', 'a', 1, 1, 1), ('%[1]s', 'b', 1, 1, 1)`, at))
	}
	k.retain(store.RetainOptions{BatchRows: 1})
	stay := []string{"05-04 16", "05-09 15", "06-30 15", "06-30 16"}
	k.same("stress", k.list(`SELECT DISTINCT to_char(run_date AT TIME ZONE 'UTC', 'MM-DD HH24') FROM stress_test_results`), stay)
	k.same("contributions", k.list(`SELECT to_char(run_date AT TIME ZONE 'UTC', 'MM-DD HH24') FROM stress_test_contributions`), slices.Clone(stay))
	k.same("limits", k.list(`SELECT DISTINCT to_char(checked_at AT TIME ZONE 'UTC', 'MM-DD HH24') FROM risk_limits_status`), append(slices.Clone(stay), "02-01 15"))
}

// A run that ends in the middle leaves whole snapshots, and the next one goes on.
func TestWhatIsRemovedInPartIsGoneOnWith(t *testing.T) {
	t.Parallel()
	k := keep(t, newStore(t), desk.RetentionRule{Table: "portfolio_state", ThinAfter: 60})
	times := moments(4, 6)
	k.fillBook(times)
	for rounds := 0; ; rounds++ {
		ctx, cancel := context.WithCancel(t.Context())
		batches, was := 0, count(t, k.Store, "portfolio_state")
		_, err := k.Retain(ctx, k.rules, k.now, store.RetainOptions{BatchRows: 100, Removed: func([]store.RetentionPart) {
			if batches++; batches == 3 {
				cancel()
			}
		}})
		cancel()
		for _, n := range k.list(`SELECT count(*)::text FROM portfolio_state GROUP BY "timestamp"`) {
			if n != "3" {
				t.Fatalf("a snapshot has %s of its 3 rows", n)
			}
		}
		if err == nil {
			if rounds < 2 {
				t.Errorf("it was never cut off")
			}
			break
		}
		if gone := was - count(t, k.Store, "portfolio_state"); !errors.Is(err, context.Canceled) || gone == 0 {
			t.Fatalf("%d rows went, then %v", gone, err)
		}
	}
	k.same("snapshots", k.list(snapshotTexts), keptSnapshots(times, before(60)))
}

func TestTwoDoNotRemoveAtOnce(t *testing.T) {
	t.Parallel()
	k := keep(t, newStore(t), desk.RetentionRule{Table: "portfolio_state", ThinAfter: 60})
	k.fillBook(moments(5, 6))
	var second error
	once := sync.OnceFunc(func() { _, second = k.Retain(t.Context(), k.rules, k.now, store.RetainOptions{}) })
	if _, err := k.Retain(t.Context(), k.rules, k.now, store.RetainOptions{BatchRows: 50, Removed: func([]store.RetentionPart) { once() }}); err != nil {
		t.Fatal(err)
	}
	var failed *store.Error
	if !errors.As(second, &failed) || failed.Kind != store.Busy || !errors.Is(second, store.ErrRetainedElsewhere) {
		t.Errorf("the second one: %v", second)
	}
	if _, err := k.Retain(t.Context(), k.rules, k.now, store.RetainOptions{}); err != nil {
		t.Errorf("when the first has ended: %v", err)
	}
}

// Writers replace old snapshots and add new ones to old days meanwhile. No snapshot is torn, and afterwards each day has
// the snapshot that was last.
func TestRowsAreRemovedWhileOthersWriteThem(t *testing.T) {
	t.Parallel()
	k := keep(t, newStore(t), desk.RetentionRule{Table: "portfolio_state", ThinAfter: 60})
	times := moments(6, 5)
	k.fillBook(times)
	written := maps.Collect(func(yield func(string, time.Time) bool) {
		for _, at := range times {
			yield(snapshotText(at), at)
		}
	})
	var mu sync.Mutex
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for n := range 3 {
		writers.Go(func() {
			random := rand.New(rand.NewPCG(6, uint64(n)))
			for ctx.Err() == nil {
				at := times[random.IntN(len(times)*3/4)]
				if random.IntN(2) == 0 {
					at = at.Add(time.Duration(random.IntN(3000)) * time.Second)
				}
				var rows []desk.PortfolioState
				for _, i := range []string{"USDBRL", "DI1F27", "WIN"} {
					rows = append(rows, desk.PortfolioState{Timestamp: at, Strategy: "FX_1", Instrument: i, Weight: 0.2, TotalEquity: 90})
				}
				mu.Lock()
				written[snapshotText(at)] = at
				mu.Unlock()
				if _, err := k.PortfolioStateUpsert(t.Context(), rows...); err != nil {
					t.Errorf("a writer: %v", err)
				}
			}
		})
	}
	for range testenv.Scaled(3, 20) {
		if _, err := k.Retain(t.Context(), k.rules, k.now, store.RetainOptions{BatchRows: 30, Pause: time.Millisecond}); err != nil {
			t.Errorf("beside writers: %v", err)
		}
		for _, n := range k.list(`SELECT count(*)::text FROM portfolio_state GROUP BY "timestamp"`) {
			if n != "3" {
				t.Errorf("a snapshot has %s of its 3 rows", n)
			}
		}
	}
	stop()
	writers.Wait()
	k.retain(store.RetainOptions{})
	all := slices.SortedFunc(maps.Values(written), func(a, b time.Time) int { return a.Compare(b) })
	k.same("snapshots", k.list(snapshotTexts), keptSnapshots(slices.CompactFunc(all, time.Time.Equal), before(60)))
}

// Thinned to the days of another desk, the daily figures would change.
func TestARecordIsNotThinnedToTheDaysOfAnotherDesk(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	k := keep(t, s, desk.RetentionRule{Table: "portfolio_state", ThinAfter: 60})
	tokyo := desk.BuiltInRules()
	tokyo.Zone = "Asia/Tokyo"
	if _, err := s.ApplyPlan(t.Context(), tokyo, k.now); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Retain(t.Context(), k.rules, k.now, store.RetainOptions{}); err == nil || !strings.Contains(err.Error(), "the working days of another desk") {
		t.Errorf("removing: %v", err)
	}
	if _, err := k.RetentionPlan(t.Context(), k.rules, k.now); err == nil || !strings.Contains(err.Error(), "the working days of another desk") {
		t.Errorf("the dry run: %v", err)
	}
	if _, err := s.ApplyPlan(t.Context(), desk.BuiltInRules(), k.now.AddDate(-1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	k.retain(store.RetainOptions{}) // the same desk, although it was written a year ago
}

// A table that another tool made is touched only by a rule that says so, and only if it has a key.
func TestAdoptedTablesAreLeftAloneUnlessTheRuleNamesThem(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	for _, sql := range foreignDesk() {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	s := store.New(pool, nil)
	rules := []desk.RetentionRule{{Table: "strategy_signals", ThinAfter: 60}, {Table: "pipeline_runs", DropAfter: 400}, {Table: "stress_test_results", ThinAfter: 60}}
	k := keep(t, s, rules...)
	k.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at) SELECT gen_random_uuid(), 'fred', 'SUCCESS', t, t FROM generate_series(timestamptz '2020-01-01Z', '2020-01-09Z', '1 day') t`,
		`INSERT INTO strategy_signals SELECT 'FX_1', 'USDBRL', 'LONG', NULL, 0.5, t FROM generate_series(timestamptz '2026-01-05 12:00Z', '2026-01-05 18:00Z', '1 hour') t`,
		`INSERT INTO strategy_signals VALUES ('FX_1', 'USDBRL', 'SHORT', NULL, NULL, '2026-01-05 19:00Z')`, // can't be used
		`INSERT INTO stress_test_results VALUES ('2026-01-04', 'a', 1), ('2026-01-05', 'a', 1)`)
	k.retain(store.RetainOptions{})
	if n := count(t, s, "pipeline_runs") + count(t, s, "strategy_signals") + count(t, s, "stress_test_results"); n != 9+8+2 {
		t.Errorf("%d rows are left", n)
	}
	for n := range rules {
		rules[n].Adopted = true
	}
	k = keep(t, s, rules...)
	done := k.retain(store.RetainOptions{BatchRows: 2})
	if n := count(t, s, "pipeline_runs"); n != 1 {
		t.Errorf("%d runs are left", n)
	}
	k.same("signals", k.list(`SELECT extract(hour FROM generated_at AT TIME ZONE 'UTC')::text FROM strategy_signals`), []string{"12", "18", "19"})
	if text := partsText(done); !strings.Contains(text, "run_date is a date") || count(t, s, "stress_test_results") != 2 {
		t.Errorf("the table of days: %s", text)
	}
	k.exec(`ALTER TABLE strategy_signals DROP CONSTRAINT strategy_signals_generated_at_instrument_strategy_id_key`)
	if text := partsText(k.retain(store.RetainOptions{})); !strings.Contains(text, "macrowatch can only read it") {
		t.Errorf("without a key: %s", text)
	}
}

func TestALoginWithoutTheRightIsToldWhoMayDelete(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	url := pgtest.LimitedURL(t, address, 5)
	owner, err := store.Open(t.Context(), address, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(owner.Close)
	s, err := store.Open(t.Context(), url, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	k := keep(t, s, desk.RetentionRule{Table: "pipeline_runs", DropAfter: 400})
	if _, err := k.Retain(t.Context(), k.rules, k.now, store.RetainOptions{}); err != nil {
		t.Errorf("a login that may delete: %v", err)
	}
	var login string
	if err := s.Pool().QueryRow(t.Context(), "SELECT current_user::text").Scan(&login); err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Pool().Exec(t.Context(), "REVOKE DELETE ON lineage_runs FROM "+pgx.Identifier{login}.Sanitize()); err != nil {
		t.Fatal(err)
	}
	_, err = k.Retain(t.Context(), k.rules, k.now, store.RetainOptions{})
	var failed *store.Error
	if !errors.As(err, &failed) || failed.Kind != store.Forbidden || !strings.Contains(err.Error(), "GRANT SELECT, DELETE ON lineage_runs TO") {
		t.Errorf("a login that may not: %v", err)
	}
}

func TestAStandbyRemovesNothing(t *testing.T) {
	t.Parallel()
	_, standby := pgtest.Replicated(t)
	s, err := store.Open(t.Context(), standby, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	_, err = s.Retain(t.Context(), []desk.RetentionRule{{Table: "pipeline_runs", DropAfter: 400}}, time.Now(), store.RetainOptions{})
	if err == nil || !strings.Contains(err.Error(), "on the primary") {
		t.Errorf("on a standby: %v", err)
	}
}

// Of a hypertable whole chunks go. A chunk with the last signal of a pair that has ended goes but for that signal.
func TestOnTimescaleDBWholeChunksAreDropped(t *testing.T) {
	t.Parallel()
	k := keep(t, newTimescale(t), desk.RetentionRule{Table: "strategy_signals", DropAfter: 400})
	makeHypertable(t, k.Store, "strategy_signals", "generated_at", "30 days")
	k.exec(`INSERT INTO strategy_signals SELECT 'FX_1', 'USDBRL', 'LONG', 1, 0.5, t FROM generate_series(timestamptz '2024-01-10Z', '2026-06-30Z', '1 day') t`,
		`INSERT INTO strategy_signals SELECT 'FX_1', 'EURUSD', 'LONG', 1, 0.5, t FROM generate_series(timestamptz '2024-01-10Z', '2024-03-01Z', '1 day') t`)
	chunks := `SELECT range_start::text || ' ' || range_end::text FROM timescaledb_information.chunks WHERE hypertable_name = 'strategy_signals'`
	cut := before(400).UTC().Format(time.RFC3339)
	old := k.list(chunks + ` AND range_end <= '` + cut + `'`)
	var last time.Time
	if err := k.Pool().QueryRow(t.Context(), `SELECT max(range_end) FROM timescaledb_information.chunks WHERE range_end <= $1`, cut).Scan(&last); err != nil {
		t.Fatal(err)
	}
	done := k.retain(store.RetainOptions{BatchRows: 5})
	if done[0].Chunks != len(old)-1 || done[0].Chunks < 5 {
		t.Errorf("%d chunks were dropped of %d: %+v", done[0].Chunks, len(old), done[0])
	}
	if left := k.list(chunks + ` AND range_end <= '` + cut + `'`); len(left) != 1 {
		t.Errorf("old chunks are left: %q", left)
	}
	want := []string{"FX_1 EURUSD 2024-03-01 00:00:00"}
	for at := last.UTC(); !at.After(time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)); at = at.AddDate(0, 0, 1) {
		want = append(want, "FX_1 USDBRL "+snapshotText(at))
	}
	k.same("signals", k.list(signalTexts), want)
}

// A book in a hypertable is thinned as elsewhere.
func TestOnTimescaleDBABookIsThinned(t *testing.T) {
	t.Parallel()
	k := keep(t, newTimescale(t), desk.RetentionRule{Table: "portfolio_state", ThinAfter: 60})
	makeHypertable(t, k.Store, "portfolio_state", "timestamp", "30 days")
	times := moments(8, 6)
	k.fillBook(times)
	k.retain(store.RetainOptions{BatchRows: 100})
	k.same("snapshots", k.list(snapshotTexts), keptSnapshots(times, before(60)))
}
