package dailyreport_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"macrowatch/internal/alert"
	"macrowatch/internal/alert/dailyreport"
	"macrowatch/internal/desk"
	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
)

// book keeps reports in memory.
type book struct {
	reports []desk.DailyReport
	sent    []desk.AlertDelivery
}

func (b *book) LastReport(context.Context) (last time.Time, _ error) {
	for _, r := range b.reports {
		if r.DueAt.After(last) {
			last = r.DueAt
		}
	}
	return last, nil
}

func (b *book) ReportAdd(_ context.Context, r desk.DailyReport, messages []desk.AlertDelivery) (bool, error) {
	for _, old := range b.reports {
		if old.DueAt.Equal(r.DueAt) {
			return false, nil
		}
	}
	b.reports, b.sent = append(b.reports, r), append(b.sent, messages...)
	return true, nil
}

// at reads a time of the desk in November or December 2026, such as 27 18:30.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	parsed, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+text, desk.BuiltInRules().Location())
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestAReportIsMadeOnceWhenItIsDue(t *testing.T) {
	t.Parallel()
	mail := alert.Report{Cron: "30 18 * * *", To: []string{"mail", "chat"}, Within: 4 * time.Hour}
	for what, c := range map[string]struct {
		report alert.Report
		rounds []string // when servers look
		want   []string // the reports, and the skipped ones
	}{
		"a server that runs all the time":           {mail, []string{"11-26 18:29", "11-26 18:30", "11-26 18:31", "11-27 18:29", "11-27 18:30"}, []string{"11-26 18:30", "11-27 18:30"}},
		"a weekend":                                 {mail, []string{"11-27 18:30", "11-28 18:30", "11-29 18:30", "11-30 18:30"}, []string{"11-27 18:30", "11-30 18:30"}},
		"a holiday of B3":                           {mail, []string{"11-19 18:30", "11-20 18:30", "11-23 18:30"}, []string{"11-19 18:30", "11-23 18:30"}},
		"a server that comes up in time":            {mail, []string{"11-26 18:30", "11-27 22:30"}, []string{"11-26 18:30", "11-27 18:30"}},
		"a server that comes up too late":           {mail, []string{"11-26 18:30", "11-27 22:31"}, []string{"11-26 18:30", "11-27 18:30 skipped"}},
		"a server that comes up after days":         {mail, []string{"11-24 18:30", "11-27 19:00"}, []string{"11-24 18:30", "11-25 18:30 skipped", "11-26 18:30 skipped", "11-27 18:30"}},
		"a desk that never had a report":            {mail, []string{"11-27 09:00"}, nil},
		"a desk that never had one, in the evening": {mail, []string{"11-27 20:00"}, []string{"11-27 18:30"}},
		"two times a day":                           {alert.Report{Cron: "0 8,18 * * *", To: []string{"chat"}, Within: 20 * time.Hour}, []string{"11-26 08:00", "11-26 20:00", "11-27 20:00"}, []string{"11-26 08:00", "11-26 18:00", "11-27 08:00 skipped", "11-27 18:00"}},
		"a Saturday that is named":                  {alert.Report{Cron: "0 9 * * 6", To: []string{"chat"}, Within: time.Hour}, []string{"11-27 09:00", "11-28 09:00", "11-30 09:00"}, []string{"11-28 09:00"}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			b, written := &book{}, 0
			var log bytes.Buffer
			r := &dailyreport.Reporter{Config: c.report, Rules: desk.BuiltInRules(), Book: b, Logger: slog.New(slog.NewTextHandler(&log, nil)),
				Write: func(_ context.Context, at time.Time) (desk.DailyReport, error) {
					written++
					return desk.DailyReport{Title: fmt.Sprintf("The day up to %s", at)}, nil
				}}
			for _, round := range c.rounds {
				if err := r.Round(t.Context(), at(t, round)); err != nil {
					t.Fatal(err)
				}
			}
			var got []string
			made := 0
			for _, report := range b.reports {
				text := report.DueAt.In(desk.BuiltInRules().Location()).Format("01-02 15:04")
				if report.Skipped {
					text += " skipped"
				} else {
					made++
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if len(b.sent) != made*len(c.report.To) || written != made {
				t.Errorf("%d messages and %d texts for %d reports", len(b.sent), written, made)
			}
			if said := strings.Count(log.String(), "is not sent, since no server made it in time"); said != len(got)-made {
				t.Errorf("%d skipped reports are said: %s", said, log.String())
			}
		})
	}
}

// While the day can't be read, the report is tried again, and is not lost.
func TestAReportThatCannotBeWrittenIsTriedAgain(t *testing.T) {
	t.Parallel()
	b, fail := &book{}, errors.New("the database is away")
	r := &dailyreport.Reporter{Config: alert.Report{Cron: "30 18 * * *", To: []string{"mail"}, Within: time.Hour}, Rules: desk.BuiltInRules(), Book: b, Logger: slog.New(slog.DiscardHandler),
		Write: func(context.Context, time.Time) (desk.DailyReport, error) { return desk.DailyReport{Title: "x"}, fail }}
	if err := r.Round(t.Context(), at(t, "11-27 18:30")); !errors.Is(err, fail) || len(b.reports) > 0 {
		t.Errorf("%v, %+v", err, b.reports)
	}
	fail = nil
	if err := r.Round(t.Context(), at(t, "11-27 18:45")); err != nil || len(b.reports) != 1 || b.sent[0].Route != "mail" || b.sent[0].Tells != desk.TellsReport || b.sent[0].AlertID != b.reports[0].ID {
		t.Errorf("%v, %+v, %+v", err, b.reports, b.sent)
	}
}
