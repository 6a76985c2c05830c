package timerange_test

import (
	"testing"
	"time"

	"macrowatch/internal/viewer/timerange"
)

// A panel with a range of its own says so in words, whatever its timeFrom is.
func TestOverrideSaysTheRangeInWords(t *testing.T) {
	t.Parallel()
	clock := timerange.Clock{Now: time.Date(2025, 5, 31, 12, 0, 0, 0, time.UTC)}
	page, err := clock.Range("now-7d", "now")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, shift, want string }{
		{"1h", "", "Last 1 hour"}, {"now-36h", "", "Last 36 hours"}, {"10y", "", "Last 10 years"}, {"2Q", "", "Last 2 quarters"}, {"5y/y", "", "Last 5 years"},
		{"now/d", "", "Today so far"}, {"now/w", "", "This week so far"}, {"now/M", "", "Month to date"}, {"now/Q", "", "Quarter to date"},
		{"now/y", "", "Year to date"}, {"now/fy", "", "Fiscal year to date"}, {"now/h", "", "This hour so far"}, {"now", "", "Now"}, {"now-0d", "", "Now"},
		{"now-1d/d+6h", "", "Since 6 hours after the start of yesterday"}, {"now-1M-2d", "", "Since 2 days before 1 month ago"},
		{"now - 1y / y + 1M", "", "Since 1 month after the start of last year"}, {"now-3M/M-1d", "", "Since 1 day before the start of the month 3 months ago"},
		{"now/y/M", "", "Since the start of the month of the start of this year"}, {"now+1h-2h", "", "Since 2 hours before 1 hour from now"},
		{"", "1d", "1 day earlier"}, {"", "2w", "2 weeks earlier"}, {"7d", "1M", "Last 7 days, 1 month earlier"}, {"now/y", "1y", "Year to date, 1 year earlier"},
	} {
		t.Run(c.from+" "+c.shift, func(t *testing.T) {
			if _, label, err := clock.Override(page, c.from, c.shift); err != nil || label != c.want {
				t.Errorf("%q, %v; want %q", label, err, c.want)
			}
		})
	}
}
