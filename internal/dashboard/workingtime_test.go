package dashboard

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/testenv"
)

const agesOf = `SELECT ({{template "workingSeconds" (between "f" "t")}} * 1000000)::bigint FROM unnest($1::timestamptz[], $2::timestamptz[]) WITH ORDINALITY s(f, t, n) ORDER BY n`

func agesInSQL(t *testing.T, db *database, sql string, from, to []time.Time) []int64 {
	t.Helper()
	rows, err := db.conn.Query(t.Context(), sql, from, to)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []int64
	for rows.Next() {
		var age int64
		if err := rows.Scan(&age); err != nil {
			t.Fatal(err)
		}
		all = append(all, age)
	}
	if rows.Err() != nil || len(all) != len(from) {
		t.Fatalf("%d ages of %d: %v", len(all), len(from), rows.Err())
	}
	return all
}

// The viewer's own code and the queries, which Grafana runs too, must find the same age to the microsecond.
func TestTheQueriesAgeAsTheDeskDoes(t *testing.T) {
	t.Parallel()
	for name, rules := range deskCalendars() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := newDatabase(t, "Asia/Tokyo")
			if _, err := store.New(db.pool, nil).ApplyPlan(t.Context(), rules, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)); err != nil {
				t.Fatal(err)
			}
			workdays, err := rules.Workdays()
			if err != nil {
				t.Fatal(err)
			}
			from, to := spansFrom(rand.New(rand.NewPCG(13, 2)), rules.Location(), testenv.Scaled(400, 20_000))
			for n, age := range agesInSQL(t, db, rendered(t, rules, agesOf), from, to) {
				if want := workdays.Age(from[n], to[n]).Microseconds(); age != want {
					t.Fatalf("from %v to %v: %d µs, want %d", from[n].In(rules.Location()), to[n].In(rules.Location()), age, want)
				}
			}
		})
	}
}

// Before anybody has written the desk's working time, its weekend counts all the same.
func TestWithoutTheTableTheWeekendHolds(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "America/Sao_Paulo")
	for name, rules := range deskCalendars() {
		weekendAlone := rules
		weekendAlone.Calendar.Holidays, weekendAlone.Calendar.OwnDays = nil, nil
		// The clock of a desk in this zone is never changed, so that the age is exact.
		for _, zone := range []string{"Asia/Kolkata", "America/Phoenix"} {
			weekendAlone.Zone = zone
			rules.Zone = zone
			workdays, err := weekendAlone.Workdays()
			if err != nil {
				t.Fatal(err)
			}
			from, to := spansFrom(rand.New(rand.NewPCG(13, 3)), rules.Location(), testenv.Scaled(200, 2000))
			for n, age := range agesInSQL(t, db, rendered(t, rules, agesOf), from, to) {
				if want := workdays.Age(from[n], to[n]).Microseconds(); age != want {
					t.Fatalf("%s in %s, from %v to %v: %d µs, want %d", name, zone, from[n].In(rules.Location()), to[n].In(rules.Location()), age, want)
				}
			}
		}
	}
}

// What lies outside the years that the table has counts the weekend.
func TestAnAgeThatBeginsBeforeTheTable(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	rules := desk.BuiltInRules()
	if _, err := store.New(db.pool, nil).ApplyPlan(t.Context(), rules, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	at := func(year int) time.Time { return time.Date(year, 6, 1, 12, 0, 0, 0, time.UTC) }
	from, to := []time.Time{at(1998), at(2026), at(2030)}, []time.Time{at(1998).AddDate(0, 0, 14), at(2031), at(2030).AddDate(0, 0, 7)}
	ages := agesInSQL(t, db, rendered(t, rules, agesOf), from, to)
	const hour = int64(time.Hour / time.Microsecond)
	// 1 June is a Monday in 2026 and a Sunday in 2031: after the first day's 15 hours come 1,304 weekdays.
	for n, want := range []int64{240 * hour, (15 + 1304*24) * hour, 120 * hour} {
		if ages[n] != want {
			t.Errorf("from %v to %v: %d hours, want %d", from[n], to[n], ages[n]/hour, want/hour)
		}
	}
}

// workedMinutes counts in PostgreSQL, minute by minute, how long a desk has worked: $1 the zone, $2 and $3 the span, $4 the
// numbers of the weekend's days as isodow has them, $5 the days off.
const workedMinutes = `SELECT count(*) FROM generate_series($2::timestamptz, $3::timestamptz - interval '1 minute', interval '1 minute') m
WHERE extract(isodow FROM m AT TIME ZONE $1) <> ALL ($4::int[]) AND (m AT TIME ZONE $1)::date <> ALL ($5::date[])`

// An independent computation: PostgreSQL's own zones, minute by minute, and the holidays that were published.
func TestAgesAgreeWithAWalkOverEveryMinute(t *testing.T) {
	t.Parallel()
	carnival := []string{"2026-01-01", "2026-02-16", "2026-02-17", "2026-04-03", "2026-04-21", "2026-05-01", "2026-06-04"}
	easter := []string{"2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25"}
	all := deskCalendars()
	for _, c := range []struct {
		desk    string
		weekend []int32
		off     []string
	}{
		{"São Paulo", []int32{6, 7}, carnival}, {"London", []int32{6, 7}, easter}, {"Dubai", []int32{5, 6}, nil}, {"Tel Aviv", []int32{5, 6}, []string{"2026-04-02"}},
		{"Sunday only", []int32{7}, nil}, {"never closed", []int32{}, nil}, {"Beirut", []int32{7}, nil}, {"Havana", []int32{6}, nil},
	} {
		t.Run(c.desk, func(t *testing.T) {
			t.Parallel()
			rules, db := all[c.desk], newDatabase(t, "UTC")
			if c.off == nil {
				c.off = []string{}
			}
			if _, err := store.New(db.pool, nil).ApplyPlan(t.Context(), rules, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)); err != nil {
				t.Fatal(err)
			}
			r := rand.New(rand.NewPCG(13, 4))
			var from, to []time.Time
			for range testenv.Scaled(25, 400) {
				a := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(r.Int64N(150*24*60)) * time.Minute)
				from, to = append(from, a), append(to, a.Add(time.Duration(r.Int64N(9*24*60))*time.Minute))
			}
			for n, age := range agesInSQL(t, db, rendered(t, rules, agesOf), from, to) {
				var minutes int64
				if err := db.conn.QueryRow(t.Context(), workedMinutes, rules.Zone, from[n], to[n], c.weekend, c.off).Scan(&minutes); err != nil {
					t.Fatal(err)
				}
				if age != minutes*60_000_000 {
					t.Errorf("from %v to %v: %d minutes, want %d", from[n].In(rules.Location()), to[n].In(rules.Location()), age/60_000_000, minutes)
				}
			}
		})
	}
}

// The rules for Grafana, the tile of the risk and the tile of a step without a schedule follow the desk's calendar, as Go
// does.
func TestNothingGrowsOldOnADayOff(t *testing.T) {
	t.Parallel()
	all := deskCalendars()
	for _, c := range []struct{ desk, last string }{
		{"São Paulo", "2026-02-13 19:00"}, {"London", "2026-04-02 17:00"}, {"Dubai", "2026-06-11 18:00"}, {"Tel Aviv", "2026-03-26 18:00"},
		{"Tokyo", "2026-05-01 18:00"}, {"Sunday only", "2026-06-13 18:00"}, {"never closed", "2026-03-07 18:00"},
	} {
		t.Run(c.desk, func(t *testing.T) {
			t.Parallel()
			rules, db := all[c.desk], newRiskDatabase(t, "UTC")
			last, err := time.ParseInLocation("2006-01-02 15:04", c.last, rules.Location())
			if err != nil {
				t.Fatal(err)
			}
			ages := agesAround(t, db, rules, last)
			stale, fresh := 0, 0
			for hours := 1; hours < 24*8; hours += 5 {
				if ages(last.Add(time.Duration(hours) * time.Hour)) {
					stale++
				} else {
					fresh++
				}
			}
			if stale == 0 || fresh < 8 {
				t.Errorf("it was stale %d times and not stale %d times", stale, fresh)
			}
		})
	}
}

// agesAround records a book, its risk, a signal and a run of a step without a schedule, all of one time. It returns a function
// that compares their ages at an instant with the desk's, and tells whether they are stale.
func agesAround(t *testing.T, db riskDatabase, rules desk.Rules, last time.Time) func(at time.Time) bool {
	t.Helper()
	workdays, err := rules.Workdays()
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), db.pool.Config().ConnString(), store.Options{Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if _, err := s.ApplyPlan(t.Context(), rules, last.AddDate(0, 0, -1)); err != nil {
		t.Fatal(err)
	}
	db.exec(`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity) VALUES ($1, 'FX_1', 'USDBRL', 0.5, 100)`, last)
	db.exec(`INSERT INTO strategy_signals (strategy_id, instrument, direction, confidence, generated_at) VALUES ('FX_1', 'USDBRL', 'LONG', 0.5, $1)`, last)
	db.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds) VALUES ('a', 'health_check', 'SUCCESS', $1, $1, 0)`, last)
	db.fill(riskRows{computations: []desk.RiskComputation{{Metric: desk.RiskMetric{ComputedAt: last, VaR95Pct: 1, VaR99Pct: 2, CVaR95Pct: 3}}}})
	ages := map[string]string{alert.BookStale: queryOf(t, rules, "alert_book_age.sql"), alert.SignalsStale: queryOf(t, rules, "alert_signals_age.sql")}
	risk, tile := queryOf(t, rules, "risk_computed.sql"), queryOf(t, rules, "pipeline_connector.sql")
	one := func(sql string, at time.Time) []any {
		found := collect(db.database, span{at.Add(-time.Hour), at}.expand(t, sql), func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
		if len(found) != 1 {
			t.Fatalf("%d rows of %s", len(found), sql)
		}
		return found[0]
	}
	return func(at time.Time) bool {
		hours, stale := workdays.Age(last, at).Hours(), workdays.Stale(last, at)
		for name, sql := range ages {
			if got := one(sql, at)[1].(float64); got != hours {
				t.Errorf("%v: %s measures %v hours, want %v", at, name, got, hours)
			}
		}
		if got := one(risk, at)[0] == "STALE"; got != stale {
			t.Errorf("%v: the risk is stale: %t after %v hours", at, got, hours)
		}
		if got := one(tile, at)[0] == string(desk.Stale); got != stale {
			t.Errorf("%v: the tile is stale: %t after %v hours", at, got, hours)
		}
		states, err := s.StepStates(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		for _, state := range states {
			if state.Step.Name == "health_check" && (state.State == desk.Stale) != stale {
				t.Errorf("%v: the step is %s after %v hours", at, state.State, hours)
			}
		}
		return stale
	}
}
