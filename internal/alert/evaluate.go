package alert

import (
	"time"

	"macrowatch/internal/desk"
)

// decision decides about the alerts of one moment.
type decision struct {
	config   Config
	at       time.Time
	newID    func() string
	silences []desk.AlertSilence
	findings Findings
	// within says which alerts are decided; the others stay as they are.
	within func(desk.AlertKey) bool

	open             map[desk.AlertKey]desk.Alert // as they are by now
	covered, quieted map[desk.AlertKey]bool
	changes          desk.AlertChanges
}

// evaluatedEvery is how often evaluated_at is written of an alert that does not change otherwise.
const evaluatedEvery = time.Minute

// decide says what changes in the open alerts.
func (d *decision) decide(open []desk.Alert) desk.AlertChanges {
	d.open, d.covered, d.quieted = map[desk.AlertKey]desk.Alert{}, map[desk.AlertKey]bool{}, map[desk.AlertKey]bool{}
	for _, a := range open {
		d.open[a.Key()] = a
	}
	found := map[string][]Condition{}
	seen := map[desk.AlertKey]bool{}
	for _, c := range d.findings.Conditions {
		if !seen[c.AlertKey] {
			found[c.Rule], seen[c.AlertKey] = append(found[c.Rule], c), true
		}
	}
	d.quiet(open)
	known := map[string]bool{}
	for _, rule := range Rules() { // a rule stands before those that it covers
		known[rule.Name] = true
		for _, c := range found[rule.Name] {
			if d.decides(rule, c.AlertKey) {
				d.condition(rule, c)
			}
		}
		for _, a := range open {
			if a.Rule == rule.Name && !seen[a.Key()] && d.decides(rule, a.Key()) {
				d.absent(rule, a)
			}
		}
		d.cover(rule.Name)
	}
	for _, a := range open {
		if !known[a.Rule] && d.within(a.Key()) { // another version of macrowatch had this rule
			d.close(a, a.EvaluatedAt, false)
		}
	}
	return d.changes
}

func (d *decision) decides(rule Rule, key desk.AlertKey) bool {
	return d.within(key) && !d.findings.Unknown[rule.Name]
}

// quiet notes which alerts do not begin to fire, since another one is open or opens now.
func (d *decision) quiet(open []desk.Alert) {
	opens := map[desk.AlertKey]bool{}
	for _, a := range open {
		opens[a.Key()] = true
	}
	for _, c := range d.findings.Conditions {
		switch {
		case c.Certainty == Holds:
			opens[c.AlertKey] = opens[c.AlertKey] || d.config.Settings[c.Rule].On
		case c.Certainty == Lingers && d.open[c.AlertKey].State == desk.AlertPending:
			delete(opens, c.AlertKey)
		}
	}
	for key := range opens {
		for _, other := range d.findings.Quiets[key] {
			d.quieted[other] = true
		}
	}
}

// cover notes which alerts the firing ones of a rule make superfluous.
func (d *decision) cover(rule string) {
	for key, a := range d.open {
		if key.Rule == rule && a.State == desk.AlertFiring {
			for _, other := range d.findings.Covers[key] {
				d.covered[other] = true
			}
		}
	}
}

// condition decides about an alert whose condition is found.
func (d *decision) condition(rule Rule, c Condition) {
	setting := d.config.Settings[rule.Name]
	a, isOpen := d.open[c.AlertKey]
	before := a
	switch {
	case !setting.On || d.covered[c.AlertKey]:
		if isOpen {
			d.close(a, d.at, false)
		}
		return
	case c.Certainty == Lingers && isOpen && a.State == desk.AlertPending:
		d.forget(a)
		return
	case c.Certainty != Holds && !isOpen:
		return
	case c.Certainty == Undecided:
		a.ClearSince = time.Time{}
		d.note(before, a)
		return
	}
	if !isOpen {
		a = desk.Alert{ID: d.newID(), Rule: rule.Name, Subject: c.Subject, State: desk.AlertPending, Since: c.Since}
		if a.Since.IsZero() || a.Since.After(d.at) {
			a.Since = d.at
		}
	}
	a.Severity, a.Group, a.Owner, a.Runbook, a.Meaning = setting.Severity, c.Group, c.Owner, c.Runbook, rule.Means
	a.Value, a.Limit, a.Summary, a.Path, a.ClearSince = c.Value, c.Limit, c.Summary, c.Path, time.Time{}
	if a.State == desk.AlertPending && c.Certainty == Holds && d.at.Sub(a.Since) >= setting.Grace && !d.quieted[c.AlertKey] {
		a.State, a.FiredAt = desk.AlertFiring, d.at
	}
	if a.State == desk.AlertFiring {
		d.tellFiring(&a, setting)
	}
	d.note(before, a)
}

// tellFiring makes the messages about an alert that fires, if it is time for them.
func (d *decision) tellFiring(a *desk.Alert, setting Setting) {
	tells := desk.TellsFiring
	if !a.ToldAt.IsZero() {
		due := setting.Repeat > 0 && d.at.Sub(a.ToldAt) >= setting.Repeat
		if !due && !d.silenceOver(*a) {
			return
		}
		tells = desk.TellsRepeat
	}
	if d.silenced(*a) {
		return
	}
	if d.send(*a, tells, d.config.TargetsOf(*a)) {
		a.ToldAt = d.at
	}
}

func (d *decision) silenced(a desk.Alert) bool {
	for _, s := range d.silences {
		if s.Fits(a, d.at) {
			return true
		}
	}
	return false
}

// silenceOver reports whether a silence of an alert has ended since the alert was last told.
func (d *decision) silenceOver(a desk.Alert) bool {
	for _, s := range d.silences {
		if s.EndsAt.After(a.ToldAt) && !s.EndsAt.After(d.at) && s.Fits(a, s.EndsAt.Add(-1)) {
			return true
		}
	}
	return false
}

// absent decides about an open alert whose condition is not found.
func (d *decision) absent(rule Rule, a desk.Alert) {
	setting := d.config.Settings[rule.Name]
	if !setting.On || d.covered[a.Key()] {
		d.close(a, d.at, false)
		return
	}
	before := a
	if a.ClearSince.IsZero() {
		a.ClearSince = d.at
	}
	if !rule.event && d.at.Sub(a.ClearSince) < setting.Settle {
		d.note(before, a)
		return
	}
	d.close(a, a.ClearSince, !rule.event)
}

// close ends an alert at a time. Those who were told of it are told of its end if tell says so; a target that keeps
// states always is.
func (d *decision) close(a desk.Alert, at time.Time, tell bool) {
	if a.State == desk.AlertPending {
		d.forget(a)
		return
	}
	a.State, a.ResolvedAt, a.ClearSince, a.EvaluatedAt = desk.AlertResolved, at, time.Time{}, d.at
	if !a.ToldAt.IsZero() {
		var targets []string
		for _, name := range d.config.TargetsOf(a) {
			if tell || d.config.wantsStates(name) {
				targets = append(targets, name)
			}
		}
		if d.send(a, desk.TellsResolved, targets) {
			a.ToldAt = d.at
		}
	}
	delete(d.open, a.Key())
	d.changes.Write = append(d.changes.Write, a)
}

// forget removes a pending alert, of which nobody has been told.
func (d *decision) forget(a desk.Alert) {
	delete(d.open, a.Key())
	d.changes.Forget = append(d.changes.Forget, a.ID)
}

// note keeps an open alert, and writes it if it has changed.
func (d *decision) note(before, a desk.Alert) {
	if !sameAlert(before, a) || d.at.Sub(before.EvaluatedAt) >= evaluatedEvery || d.at.Before(before.EvaluatedAt) {
		a.EvaluatedAt = d.at
		d.changes.Write = append(d.changes.Write, a)
	}
	d.open[a.Key()] = a
}

// sameAlert compares what the values point at, not the pointers.
func sameAlert(a, b desk.Alert) bool {
	if !sameNumber(a.Value, b.Value) || !sameNumber(a.Limit, b.Limit) {
		return false
	}
	a.Value, b.Value, a.Limit, b.Limit = nil, nil, nil, nil
	return a == b
}

func sameNumber(a, b *float64) bool { return a == b || a != nil && b != nil && *a == *b }

// send makes a message to each target, and reports whether there is any.
func (d *decision) send(a desk.Alert, tells desk.AlertMessage, targets []string) bool {
	for _, name := range targets {
		d.changes.Send = append(d.changes.Send, desk.AlertDelivery{
			ID: d.newID(), AlertID: a.ID, Route: name, Tells: tells, CreatedAt: d.at, NextTryAt: d.at})
	}
	return len(targets) > 0
}
