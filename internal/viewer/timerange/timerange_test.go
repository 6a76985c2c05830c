package timerange_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"macrowatch/internal/viewer/timerange"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestInstantReadsGrafanasExpressions(t *testing.T) {
	t.Parallel()
	sp := zone(t, "America/Sao_Paulo")
	now := time.Date(2025, time.May, 31, 14, 35, 20, 250e6, sp) // a Saturday
	clock := timerange.Clock{Now: now, Location: sp}
	for _, tc := range []struct {
		expr string
		up   bool
		want string
	}{
		{"now", false, "2025-05-31T14:35:20.25-03:00"},
		{"now-7d", false, "2025-05-24T14:35:20.25-03:00"},
		{"now - 7d", false, "2025-05-24T14:35:20.25-03:00"},
		{"now-d", false, "2025-05-30T14:35:20.25-03:00"},
		{"now-1M", false, "2025-04-30T14:35:20.25-03:00"}, // April has no 31st
		{"now-3M/M", true, "2025-02-28T23:59:59.999-03:00"},
		{"now-1M/M", false, "2025-04-01T00:00:00-03:00"},
		{"now/w", false, "2025-05-25T00:00:00-03:00"},
		{"now/w", true, "2025-05-31T23:59:59.999-03:00"},
		{"now/d", true, "2025-05-31T23:59:59.999-03:00"},
		{"now/h", true, "2025-05-31T14:59:59.999-03:00"},
		{"now/m", false, "2025-05-31T14:35:00-03:00"},
		{"now/s", true, "2025-05-31T14:35:20.999-03:00"},
		{"now/Q", false, "2025-04-01T00:00:00-03:00"},
		{"now-1Q/fQ", true, "2025-03-31T23:59:59.999-03:00"},
		{"now/fy", false, "2025-01-01T00:00:00-03:00"},
		{"now-1y/y", true, "2024-12-31T23:59:59.999-03:00"},
		{"now+1h-30m", false, "2025-05-31T15:05:20.25-03:00"},
		{"now-1d/d+6h", false, "2025-05-30T06:00:00-03:00"},
		{"1735689600000", false, "2024-12-31T21:00:00-03:00"},
		{"-1000", false, "1969-12-31T20:59:59-03:00"},
		{"2025-01-31T09:00:00Z", false, "2025-01-31T09:00:00Z"},
		{"2025-01-31T09:00:00.5+02:00", false, "2025-01-31T09:00:00.5+02:00"},
		{"2025-01-31T09:00:00", false, "2025-01-31T09:00:00-03:00"},
		{"2025-01-31 09:00:00", false, "2025-01-31T09:00:00-03:00"},
		{"2025-01-31", false, "2025-01-31T00:00:00-03:00"},
		{"20250131", false, "2025-01-31T00:00:00-03:00"},
	} {
		t.Run(fmt.Sprintf("%s, up %t", tc.expr, tc.up), func(t *testing.T) {
			got, err := clock.Instant(tc.expr, tc.up)
			if err != nil {
				t.Errorf("%s: %v", tc.expr, err)
				return
			}
			want, err := time.Parse(time.RFC3339Nano, tc.want)
			if err != nil {
				t.Fatal(err)
			}
			if !got.Equal(want) {
				t.Errorf("%s (up %t): got %s, want %s", tc.expr, tc.up, got.Format(time.RFC3339Nano), tc.want)
			}
		})
	}
}

func TestDaysKeepTheirClockTimeOverASummerTimeChange(t *testing.T) {
	t.Parallel()
	ny := zone(t, "America/New_York")
	clock := timerange.Clock{Now: time.Date(2025, time.March, 10, 9, 0, 0, 0, ny), Location: ny}
	day, err := clock.Instant("now-2d", false)
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2025, time.March, 8, 9, 0, 0, 0, ny); !day.Equal(want) {
		t.Errorf("now-2d: got %s, want %s", day, want)
	}
	hours, err := clock.Instant("now-48h", false)
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2025, time.March, 8, 8, 0, 0, 0, ny); !hours.Equal(want) {
		t.Errorf("now-48h: got %s, want %s", hours, want)
	}
}

func TestWeekAndFiscalYearFollowTheirSettings(t *testing.T) {
	t.Parallel()
	clock := timerange.Clock{Now: time.Date(2025, time.June, 1, 12, 0, 0, 0, time.UTC), // a Sunday
		WeekStart: time.Monday, FiscalYearStart: time.April}
	for expr, want := range map[string]string{
		"now/w":  "2025-05-26T00:00:00Z",
		"now/fy": "2025-04-01T00:00:00Z",
		"now/fQ": "2025-04-01T00:00:00Z",
	} {
		t.Run(expr, func(t *testing.T) {
			got, err := clock.Instant(expr, false)
			if err != nil || got.Format(time.RFC3339) != want {
				t.Errorf("%s: got %s, %v; want %s", expr, got.Format(time.RFC3339), err, want)
			}
		})
	}
}

func TestAnythingElseIsRefusedWithASentence(t *testing.T) {
	t.Parallel()
	clock := timerange.Clock{Now: time.Date(2025, 5, 31, 0, 0, 0, 0, time.UTC)}
	for _, expr := range []string{
		"", "nowish", "now-", "now-7", "now-7x", "now/2d", "now/fd", "now*2d", "yesterday", "7d", "2025-13-01",
		"now-99999999999d", "now-999999999y", "1e12", "9223372036854775807", "now-7d; DROP TABLE x",
	} {
		t.Run(expr, func(t *testing.T) {
			_, err := clock.Instant(expr, false)
			var e *timerange.Error
			if !errors.As(err, &e) {
				t.Errorf("%q: got %v, want an *Error", expr, err)
				return
			}
			if !strings.Contains(err.Error(), `"`) || len(err.Error()) < 20 {
				t.Errorf("%q: not a sentence: %s", expr, err)
			}
		})
	}
}

func TestRangeRefusesFromAfterTo(t *testing.T) {
	t.Parallel()
	clock := timerange.Clock{Now: time.Date(2025, 5, 31, 0, 0, 0, 0, time.UTC)}
	if _, err := clock.Range("now", "now-1d"); err == nil || !strings.Contains(err.Error(), "must not be later") {
		t.Errorf("got %v", err)
	}
	r, err := clock.Range("now-1d/d", "now-1d/d")
	if err != nil || r.To.Sub(r.From) != 24*time.Hour-time.Millisecond || !r.Relative {
		t.Errorf("yesterday: got %+v, %v", r, err)
	}
	if r, err = clock.Range("1735689600000", "now"); err != nil || r.Relative {
		t.Errorf("absolute from: got %+v, %v", r, err)
	}
}

func TestOverrideAppliesAPanelsOwnRange(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 5, 31, 12, 0, 0, 0, time.UTC)
	clock := timerange.Clock{Now: now}
	picked, err := clock.Range("now-7d", "now")
	if err != nil {
		t.Fatal(err)
	}
	r, label, err := clock.Override(picked, "5y", "")
	if err != nil || label != "Last 5 years" || !r.From.Equal(now.AddDate(-5, 0, 0)) || !r.To.Equal(now) {
		t.Errorf("timeFrom 5y: got %+v %q %v", r, label, err)
	}
	r, label, err = clock.Override(picked, "5y/y", "")
	if err != nil || label != "Last 5 years" || !r.From.Equal(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("timeFrom 5y/y: got %+v %q %v", r, label, err)
	}
	r, label, err = clock.Override(picked, "", "1d")
	if err != nil || label != "1 day earlier" || !r.To.Equal(now.AddDate(0, 0, -1)) {
		t.Errorf("timeShift 1d: got %+v %q %v", r, label, err)
	}
	fixed := timerange.Range{From: picked.From, To: picked.To}
	if r, label, err = clock.Override(fixed, "5y", ""); err != nil || r != fixed || label != "" {
		t.Errorf("an absolute range must stay: got %+v %q %v", r, label, err)
	}
	for _, bad := range [][2]string{{"5", ""}, {"", "5"}, {"+5d", ""}, {"now+5d", ""}} {
		t.Run("refuses "+strings.Join(bad[:], " "), func(t *testing.T) {
			if _, _, err := clock.Override(picked, bad[0], bad[1]); err == nil {
				t.Errorf("%q: no error", bad)
			}
		})
	}
}

func FuzzInstant(f *testing.F) {
	for _, s := range []string{"now", "now-7d/d", "now/fy", "1735689600000", "2025-01-31T09:00:00Z", "now-1Q/fQ", "now+999999999y"} {
		f.Add(s, true)
	}
	loc := zone(f, "America/Sao_Paulo")
	clock := timerange.Clock{Now: time.Date(2025, 5, 31, 0, 0, 0, 0, time.UTC), Location: loc}
	f.Fuzz(func(t *testing.T, expr string, up bool) {
		got, err := clock.Instant(expr, up)
		if err == nil && (got.Year() < 1 || got.Year() > 9999) {
			t.Errorf("%q gave the year %d", expr, got.Year())
		}
	})
}

func TestADayBeginsWhereItsMidnightIsSkippedOrComesTwice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, text, want string }{
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"},       // the clock goes from midnight to one
		{"America/Sao_Paulo", "2018-11-04T00:20", "2018-11-04T01:20:00-02:00"}, // which is not shown
		{"America/Havana", "2025-11-02", "2025-11-02T00:00:00-04:00"},          // from one back to midnight
		{"America/Argentina/Jujuy", "2007-12-30", "2007-12-30T01:00:00-02:00"},
		{"America/Argentina/Catamarca", "2004-06-01", "2004-06-01T00:00:00-04:00"}, // from midnight back to eleven
		{"Asia/Beirut", "2024-03-31", "2024-03-31T01:00:00+03:00"},
		{"Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"}, // the whole day is skipped
		{"Australia/Lord_Howe", "2025-10-05T02:10", "2025-10-05T02:40:00+11:00"},
		{"America/New_York", "2025-11-02T01:30", "2025-11-02T01:30:00-04:00"}, // comes twice
		{"UTC", "2025-11-02", "2025-11-02T00:00:00Z"},
		{"Asia/Kolkata", "2025-11-02", "2025-11-02T00:00:00+05:30"},
	} {
		t.Run(c.zone+" "+c.text, func(t *testing.T) {
			got, err := timerange.Clock{Location: zone(t, c.zone)}.Instant(c.text, false)
			if err != nil || got.Format(time.RFC3339) != c.want {
				t.Errorf("%s in %s: %s, %v; want %s", c.text, c.zone, got.Format(time.RFC3339), err, c.want)
			}
		})
	}
}
