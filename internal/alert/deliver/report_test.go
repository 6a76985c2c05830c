package deliver_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/alert"
	"macrowatch/internal/alert/deliver"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

func day() desk.DailyReport {
	return desk.DailyReport{ID: "0195-r", DueAt: since, MadeAt: since, Title: "Macro desk, Mon 2 Mar: 1 critical", Full: "BOOK\nNAV: 101.25", Short: "Day +0.25 %", Path: "/d/pipeline-health/pipeline-health?from=1&to=2"}
}

func reportDelivery() desk.AlertDelivery {
	return desk.AlertDelivery{ID: "0195-d", AlertID: "0195-r", Tells: desk.TellsReport, CreatedAt: since, NextTryAt: since}
}

func TestAMailHasTheFiguresOfTheReport(t *testing.T) {
	t.Parallel()
	address, mail := mailServer(t)
	if err := courier(t, alert.Target{Address: address}).SendReport(t.Context(), "it", reportDelivery(), day()); err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(<-mail, "=\n", "")
	for _, want := range []string{"Subject: Macro desk, Mon 2 Mar: 1 critical", "NAV: 101.25", "Page: https://desk.example/d/pipeline-health/pipeline-health?from"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestAChatGetsTheShortReportAndThePage(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{
		"ntfy":       "ntfy://HOST/desk?scheme=http",
		"gotify":     "gotify://HOST/AzyoeNS.D4iJLVa?disabletls=yes",
		"mattermost": "mattermost://HOST/0123456789abcdef?disabletls=yes",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got caught
			s := got.server(t, http.StatusOK)
			c := courier(t, alert.Target{Address: strings.ReplaceAll(address, "HOST", strings.TrimPrefix(s.URL, "http://"))})
			if err := c.SendReport(t.Context(), "it", reportDelivery(), day()); err != nil {
				t.Fatal(err)
			}
			all := got.body + got.head.Get("Title")
			for _, want := range []string{"Macro desk, Mon 2 Mar: 1 critical", "Day +0.25 %", "https://desk.example/d/pipeline-health/pipeline-health?from=1"} {
				if !strings.Contains(all, want) {
					t.Errorf("no %q in %s %v", want, got.body, got.head)
				}
			}
			if strings.Contains(all, "NAV") {
				t.Errorf("the chat got the long form: %s", got.body)
			}
		})
	}
}

func TestAWebhookGetsTheReportAsJSON(t *testing.T) {
	t.Parallel()
	var got caught
	s := got.server(t, http.StatusOK)
	if err := courier(t, alert.Target{Address: "generic+" + s.URL + "/hook"}).SendReport(t.Context(), "it", reportDelivery(), day()); err != nil {
		t.Fatal(err)
	}
	var body map[string]string
	if err := json.Unmarshal([]byte(got.body), &body); err != nil {
		t.Fatal(err, got.body)
	}
	if got.head.Get("Idempotency-Key") != "0195-d" || body["tells"] != "report" || body["report_id"] != "0195-r" || !strings.HasPrefix(body["message"], "BOOK\nNAV: 101.25") ||
		body["short"] != "Day +0.25 %" || body["due_at"] != "2026-03-02T15:00:00Z" || body["page"] == "" || body["title"] == "" {
		t.Errorf("%v, %s", got.head, got.body)
	}
}

// oneReport is an outbox with one report.
type oneReport struct{ ended []store.AlertSent }

func (b *oneReport) AlertSendNext(context.Context, string, time.Time, func(desk.AlertDelivery, desk.Alert) store.AlertSent) (bool, error) {
	return false, nil
}

func (b *oneReport) Alerts(context.Context, time.Time, int) ([]desk.Alert, error) { return nil, nil }

func (b *oneReport) ReportSendNext(_ context.Context, _ string, _ time.Time, send func(desk.AlertDelivery, desk.DailyReport) store.AlertSent) (bool, error) {
	if len(b.ended) > 0 {
		return false, nil
	}
	b.ended = append(b.ended, send(reportDelivery(), day()))
	return b.ended[0].Err == nil, b.ended[0].Err
}

// A report that a target does not take is tried again for as long as it is news, and not sent later.
func TestAReportIsNotSentHoursLate(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		status  int
		late    time.Duration
		asked   bool // whether the target is asked at all
		sent    bool
		dropped bool
	}{
		"in time":                            {http.StatusOK, time.Hour, true, true, false},
		"at the last moment":                 {http.StatusOK, 2 * time.Hour, true, true, false},
		"too late":                           {http.StatusOK, 2*time.Hour + time.Second, false, false, true},
		"days late":                          {http.StatusOK, 48 * time.Hour, false, false, true},
		"in time, to a target that refuses":  {http.StatusForbidden, time.Hour, true, false, false},
		"a last try, to a target that fails": {http.StatusInternalServerError, 2*time.Hour - time.Second, true, false, true},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			var got caught
			s := got.server(t, c.status)
			config := alert.DefaultConfig()
			config.Targets["it"] = alert.Target{Address: "generic+" + s.URL + "/hook"}
			config.Report = alert.Report{Cron: "0 12 * * *", To: []string{"it"}, Within: 2 * time.Hour}
			now := since.Add(c.late)
			box := &oneReport{}
			err := deliver.New(deliver.Options{Config: config, Location: saoPaulo, Now: func() time.Time { return now }, Timeout: 5 * time.Second}).Round(t.Context(), box)
			end := box.ended[0]
			dropped := end.DropBefore.After(reportDelivery().CreatedAt)
			if (err == nil) != c.sent || (got.body != "") != c.asked || dropped != c.dropped {
				t.Errorf("sent: %v; asked: %v; dropped: %v (%+v)", err, got.body != "", dropped, end)
			}
			if !c.sent && !c.dropped && !end.NextTryAt.Equal(now.Add(deliver.Wait(0))) {
				t.Errorf("it is tried again at %v", end.NextTryAt)
			}
		})
	}
}

func TestAReportGoesToNoAlertmanagerAndOpensNoIncident(t *testing.T) {
	t.Parallel()
	c := courier(t, alert.Target{Alertmanager: true, Address: "http://127.0.0.1:1"})
	if err := c.SendReport(t.Context(), "it", reportDelivery(), day()); err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	for address, ok := range map[string]bool{"pagerduty://key@host": false, "OpsGenie://host/key": false, "slack://token@channel": true, "smtp://mail.example": true, "generic+https://x": true} {
		if err := deliver.CheckReportTarget(address); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}
