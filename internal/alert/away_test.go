package alert_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
)

// receiver is a sender that notes what it gets, and that refuses as often as told.
type receiver struct {
	refuses int
	got     []string
	onSend  func()
}

func (r *receiver) Send(_ context.Context, target string, d desk.AlertDelivery, a desk.Alert) error {
	if r.refuses > 0 {
		r.refuses--
		return errors.New("refused")
	}
	r.got = append(r.got, fmt.Sprintf("%s %s %s %s", target, d.ID, d.Tells, a.Summary))
	if r.onSend != nil {
		r.onSend()
	}
	return nil
}

// awayBook keeps what the database gets when it is back.
type awayBook struct {
	alerts   []desk.Alert
	messages []desk.AlertDelivery
}

func (b *awayBook) AlertAdd(_ context.Context, a desk.Alert, messages []desk.AlertDelivery) error {
	b.alerts, b.messages = append(b.alerts, a), append(b.messages, messages...)
	return nil
}

func away(path string, ids *int) *alert.Away {
	d := alert.DefaultConfig()
	d.Targets["all"] = alert.Target{Address: "generic://x"}
	d.Routes = []alert.Route{{To: []string{"all"}}}
	return &alert.Away{Path: path, Wait: func(int) time.Duration { return time.Minute }, Options: alert.Options{Config: d, Rules: desk.BuiltInRules(), Host: "desk-1",
		NewID: func() string { *ids++; return fmt.Sprintf("id-%d", *ids) }}}
}

func TestTheDatabaseAwayIsToldWithoutTheDatabaseAndRecordedWhenItIsBack(t *testing.T) {
	t.Parallel()
	ids := 0
	w := away(filepath.Join(t.TempDir(), "state", "away.json"), &ids)
	r, book := &receiver{refuses: 1}, &awayBook{}
	for minute := range 10 {
		err := w.Gone(t.Context(), at(2, 9, minute), "connection refused", r)
		if (err != nil) != (minute == 1) {
			t.Errorf("minute %d: %v", minute, err)
		}
	}
	want := []string{"all id-2 firing The database is away, seen from desk-1: connection refused."}
	if !slices.Equal(r.got, want) {
		t.Errorf("%q, want %q", r.got, want)
	}
	for minute := 10; minute < 20; minute++ {
		if err := w.Back(t.Context(), at(2, 9, minute), book); err != nil {
			t.Error(err)
		}
	}
	if len(book.alerts) != 1 || book.alerts[0].State != desk.AlertFiring || !book.alerts[0].Since.Equal(at(2, 9, 0)) || len(book.messages) != 1 || !book.messages[0].SentAt.Equal(at(2, 9, 2)) {
		t.Errorf("%+v with %+v", book.alerts, book.messages)
	}
}

func TestAShortAbsenceOfTheDatabaseIsSilent(t *testing.T) {
	t.Parallel()
	ids := 0
	w := away(filepath.Join(t.TempDir(), "away.json"), &ids)
	r, book := &receiver{}, &awayBook{}
	for minute := range 5 {
		if err := errors.Join(w.Gone(t.Context(), at(2, 9, minute), "x", r), w.Back(t.Context(), at(2, 9, minute).Add(50*time.Second), book)); err != nil {
			t.Error(err)
		}
	}
	if len(r.got)+len(book.alerts) > 0 {
		t.Errorf("%q, %+v", r.got, book.alerts)
	}
}

// The database comes back for a moment and goes away again: that is one alert.
func TestADatabaseThatComesAndGoesIsOneAlert(t *testing.T) {
	t.Parallel()
	ids := 0
	w := away(filepath.Join(t.TempDir(), "away.json"), &ids)
	r, book := &receiver{}, &awayBook{}
	for minute := range 12 {
		var err error
		if minute%4 == 3 {
			err = w.Back(t.Context(), at(2, 9, minute), book)
		} else {
			err = w.Gone(t.Context(), at(2, 9, minute), "x", r)
		}
		if err != nil {
			t.Error(err)
		}
	}
	if len(r.got) != 1 {
		t.Errorf("%q", r.got)
	}
	for _, a := range book.alerts {
		if a.ID != book.alerts[0].ID {
			t.Errorf("a second alert: %+v", a)
		}
	}
}

// A server that is killed after the sending and before its record sends the message again under the same ID.
func TestAKilledServerGoesOnWithTheSameMessage(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "away.json")
	ids := 0
	r := &receiver{}
	r.onSend = func() { panic("killed") }
	func() {
		defer func() { _ = recover() }()
		w := away(path, &ids)
		_ = w.Gone(t.Context(), at(2, 9, 0), "x", r)
		_ = w.Gone(t.Context(), at(2, 9, 1), "x", r)
	}()
	r.onSend = nil
	for minute := 2; minute < 5; minute++ {
		if err := away(path, &ids).Gone(t.Context(), at(2, 9, minute), "y", r); err != nil {
			t.Error(err)
		}
	}
	if len(r.got) != 2 || r.got[0] != r.got[1] || !strings.HasPrefix(r.got[0], "all id-2 firing") {
		t.Errorf("%q", r.got)
	}
}
