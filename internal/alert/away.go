package alert

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/disk"
)

// AwayBook keeps an alert that was noticed while the database was away.
type AwayBook interface {
	AlertAdd(ctx context.Context, a desk.Alert, messages []desk.AlertDelivery) error
}

// Sender sends a message to a target at once. It says how long to wait after a failure.
type Sender interface {
	Send(ctx context.Context, target string, d desk.AlertDelivery, a desk.Alert) error
}

// Away tells that the database is away. The database can't keep that alert, so a file does, until the database is back:
// from then on it is an alert like any other. A server that is killed meanwhile goes on with the same alert and the same
// messages.
type Away struct {
	Options
	// Path is the file.
	Path string
	// Wait returns how long to wait after so many failed attempts before this one.
	Wait func(attempts int) time.Duration

	read bool
	kept *keptAlert // nil while the database is there
}

// keptAlert is what the file has.
type keptAlert struct {
	Alert    desk.Alert           `json:"alert"`
	Messages []desk.AlertDelivery `json:"messages"`
	// RecordedAt is when the database got the alert. If it goes away again soon after, that is the same alert.
	RecordedAt time.Time `json:"recorded_at"`
}

// Gone notes that the database does not answer, and why. Once that has lasted for the rule's grace time, it sends the
// messages.
func (w *Away) Gone(ctx context.Context, at time.Time, reason string, send Sender) error {
	setting := w.Config.Settings[DatabaseAway]
	if !setting.On {
		return nil
	}
	if err := w.load(); err != nil {
		return err
	}
	rule, _ := RuleNamed(DatabaseAway)
	if w.kept == nil {
		w.kept = &keptAlert{Alert: desk.Alert{ID: w.NewID(), Rule: DatabaseAway, Subject: w.Host, Severity: setting.Severity, Group: ownGroup,
			State: desk.AlertPending, Since: at, Meaning: rule.Means}}
	}
	w.kept.RecordedAt = time.Time{}
	a := &w.kept.Alert
	a.EvaluatedAt = at
	if a.State == desk.AlertPending {
		a.Summary = sentence(fmt.Sprintf("The database is away, seen from %s: %s", w.Host, firstLine(reason)))
		a.Path = look{w.Options, at}.page(w.Pages.Pipeline, a.Since)
		if at.Sub(a.Since) >= setting.Grace {
			a.State, a.FiredAt = desk.AlertFiring, at
			for _, name := range w.Config.TargetsOf(*a) {
				w.kept.Messages = append(w.kept.Messages, desk.AlertDelivery{ID: w.NewID(), AlertID: a.ID, Route: name, Tells: desk.TellsFiring, CreatedAt: at, NextTryAt: at})
				a.ToldAt = at
			}
		}
		if err := w.save(); err != nil { // before anything is sent, so that a repetition has the same ID
			return err
		}
	}
	return w.send(ctx, at, send)
}

// send sends the messages that are due.
func (w *Away) send(ctx context.Context, at time.Time, send Sender) error {
	var failed error
	for n := range w.kept.Messages {
		m := &w.kept.Messages[n]
		if !m.SentAt.IsZero() || m.NextTryAt.After(at) {
			continue
		}
		if err := send.Send(ctx, m.Route, *m, w.kept.Alert); err != nil {
			m.LastError, m.NextTryAt = err.Error(), at.Add(w.Wait(m.Attempts))
			m.Attempts++
			failed = errors.Join(failed, fmt.Errorf("target %s: %w", m.Route, err))
		} else {
			m.SentAt, m.LastError = at, ""
		}
		if err := w.save(); err != nil {
			return err
		}
	}
	return failed
}

// Back notes that the database answers. It gives the database the alert with its messages, sent or not. How the alert
// ends is then decided like that of any other.
func (w *Away) Back(ctx context.Context, at time.Time, book AwayBook) error {
	if err := w.load(); err != nil || w.kept == nil {
		return err
	}
	switch {
	case w.kept.Alert.State == desk.AlertPending, !w.kept.RecordedAt.IsZero() && at.Sub(w.kept.RecordedAt) >= w.Config.Settings[DatabaseAway].Settle:
		w.kept = nil
		if err := os.Remove(w.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the kept alert: %w", err)
		}
		return nil
	case !w.kept.RecordedAt.IsZero():
		return nil
	}
	if err := book.AlertAdd(ctx, w.kept.Alert, w.kept.Messages); err != nil {
		return err
	}
	w.kept.RecordedAt = at
	return w.save()
}

// load reads the file, once.
func (w *Away) load() error {
	if w.read {
		return nil
	}
	text, err := os.ReadFile(w.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("read the kept alert: %w", err)
	default:
		var kept keptAlert
		if err := json.Unmarshal(text, &kept); err == nil && kept.Alert.ID != "" { // a file that is no alert is replaced
			w.kept = &kept
		}
	}
	w.read = true
	return nil
}

// save writes the file. It survives a power cut.
func (w *Away) save() error {
	text, err := json.Marshal(w.kept)
	if err != nil {
		return fmt.Errorf("write the kept alert: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(w.Path), 0o700); err != nil {
		return fmt.Errorf("write the kept alert: %w", err)
	}
	if err := disk.ReplaceFile(w.Path, ".alert-", text); err != nil {
		return fmt.Errorf("write the kept alert: %w", err)
	}
	return nil
}
