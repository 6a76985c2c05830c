package dashboard

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// weekRules are the built-in rules with three connectors, which are due at 06:00 on B3's trading days, must have started
// by 06:15 and ended by 07:00, and the risk, which waits for them and has no schedule.
func weekRules() desk.Rules {
	rules := desk.BuiltInRules()
	var steps []desk.Step
	for _, s := range rules.Connectors()[:3] {
		s.Cron, s.Holidays, s.StartGrace, s.EndGrace = "0 6 * * 1-5", nil, 15*time.Minute, time.Hour
		steps = append(steps, s)
	}
	rules.Steps = append(steps, desk.Step{Name: "risk", Title: "Risk", Group: "book", WaitsFor: []string{"fred"}})
	return rules
}

// recordWeek records what the three connectors did from Thursday 12 to Friday 20 February 2026, the week of Carnival.
func recordWeek(t *testing.T, db *database) {
	t.Helper()
	for _, r := range []struct{ step, status, start, end string }{
		{"bcb_sgs", "SUCCESS", "12 06:00", "12 06:02"}, {"fred", "SUCCESS", "12 06:00", "12 06:02"}, {"yahoo", "SUCCESS", "12 06:00", "12 06:02"},
		{"risk", "SUCCESS", "12 07:00", "12 07:01"},
		// On Friday bcb_sgs is late, and fred is tried again.
		{"bcb_sgs", "SUCCESS", "13 06:40", "13 06:45"}, {"fred", "FAILED", "13 06:00", "13 06:01"}, {"fred", "SUCCESS", "13 06:03", "13 06:06"}, {"yahoo", "SUCCESS", "13 06:00", "13 06:02"},
		// On Ash Wednesday bcb_sgs does not run, and fred takes too long.
		{"fred", "SUCCESS", "18 06:00", "18 07:30"}, {"yahoo", "SUCCESS", "18 06:00", "18 06:03"},
		// On Thursday the source of yahoo is down for the morning.
		{"bcb_sgs", "SUCCESS", "19 06:00", "19 06:02"}, {"fred", "SUCCESS", "19 06:00", "19 06:02"},
		{"yahoo", "FAILED", "19 06:00", "19 06:01"}, {"yahoo", "FAILED", "19 06:10", "19 06:11"}, {"yahoo", "FAILED", "19 09:00", "19 09:05"}, {"yahoo", "SUCCESS", "19 12:00", "19 12:04"},
		{"bcb_sgs", "SUCCESS", "20 05:50", "20 05:52"}, {"fred", "SUCCESS", "20 06:00", "20 06:02"}, {"yahoo", "SUCCESS", "20 06:00", "20 06:02"}, {"yahoo", "SUCCESS", "20 15:00", "20 15:02"},
	} {
		start, end := inFebruary(t, r.start), inFebruary(t, r.end)
		db.record(run{r.step, r.status, start, end, end.Sub(start), map[string]string{"FAILED": "HTTP 503"}[r.status]})
	}
}

func inFebruary(t *testing.T, text string) time.Time {
	t.Helper()
	return clock(t, "2026-02-"+text+":00")
}

func TestTilesTellAWeekWithCarnival(t *testing.T) {
	t.Parallel()
	rules := weekRules()
	sql := tileQueries(t, rules)
	inZones(t, func(t *testing.T, db *database) {
		s := store.New(db.pool, nil)
		if _, err := s.ApplyPlan(t.Context(), rules, inFebruary(t, "11 12:00")); err != nil {
			t.Fatal(err)
		}
		recordWeek(t, db)
		for _, c := range []struct{ at, bcb, fred, yahoo, risk string }{
			{"12 05:00", "NO RUNS", "NO RUNS", "NO RUNS", "NO RUNS"},
			{"12 06:01", "RUNNING 06:00 60", "RUNNING 06:00 60", "RUNNING 06:00 60", "NO RUNS"},
			{"12 12:00", "SUCCESS 06:00 120", "SUCCESS 06:00 120", "SUCCESS 06:00 120", "SUCCESS 07:00 60"},
			{"13 06:02", "SUCCESS 06:00 120", "FAILED 06:00 60", "SUCCESS 06:00 120", "SUCCESS 07:00 60"},
			{"13 06:05", "SUCCESS 06:00 120", "RETRYING 06:03 120", "SUCCESS 06:00 120", "SUCCESS 07:00 60"},
			{"13 06:15", "LATE 06:00", "SUCCESS 06:03 180", "SUCCESS 06:00 120", "SUCCESS 07:00 60"},
			{"13 06:41", "RUNNING 06:40 60", "SUCCESS 06:03 180", "SUCCESS 06:00 120", "SUCCESS 07:00 60"},
			{"13 06:45", "SUCCESS 06:40 300", "SUCCESS 06:03 180", "SUCCESS 06:00 120", "SUCCESS 07:00 60"},
			{"14 12:00", "SUCCESS 06:40 300", "SUCCESS 06:03 180", "SUCCESS 06:00 120", "STALE 07:00 60"},
			{"16 05:59", "SUCCESS 06:40 300", "SUCCESS 06:03 180", "SUCCESS 06:00 120", "STALE 07:00 60"},
			{"16 06:00", "SKIPPED 06:00", "SKIPPED 06:00", "SKIPPED 06:00", "STALE 07:00 60"},
			{"17 20:00", "SKIPPED 06:00", "SKIPPED 06:00", "SKIPPED 06:00", "STALE 07:00 60"},
			{"18 06:14", "SKIPPED 06:00", "RUNNING 06:00 840", "SUCCESS 06:00 180", "STALE 07:00 60"},
			{"18 06:15", "LATE 06:00", "RUNNING 06:00 900", "SUCCESS 06:00 180", "STALE 07:00 60"},
			{"18 07:00", "MISSED 06:00", "OVERDUE 06:00 3600", "SUCCESS 06:00 180", "STALE 07:00 60"},
			{"18 23:00", "MISSED 06:00", "SUCCESS 06:00 5400", "SUCCESS 06:00 180", "STALE 07:00 60"},
			{"19 06:05", "SUCCESS 06:00 120", "SUCCESS 06:00 120", "FAILED 06:00 60", "STALE 07:00 60"},
			{"19 06:10", "SUCCESS 06:00 120", "SUCCESS 06:00 120", "RETRYING 06:10 0", "STALE 07:00 60"},
			{"19 08:00", "SUCCESS 06:00 120", "SUCCESS 06:00 120", "FAILED 06:10 60", "STALE 07:00 60"},
			{"19 09:01", "SUCCESS 06:00 120", "SUCCESS 06:00 120", "OVERDUE 09:00 60", "STALE 07:00 60"},
			{"19 09:05", "SUCCESS 06:00 120", "SUCCESS 06:00 120", "FAILED 09:00 300", "STALE 07:00 60"},
			{"19 12:04", "SUCCESS 06:00 120", "SUCCESS 06:00 120", "SUCCESS 12:00 240", "STALE 07:00 60"},
			{"20 05:51", "RUNNING 05:50 60", "SUCCESS 06:00 120", "SUCCESS 12:00 240", "STALE 07:00 60"},
			{"20 15:01", "SUCCESS 05:50 120", "SUCCESS 06:00 120", "RUNNING 15:00 60", "STALE 07:00 60"},
			{"23 06:15", "LATE 06:00", "LATE 06:00", "LATE 06:00", "STALE 07:00 60"},
		} {
			at := inFebruary(t, c.at)
			states, err := s.StepStates(t.Context(), at)
			if err != nil {
				t.Fatal(err)
			}
			for n, want := range []string{c.bcb, c.fred, c.yahoo} {
				got := query[tile](db.in(t), sql[n], dayTo(at))[0]
				text := got.Status
				if got.Started != nil {
					text += got.Started.In(rules.Location()).Format(" 15:04")
				}
				if got.Duration != nil {
					text += fmt.Sprintf(" %.0f", *got.Duration)
				}
				if text != want {
					t.Errorf("%s: the tile of %s says %s, want %s", c.at, rules.Steps[n].Name, text, want)
				}
			}
			for n, want := range []string{c.bcb, c.fred, c.yahoo, c.risk} {
				if state := string(states[n].State); state != strings.Join(strings.Fields(want)[:len(strings.Fields(state))], " ") {
					t.Errorf("%s: the store says that %s is %s, want %s", c.at, rules.Steps[n].Name, state, want)
				}
			}
		}
	})
}

// tileQueries are the queries of the connectors' tiles.
func tileQueries(t *testing.T, rules desk.Rules) []string {
	t.Helper()
	b, err := newBuilder(rules, false)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, c := range rules.Connectors() {
		sql, err := b.sql("pipeline_connector.sql", subject{step: c.Name})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, sql)
	}
	return all
}

func TestATileSaysHowLongARunUsuallyTakes(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	end := clock(t, "2026-02-20 12:00:00")
	for n := range 30 { // the last 20 successes take 141 to 160 seconds
		start := end.Add(-time.Duration(40-n) * time.Hour)
		took := time.Duration(131+n) * time.Second
		db.record(run{"fred", "SUCCESS", start, start.Add(took), took, ""})
	}
	db.record(run{"fred", "FAILED", end.Add(-2 * time.Hour), end.Add(-2*time.Hour + 9*time.Second), 9400 * time.Millisecond, "HTTP 503"})
	got := query[tile](db, panelSQL(t, 2), dayTo(end))[0]
	if *got.Took != "9.4 s, usually 2 m 31 s" || *got.Median != 150.5 || *got.Most != 159.05 {
		t.Errorf("%s; %v, %v", *got.Took, *got.Median, *got.Most)
	}
	for seconds, want := range map[float64]string{9.94: "9.9 s", 42.5: "42.5 s", 59.94: "59.9 s", 59.96: "1 m 0 s", 3599: "59 m 59 s", 3599.6: "1 h 0 m", 90000: "25 h 0 m"} {
		db.exec("TRUNCATE pipeline_runs")
		db.record(run{"fred", "SUCCESS", end.Add(-26 * time.Hour), end, time.Duration(seconds * float64(time.Second)), ""})
		if got := query[tile](db, panelSQL(t, 2), dayTo(end))[0]; *got.Took != want {
			t.Errorf("%v seconds are %s, want %s", seconds, *got.Took, want)
		}
	}
}

// column returns the values of a panel's only row by their columns.
func column(t *testing.T, db *database, sql string, at time.Time) map[string]string {
	t.Helper()
	rows, err := db.conn.Query(t.Context(), dayTo(at).expand(t, sql))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	values := map[string]string{}
	for rows.Next() {
		row, err := rows.Values()
		if err != nil {
			t.Fatal(err)
		}
		for n, field := range rows.FieldDescriptions() {
			values[field.Name] = fmt.Sprint(row[n])
		}
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return values
}

func TestTheDayIsToldInOneLineByGroupAndForEachStep(t *testing.T) {
	t.Parallel()
	rules := weekRules()
	rules.Steps[2].Group = "extra"
	b, err := newBuilder(rules, false)
	if err != nil {
		t.Fatal(err)
	}
	sql := map[string]string{}
	for _, name := range []string{"pipeline_day", "pipeline_groups", "pipeline_grid"} {
		if sql[name], err = b.sql(name+".sql", subject{}); err != nil {
			t.Fatal(err)
		}
	}
	inZones(t, func(t *testing.T, db *database) {
		if got := fmt.Sprint(column(t, db, sql["pipeline_day"], inFebruary(t, "12 12:00"))); got != "map[brief:<nil> day:Today: nothing is due since:<nil> verdict:NO SCHEDULE wrong:0]" {
			t.Errorf("before the steps are known: %s", got)
		}
		if _, err := store.New(db.pool, nil).ApplyPlan(t.Context(), rules, inFebruary(t, "11 12:00")); err != nil {
			t.Fatal(err)
		}
		recordWeek(t, db)
		for _, c := range []struct{ at, day, groups, grid string }{
			{"11 13:00", "NOTHING DUE Today: nothing is due; next: bcb_sgs on Thursday at 06:00", "nothing due: nothing due, nothing due", "4 NO RUNS: NO RUNS, NO RUNS, NO RUNS, NO RUNS"},
			{"12 05:00", "ON TIME Today: 0 of 3 done, 0 failed, 0 late; next: bcb_sgs at 06:00", "0 of 3 done: 0 of 2 done, 0 of 1 done", "4 NO RUNS: NO RUNS, NO RUNS, NO RUNS, NO RUNS"},
			{"12 12:00", "DONE Today: 3 of 3 done, 0 failed, 0 late; next: bcb_sgs on Friday at 06:00", "3 of 3 done: 2 of 2 done, 1 of 1 done", "4 SUCCESS: SUCCESS, SUCCESS, SUCCESS, SUCCESS"},
			{"13 06:02", "FAILED Today: 1 of 3 done, 1 failed, 0 late; next: bcb_sgs on Wednesday at 06:00", "1 of 3 done, 1 FAILED: 0 of 2 done, 1 FAILED, 1 of 1 done", "3 SUCCESS, 1 FAILED: SUCCESS, FAILED, SUCCESS, SUCCESS"},
			{"13 06:15", "LATE Today: 2 of 3 done, 0 failed, 1 late; next: bcb_sgs on Wednesday at 06:00", "2 of 3 done, 1 LATE: 1 of 2 done, 1 LATE, 1 of 1 done", "3 SUCCESS, 1 LATE: LATE, SUCCESS, SUCCESS, SUCCESS"},
			{"16 12:00", "NOTHING DUE Today: nothing is due; next: bcb_sgs on Wednesday at 06:00", "nothing due: nothing due, nothing due", "3 SKIPPED, 1 STALE: SKIPPED, SKIPPED, SKIPPED, STALE"},
			{"18 07:00", "FAILED Today: 1 of 3 done, 1 failed, 1 late; next: bcb_sgs on Thursday at 06:00", "1 of 3 done, 1 FAILED, 1 LATE: 0 of 2 done, 1 FAILED, 1 LATE, 1 of 1 done", "1 MISSED, 1 OVERDUE, 1 STALE, 1 SUCCESS: MISSED, OVERDUE, SUCCESS, STALE"},
		} {
			at := inFebruary(t, c.at)
			day, groups, grid := column(t, db, sql["pipeline_day"], at), column(t, db, sql["pipeline_groups"], at), column(t, db, sql["pipeline_grid"], at)
			if got := day["verdict"] + " " + day["day"]; got != c.day {
				t.Errorf("%s: %s, want %s", c.at, got, c.day)
			}
			if got := groups["All"] + ": " + groups["connector"] + ", " + groups["extra"]; got != c.groups {
				t.Errorf("%s: %s, want %s", c.at, got, c.groups)
			}
			if got := grid["All"] + ": " + grid["BCB SGS"] + ", " + grid["FRED"] + ", " + grid["Yahoo Finance"] + ", " + grid["Risk"]; got != c.grid {
				t.Errorf("%s: %s, want %s", c.at, got, c.grid)
			}
		}
	})
}

func TestTheDaysVerdictIsToldBrieflyTheWorstFirst(t *testing.T) {
	t.Parallel()
	rules := weekRules()
	b, err := newBuilder(rules, false)
	if err != nil {
		t.Fatal(err)
	}
	sql, err := b.sql("pipeline_day.sql", subject{})
	if err != nil {
		t.Fatal(err)
	}
	inZones(t, func(t *testing.T, db *database) {
		if _, err := store.New(db.pool, nil).ApplyPlan(t.Context(), rules, inFebruary(t, "11 12:00")); err != nil {
			t.Fatal(err)
		}
		recordWeek(t, db)
		for _, c := range []struct{ at, want string }{
			{"12 05:00", "ON TIME 0: 0 of 3 done"},
			{"12 12:00", "DONE 0: All done"},
			{"13 06:02", "FAILED 1: 1 failed, 1 of 3 done, since 13 06:01"},
			{"13 06:05", "ON TIME 0: 1 of 3 done"},                      // fred is tried again
			{"13 06:15", "LATE 1: 1 late, 2 of 3 done, since 13 06:15"}, // it should have started by now
			{"13 06:41", "ON TIME 0: 2 of 3 done"},
			{"14 12:00", "NOTHING DUE 0: Nothing due"}, // a Saturday
			{"16 12:00", "NOTHING DUE 0: Nothing due"}, // Carnival
			{"18 06:30", "LATE 1: 1 late, 1 of 3 done, since 18 06:15"},
			{"18 07:10", "FAILED 2: 1 failed, 1 late, 1 of 3 done, since 18 07:00"}, // one is MISSED, one OVERDUE
			{"18 23:00", "FAILED 1: 1 failed, 2 of 3 done, since 18 07:00"},
			{"19 06:05", "FAILED 1: 1 failed, 2 of 3 done, since 19 06:01"},
			{"19 08:00", "FAILED 1: 1 failed, 2 of 3 done, since 19 06:11"}, // it failed a second time
			{"19 09:01", "LATE 1: 1 late, 2 of 3 done, since 19 07:00"},     // a third attempt is running past the end
			{"23 06:20", "LATE 3: 3 late, 0 of 3 done, since 23 06:15"},
			{"23 07:00", "FAILED 3: 3 failed, 0 of 3 done, since 23 07:00"},
		} {
			v := query[struct {
				Verdict, Day string
				Brief        *string
				Wrong        int
				Since        *time.Time
			}](db, sql, dayTo(inFebruary(t, c.at)))[0]
			got := fmt.Sprintf("%s %d: %s", v.Verdict, v.Wrong, *v.Brief)
			if v.Since != nil {
				got += ", since " + v.Since.In(rules.Location()).Format("02 15:04")
			}
			if got != c.want {
				t.Errorf("%s: %s, want %s", c.at, got, c.want)
			}
		}
	})
}
