package deliver

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// ReportMessage is a report of the desk's day for a target.
type ReportMessage struct {
	Delivery desk.AlertDelivery
	Report   desk.DailyReport
	Form     alert.ReportForm
	Page     string // the address of the viewer; "" if it is not known
}

// Title is the report in one line.
func (m ReportMessage) Title() string { return m.Report.Title }

func (m ReportMessage) id() string { return m.Delivery.ID }

// mail is the service of mails.
const mail = "smtp"

// textFor is the report as a service can take it, with the page's address: a mail and a webhook have room for all of it.
func (m ReportMessage) textFor(service string) string {
	text := m.Report.Short
	if m.Form == alert.FullForm || m.Form == alert.FormByTarget && (service == mail || service == webhook) {
		text = m.Report.Full
	}
	if page := m.address(); page != "" {
		text += "\n\nPage: " + page
	}
	return text
}

func (m ReportMessage) address() string {
	if m.Page == "" || m.Report.Path == "" {
		return ""
	}
	return strings.TrimRight(m.Page, "/") + m.Report.Path
}

func (m ReportMessage) fields() map[string]string {
	return map[string]string{"title": m.Title(), "tells": string(desk.TellsReport), "delivery_id": m.Delivery.ID, "report_id": m.Report.ID,
		"due_at": stamp(m.Report.DueAt), "short": m.Report.Short, "page": m.address()}
}

// CheckReportTarget returns why the service at an address is no target of a report; nil if it is one.
func CheckReportTarget(address string) error {
	scheme, _, _ := strings.Cut(address, "://")
	if slices.Contains([]string{"pagerduty", "opsgenie"}, strings.ToLower(scheme)) {
		return errors.New("it opens an incident with each message, so a report can't go there")
	}
	return nil
}

// attemptReport sends a report and says how that ended. What would come too late is given up.
func (c *Courier) attemptReport(ctx context.Context, t *target, d desk.AlertDelivery, r desk.DailyReport) store.AlertSent {
	until := r.DueAt.Add(c.opts.Config.Report.Within)
	now := c.opts.Now()
	err := errors.New("the report would come too late")
	if !now.After(until) {
		err = c.sendReport(ctx, t, d, r)
		now = c.opts.Now()
	}
	if err == nil {
		c.opts.Logger.Info("a report is sent", "target", t.name, "due", r.DueAt, "message", d.ID)
		return store.AlertSent{At: now}
	}
	next := now.Add(Wait(d.Attempts))
	sent := store.AlertSent{At: now, Err: err, LastError: err.Error(), NextTryAt: next}
	if next.After(until) {
		sent.DropBefore = now.Add(time.Second) // it came about earlier
		c.opts.Logger.Warn("a report was not sent in time", "target", t.name, "due", r.DueAt, "message", d.ID, "error", err)
	}
	return sent
}

// sendReport sends a report to a target.
func (c *Courier) sendReport(ctx context.Context, t *target, d desk.AlertDelivery, r desk.DailyReport) error {
	if t.service == nil {
		return errors.New("an Alertmanager takes no report")
	}
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	err := t.service.send(ctx, ReportMessage{Delivery: d, Report: r, Form: c.opts.Config.Report.Form, Page: c.opts.Page})
	if err != nil {
		c.failed.WithLabelValues(t.name).Inc()
	}
	return err
}

// SendReport sends a report to one target at once, past the outbox.
func (c *Courier) SendReport(ctx context.Context, name string, d desk.AlertDelivery, r desk.DailyReport) error {
	t, there := c.targets[name]
	if !there {
		return errors.New("there is no target " + name)
	}
	return c.sendReport(ctx, t, d, r)
}
