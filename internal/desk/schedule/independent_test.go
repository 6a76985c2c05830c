package schedule_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testenv"
)

// minuteWalk computes in PostgreSQL what is due, from its own zones: it looks at each minute of a range, and asks what
// a clock shows then. $1 is the zone, $2 and $3 the range, $4 to $8 the numbers of the five fields, $9 whether the date
// needs one of the days of the month or one of the days of the week, $10 whether every hour counts, so that a time that
// comes twice is due twice.
//
// A time that no minute shows is skipped by the clock; AT TIME ZONE then counts with the offset from before.
const minuteWalk = `
WITH minutes AS MATERIALIZED (
  SELECT t, t AT TIME ZONE $1 AS shown FROM generate_series($2::timestamptz - interval '1 day', $3::timestamptz + interval '1 day', interval '1 minute') t
), clock AS (
  SELECT shown, false AS skipped, t FROM minutes
  UNION ALL
  SELECT s, true, s AT TIME ZONE $1 FROM (
    SELECT generate_series((SELECT min(shown) FROM minutes), (SELECT max(shown) FROM minutes), interval '1 minute') EXCEPT SELECT shown FROM minutes
  ) missing (s)
), due AS (
  SELECT shown, t FROM clock
  WHERE extract(minute FROM shown) = ANY ($4::int[]) AND extract(hour FROM shown) = ANY ($5::int[]) AND extract(month FROM shown) = ANY ($7::int[])
    AND CASE WHEN $9 THEN extract(day FROM shown) = ANY ($6::int[]) OR extract(dow FROM shown) = ANY ($8::int[])
      ELSE extract(day FROM shown) = ANY ($6::int[]) AND extract(dow FROM shown) = ANY ($8::int[]) END
)
SELECT DISTINCT at, to_char(min(shown), 'YYYY-MM-DD') FROM (
  SELECT shown, min(t) AS at FROM due GROUP BY shown
  UNION ALL
  SELECT shown, t FROM due WHERE $10
) each WHERE at >= $2 AND at < $3 GROUP BY at ORDER BY at`

// holidays2026 are the holidays of markets on weekdays of 2026 from what the exchanges and central banks published.
var holidays2026 = map[string]string{
	"B3":     "01-01 02-16 02-17 04-03 04-21 05-01 06-04 09-07 10-12 11-02 11-20 12-24 12-25 12-31",
	"NYSE":   "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25",
	"US":     "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
	"UK":     "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
	"TARGET": "01-01 04-03 04-06 05-01 12-25",
	"FR":     "01-01 04-06 05-01 05-08 05-14 05-25 07-14 11-11 12-25",
	"DE":     "01-01 04-03 04-06 05-01 05-14 05-25 12-25",
	"CA":     "01-01 04-03 05-18 07-01 08-03 09-07 09-30 10-12 11-11 12-25 12-28",
	"JP":     "01-01 01-02 01-12 02-11 02-23 03-20 04-29 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23 12-31",
}

// TestSchedulesAgreeWithAnIndependentComputation compares more than sixty schedules and calendars with PostgreSQL's walk
// over every minute.
func TestSchedulesAgreeWithAnIndependentComputation(t *testing.T) {
	t.Parallel()
	days := testenv.Scaled(75, 366)
	// Each range has a change of clocks.
	places := []struct{ zone, from, holidays string }{
		{"America/Sao_Paulo", "2018-09-20", ""}, {"America/Sao_Paulo", "2026-01-20", "B3"},
		{"Asia/Beirut", "2026-02-20", ""}, {"Asia/Beirut", "2025-09-20", ""},
		{"Europe/London", "2026-02-20", "UK"}, {"Europe/London", "2026-09-20", "UK"}, {"Europe/Berlin", "2026-03-01", "TARGET"}, {"Europe/Paris", "2026-04-01", "FR"},
		{"America/New_York", "2026-01-10", "NYSE"}, {"America/New_York", "2026-10-01", "US"}, {"America/Toronto", "2026-06-20", "CA"},
		{"Asia/Tokyo", "2026-03-01", "JP"}, {"Asia/Kolkata", "2026-01-01", ""}, {"Asia/Kathmandu", "2024-02-01", ""},
		{"Australia/Lord_Howe", "2026-03-01", ""}, {"Australia/Lord_Howe", "2026-09-10", ""}, {"Pacific/Apia", "2011-12-01", ""},
		{"America/St_Johns", "2006-10-01", ""}, {"Africa/Casablanca", "2026-02-01", ""}, {"Antarctica/Troll", "2026-03-01", ""}, {"Europe/Berlin", "2026-04-10", "DE"},
	}
	crons := []string{
		"0 6 * * 1-5", "30 2 * * *", "0 0 * * *", "@daily", "15,45 1-3 * * *", "0 * * * *", "*/15 * * * *", "0 18 28-31 * *",
		"0 6 1 * 1", "0 6 */7 * *", "30 23 * * 0,6", "7 */2 * * *", "0 12 29 2 *", "@weekly", "59 23 31 * *", "20 1 * 3,10,11 *",
	}
	pool, schedules := pgtest.New(t), 0
	for n, place := range places {
		// Each place has a part of the expressions, the more of them the longer the test may take.
		for k := range testenv.Scaled(3, len(crons)) {
			cron := crons[(n+5*k)%len(crons)]
			schedules++
			t.Run(fmt.Sprintf("%s %s %s", place.zone, place.from, cron), func(t *testing.T) {
				t.Parallel()
				compareWithMinuteWalk(t, pool, place.zone, place.holidays, cron, at(t, place.from), days)
			})
		}
	}
	if schedules < 60 {
		t.Errorf("only %d schedules", schedules)
	}
}

func compareWithMinuteWalk(t *testing.T, pool *pgxpool.Pool, zone, market, cron string, from time.Time, days int) {
	to := from.AddDate(0, 0, days)
	calendar, off := desk.Calendar{}, map[string]bool{}
	if market != "" {
		calendar = desk.Calendar{Holidays: []string{market}, Weekend: []time.Weekday{time.Saturday, time.Sunday}}
		for _, day := range strings.Fields(holidays2026[market]) {
			off["2026-"+day] = true
		}
		to = to.AddDate(0, 0, -max(0, int(to.Sub(time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)).Hours()/24)))
	}
	fields := numbers(t, cron)
	rows, err := pool.Query(t.Context(), minuteWalk, zone, from, to, fields[0], fields[1], fields[2], fields[3], fields[4],
		len(fields[2]) < 31 && len(fields[4]) < 7, len(fields[1]) == 24)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var want []string
	for rows.Next() {
		var due time.Time
		var date string
		if err := rows.Scan(&due, &date); err != nil {
			t.Fatal(err)
		}
		weekday := at(t, date).Weekday()
		if market != "" && len(fields[4]) == 7 && (weekday == time.Saturday || weekday == time.Sunday) {
			continue
		}
		want = append(want, fmt.Sprintf("%s %t", due.UTC().Format(time.RFC3339), off[date] && weekday != time.Saturday && weekday != time.Sunday))
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	var got []string
	for _, r := range expected(t, rulesOf(zone, desk.Step{Cron: cron, EndGrace: time.Hour}, calendar), from.Format(time.DateOnly), to.Format(time.DateOnly)) {
		// The published lists leave out holidays on Saturdays and Sundays.
		location, _ := time.LoadLocation(zone)
		weekday := r.DueAt.In(location).Weekday()
		got = append(got, fmt.Sprintf("%s %t", r.DueAt.Format(time.RFC3339), r.Skipped != "" && weekday != time.Saturday && weekday != time.Sunday))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d due, want %d; the first that differ: %s", len(got), len(want), firstDifference(got, want))
	}
}

func firstDifference(got, want []string) string {
	for n := range max(len(got), len(want)) {
		if n >= len(got) || n >= len(want) || got[n] != want[n] {
			return fmt.Sprintf("%v, want %v", got[min(n, len(got)):min(n+2, len(got))], want[min(n, len(want)):min(n+2, len(want))])
		}
	}
	return "none"
}

// numbers reads the five fields of an expression in another way than the package does: by counting.
func numbers(t *testing.T, cron string) [5][]int {
	t.Helper()
	cron = map[string]string{"@daily": "0 0 * * *", "@weekly": "0 0 * * 0"}[cron] + strings.Map(func(r rune) rune {
		if strings.HasPrefix(cron, "@") {
			return -1
		}
		return r
	}, cron)
	bounds := [5][2]int{{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}}
	var fields [5][]int
	for n, text := range strings.Fields(cron) {
		for number := bounds[n][0]; number <= bounds[n][1]; number++ {
			if slices.ContainsFunc(strings.Split(text, ","), func(part string) bool { return covers(t, part, number, bounds[n]) }) {
				fields[n] = append(fields[n], number)
			}
		}
	}
	return fields
}

// covers tells whether a part of a field, such as 1-5/2, has a number.
func covers(t *testing.T, part string, number int, bounds [2]int) bool {
	t.Helper()
	span, step, stepped := strings.Cut(part, "/")
	every := 1
	if stepped {
		every = atoi(t, step)
	}
	first, last := bounds[0], bounds[1]
	if span != "*" {
		low, high, isSpan := strings.Cut(span, "-")
		first = atoi(t, low)
		last = first
		if isSpan {
			last = atoi(t, high)
		}
	}
	return number >= first && number <= last && (number-first)%every == 0
}

func atoi(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
