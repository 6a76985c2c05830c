package axis

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

func TestAxisEndsAreRoundAndStayAtZero(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		about          string
		scale          Scale
		lo, hi         float64
		wantLo, wantHi float64
	}{
		{"positive values near zero begin at zero", Scale{}, 3, 97, 0, 107},
		{"far from zero they do not", Scale{}, 1000, 1003, 999.7, 1003.3},
		{"negative values end at zero", Scale{}, -97, -3, -107, 0},
		{"both signs", Scale{}, -10, 10, -12, 12},
		{"one value", Scale{}, 5, 5, 0, 10},
		{"only zero", Scale{}, 0, 0, 0, 100},
		{"hard ends", Scale{HardMin: new(1.0), HardMax: new(2.0)}, -5, 50, 1, 2},
		{"a soft maximum that holds", Scale{SoftMax: new(100.0)}, 0, 20, 0, 100},
		{"a soft maximum that does not", Scale{SoftMax: new(100.0)}, 0, 200, 0, 220},
		{"a soft minimum", Scale{SoftMin: new(-5.0)}, 1, 2, -5, 2.1},
		{"zero in the middle", Scale{Centered: true}, -1, 8, -10, 10},
		{"shares", Scale{Percent: true}, 0.2, 1, 0, 1},
		{"shares of both signs", Scale{Percent: true}, -0.4, 0.7, -1, 1},
		{"whole numbers", Scale{Whole: true}, 1000, 1003, 999, 1004},
		{"a wrong way", Scale{HardMin: new(7.0), HardMax: new(7.0)}, 1, 2, 0, 100},
		{"powers of ten", Scale{Log: 10}, 3, 4000, 1, 10000},
		{"powers of two", Scale{Log: 2}, 5, 5, 4, 8},
	} {
		t.Run(tc.about, func(t *testing.T) {
			lo, hi := tc.scale.Ends(tc.lo, tc.hi)
			if lo != tc.wantLo || hi != tc.wantHi {
				t.Errorf("%s: got %v to %v, want %v to %v", tc.about, lo, hi, tc.wantLo, tc.wantHi)
			}
		})
	}
}

func TestValueTicksAreRoundAndSayEnoughDecimals(t *testing.T) {
	t.Parallel()
	plain := func(v float64, d *int) string { return unit.Fixed(v, d) }
	for _, tc := range []struct {
		name   string
		lo, hi float64
		height int
		unit   string
		whole  bool
		want   string
	}{
		{"tens", 0, 107, 300, "", false, "0 20 40 60 80 100"},
		{"tenths", 0, 1, 300, "", false, "0.0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0"},
		{"a low panel has fewer ticks", 999.7, 1003.3, 200, "", false, "1000 1001 1002 1003"},
		{"quarters", -12, 12, 150, "", false, "-10.0 -7.5 -5.0 -2.5 0.0 2.5 5.0 7.5 10.0"},
		{"whole numbers only", 0, 3, 300, "", true, "0.0 1.0 2.0 3.0"},
		{"whole minutes", 0, 600, 200, "s", false, "0 120 240 360 480 600"},
		{"whole minutes up to half an hour", 0, 1750, 250, "s", false, "0 300 600 900 1200 1500"},
		{"whole seconds", 0, 4, 200, "s", false, "0 1 2 3 4"},
		{"tenths of a second", 0, 0.4, 200, "s", false, "0.0 0.1 0.2 0.3 0.4"},
		{"milliseconds in whole seconds", 0, 90000, 200, "ms", false, "0 15000 30000 45000 60000 75000 90000"},
		{"whole hours", 0, 20, 200, "h", false, "0 3 6 9 12 15 18"},
		{"powers of two of bytes", 0, 4096, 200, "bytes", false, "0 1024 2048 3072 4096"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := texts(ValueTicks(tc.lo, tc.hi, tc.height, tc.unit, tc.whole, plain)); got != tc.want {
				t.Errorf("%v to %v: got %s, want %s", tc.lo, tc.hi, got, tc.want)
			}
		})
	}
}

func texts(ticks []view.Tick) string {
	var out []string
	for _, t := range ticks {
		out = append(out, t.Text)
	}
	return strings.Join(out, " ")
}

func TestHourTicksKeepToTheClockOverASummerTimeChange(t *testing.T) {
	t.Parallel()
	ny, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2025, time.March, 8, 20, 0, 0, 0, ny)
	var got []string
	for _, at := range TimeTicks(TimeStep{Ms: 6 * HourMs}, from, from.Add(28*time.Hour)) {
		got = append(got, at.Format("02 15:04"))
	}
	if s := strings.Join(got, ", "); s != "09 00:00, 09 06:00, 09 12:00, 09 18:00, 10 00:00" {
		t.Errorf("got %s", s)
	}
}

// Two ticks with one text would say that a month has passed where it has not.
func TestNoTwoTicksReadAlike(t *testing.T) {
	t.Parallel()
	from := time.Date(2025, time.November, 27, 15, 0, 0, 0, time.UTC)
	for _, span := range []time.Duration{time.Hour, 30 * time.Hour, 7 * 24 * time.Hour, 364 * 24 * time.Hour, 365 * 24 * time.Hour, 366 * 24 * time.Hour, 800 * 24 * time.Hour, 10 * 365 * 24 * time.Hour} {
		for _, step := range TimeSteps() {
			if step.Ms < HourMs {
				continue
			}
			pattern, seen := TimePattern(step.Ms, span.Milliseconds()), map[string]bool{}
			for _, at := range TimeTicks(step, from, from.Add(span)) {
				text := unit.FormatTime(at, pattern)
				if seen[text] {
					t.Errorf("over %v with a step of %v, two ticks read %s", span, time.Duration(step.Ms)*time.Millisecond, text)
					break
				}
				seen[text] = true
			}
		}
	}
}

func TestDayTicksBeginWithTheMonth(t *testing.T) {
	t.Parallel()
	from := time.Date(2025, time.January, 20, 12, 0, 0, 0, time.UTC)
	var got []string
	for _, at := range TimeTicks(TimeStep{Ms: 5 * DayMs}, from, from.AddDate(0, 0, 20)) {
		got = append(got, at.Format("01-02"))
	}
	if s := strings.Join(got, " "); s != "01-21 01-26 02-01 02-06" {
		t.Errorf("got %s", s)
	}
}
