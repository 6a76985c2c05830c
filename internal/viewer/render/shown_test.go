package render_test

import (
	"testing"
	"time"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/timerange"
)

// A page that shows a day of the past must read as it did then: "2 hours ago" counts from the end of the range.
func TestTimesCountFromTheMomentShown(t *testing.T) {
	t.Parallel()
	q := paneltest.Runner(paneltest.New(t).Pool)
	for _, c := range []struct{ name, unit, shift, from, to, back, want string }{
		{"now", "dateTimeFromNow", "", "2025-05-29T12:00:00Z", "2025-05-30T12:00:00Z", "2 hours", "at=2 hours ago"},
		{"a day of the past", "dateTimeFromNow", "", "2025-01-31", "2025-01-31T15:00:00Z", "2 hours", "at=2 hours ago"},
		{"the day before", "dateTimeFromNow", "", "2025-02-28", "2025-03-01T13:00:00Z", "1 day", "at=a day ago"},
		{"all of today, which is not over", "dateTimeFromNow", "", "now/d", "now/d", "2 hours", "at=2 hours ago"},
		{"a panel that looks back by a week", "dateTimeFromNow", "1w", "now-1h", "now", "2 hours", "at=2 hours ago"},
		{"the time alone on the day that is shown", "dateTimeAsIsoNoDateIfToday", "", "2025-01-31", "2025-01-31T15:00:00Z", "2 hours", "at=13:00:00"},
		{"the date on another day", "dateTimeAsIsoNoDateIfToday", "", "2025-02-28", "2025-03-01T13:00:00Z", "1 day", "at=2025-02-28 13:00:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			end := "least($__timeTo()::timestamptz, '2025-05-30T12:00:00Z')" // the clock of the request
			d, err := model.Parse([]byte(paneltest.OnePanel("stat", "SELECT "+end+" - interval '"+c.back+"' AS at",
				`"timeShift": "`+c.shift+`", "options": {"reduceOptions": {"fields": "/.*/", "calcs": ["last"]}}, "fieldConfig": {"defaults": {"unit": "`+c.unit+`"}}`)))
			if err != nil {
				t.Fatal(err)
			}
			r := paneltest.Request()
			r.Clock = timerange.Clock{Now: paneltest.Noon(), Location: time.UTC}
			if r.Range, err = r.Clock.Range(c.from, c.to); err != nil {
				t.Fatal(err)
			}
			p := render.Panel(t.Context(), q, d, 1, r, annotation.Fetch(t.Context(), q, d, r))
			if p.Error != "" || paneltest.StatTexts(p.View.Stat.Items) != c.want {
				t.Errorf("the panel says %q (%s), want %q", paneltest.StatTexts(p.View.Stat.Items), p.Error, c.want)
			}
		})
	}
}
