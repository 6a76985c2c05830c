package deliver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"macrowatch/internal/desk"
)

const (
	// resendEvery is how often an Alertmanager hears of all alerts that fire.
	resendEvery = time.Minute
	// believedFor is after what time without news an Alertmanager takes an alert to be over. macrowatch may be
	// restarted in the meantime.
	believedFor = 10 * time.Minute
	// alertsPath is where Alertmanager's API, version 2, takes alerts.
	alertsPath = "/api/v2/alerts"
)

// alertmanager sends states of alerts to an Alertmanager.
type alertmanager struct {
	address string // may contain a password
	client  *http.Client
}

// CheckAlertmanager returns what is wrong with the address of an Alertmanager, without the address; nil if nothing is.
func CheckAlertmanager(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("it is not an address that begins with http:// or https://")
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return errors.New("it has a query or a fragment; the address of Alertmanager's page is needed")
	}
	return nil
}

// postable is an alert as Alertmanager takes it. The labels are its identity: the same alert has the same ones, however
// often it is sent.
type postable struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL,omitempty"`
}

// postableOf is an alert as Alertmanager takes it at a time. One that fires ends later, unless there is news of it.
func postableOf(m Message, now time.Time) postable {
	a := m.Alert
	m.Delivery.ID = "" // what is said of an alert is the same each time
	p := postable{
		Labels: map[string]string{"alertname": a.Rule, "subject": a.Subject, "severity": string(a.Severity), "group": a.Group, "source": "macrowatch"},
		Annotations: map[string]string{"summary": a.Summary, "description": m.Text(), "meaning": a.Meaning, "alert_id": a.ID,
			"page": m.Address(), "runbook_url": a.Runbook},
		StartsAt: a.Since, EndsAt: now.Add(believedFor), GeneratorURL: m.Address(),
	}
	if a.Owner != "" {
		p.Labels["owner"] = a.Owner
	}
	if a.State == desk.AlertResolved {
		p.EndsAt = a.ResolvedAt
		if !p.EndsAt.After(p.StartsAt) {
			p.EndsAt = p.StartsAt.Add(time.Second)
		}
	}
	return p
}

// send sends alerts.
func (m *alertmanager) send(ctx context.Context, alerts []postable) error {
	body, err := json.Marshal(alerts)
	if err != nil {
		return fmt.Errorf("write the alerts as JSON: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(m.address, "/")+alertsPath, bytes.NewReader(body))
	if err != nil {
		return errors.New("its address is not a URL")
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := m.client.Do(request)
	if err != nil {
		return errors.New(masked(err.Error(), m.address))
	}
	defer answer.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(answer.Body, 500))
	if answer.StatusCode >= 300 {
		return fmt.Errorf("the Alertmanager answered %s: %s", answer.Status, masked(strings.TrimSpace(string(said)), m.address))
	}
	return nil
}
