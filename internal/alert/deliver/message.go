package deliver

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"macrowatch/internal/desk"
)

// Message is a message about an alert.
type Message struct {
	Delivery desk.AlertDelivery
	Alert    desk.Alert
	Location *time.Location // of the times in the text
	// Page is the address of the viewer or of Grafana, such as https://desk.example; "" if it is not known.
	Page string
}

// clock is how a message writes times.
const clock = "Mon 2 Jan 2006 15:04 MST"

// Title is the message in one line.
func (m Message) Title() string {
	return fmt.Sprintf("%s: %s", m.head(), m.Alert.Summary)
}

// head says what the message tells.
func (m Message) head() string {
	switch m.Delivery.Tells {
	case desk.TellsResolved:
		return "Resolved"
	case desk.TellsRepeat:
		return "Still " + string(m.Alert.Severity)
	}
	return strings.ToUpper(string(m.Alert.Severity[:1])) + string(m.Alert.Severity[1:])
}

// Text is the message without its title: since when, the value and its limit, what it means, and where to look.
func (m Message) Text() string {
	a := m.Alert
	lines := []string{"Since " + m.time(a.Since)}
	if m.Delivery.Tells == desk.TellsResolved {
		lines[0] += fmt.Sprintf(", over since %s, after %s", m.time(a.ResolvedAt), lasted(a.ResolvedAt.Sub(a.Since)))
	}
	switch {
	case a.Value != nil && a.Limit != nil:
		lines = append(lines, fmt.Sprintf("Value %s, limit %s", plain(*a.Value), plain(*a.Limit)))
	case a.Value != nil:
		lines = append(lines, "Value "+plain(*a.Value))
	case a.Limit != nil:
		lines = append(lines, "Limit "+plain(*a.Limit))
	}
	if m.Delivery.Tells != desk.TellsResolved && a.Meaning != "" {
		lines = append(lines, a.Meaning)
	}
	if a.Owner != "" {
		lines = append(lines, "Owner: "+a.Owner)
	}
	if page := m.Address(); page != "" {
		lines = append(lines, "Page: "+page)
	}
	if a.Runbook != "" {
		lines = append(lines, "What to do: "+a.Runbook)
	}
	if m.Delivery.ID != "" {
		lines = append(lines, fmt.Sprintf("Rule %s, message %s", a.Rule, m.Delivery.ID))
	}
	return strings.Join(lines, "\n")
}

func (m Message) id() string { return m.Delivery.ID }

func (m Message) textFor(string) string { return m.Text() }

// Address is the address of the page that shows the alert at its moment; "" if it is not known.
func (m Message) Address() string {
	if m.Page == "" || m.Alert.Path == "" {
		return ""
	}
	return strings.TrimRight(m.Page, "/") + m.Alert.Path
}

func (m Message) time(t time.Time) string { return t.In(m.Location).Format(clock) }

// fields are the message for a program.
func (m Message) fields() map[string]string {
	a := m.Alert
	all := map[string]string{
		"title": m.Title(), "delivery_id": m.Delivery.ID, "alert_id": a.ID, "tells": string(m.Delivery.Tells), "rule": a.Rule, "subject": a.Subject,
		"severity": string(a.Severity), "group": a.Group, "owner": a.Owner, "since": stamp(a.Since), "summary": a.Summary, "meaning": a.Meaning,
		"page": m.Address(), "runbook": a.Runbook, "resolved_at": stamp(a.ResolvedAt), "value": "", "limit": "",
	}
	if a.Value != nil {
		all["value"] = plain(*a.Value)
	}
	if a.Limit != nil {
		all["limit"] = plain(*a.Limit)
	}
	return all
}

// stamp is a time for a program; "" if it is zero.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// plain is a number with up to six significant digits.
func plain(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

// lasted is a duration in minutes, hours or days.
func lasted(d time.Duration) string {
	switch minutes := int(d.Round(time.Minute) / time.Minute); {
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes < 48*60:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	default:
		return fmt.Sprintf("%d days", minutes/60/24)
	}
}
