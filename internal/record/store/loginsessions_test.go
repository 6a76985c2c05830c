package store_test

import (
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"macrowatch/internal/record/store"
)

var sessionNoon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// sessionOf returns a session of a user whose token has a text.
func sessionOf(user, token string) store.LoginSession {
	return store.LoginSession{
		Hash: sha256.Sum256([]byte(token)), User: user, Role: "viewer", Method: "password", Stamp: "s1", Address: "192.0.2.7",
		Created: sessionNoon, Seen: sessionNoon, Ends: sessionNoon.Add(time.Hour),
	}
}

// addSessions stores sessions.
func addSessions(t *testing.T, s *store.Store, all ...store.LoginSession) {
	t.Helper()
	for _, l := range all {
		if err := s.AddLoginSession(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
}

// listed returns the users of the sessions that have not ended at a time.
func listed(t *testing.T, s *store.Store, now time.Time) string {
	t.Helper()
	found, err := s.ListLoginSessions(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	var users []string
	for _, l := range found {
		users = append(users, l.User)
	}
	return strings.Join(users, " ")
}

func TestLoginSessionsAreKept(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	ana, bo := sessionOf("ana", "1"), sessionOf("bo", "2")
	addSessions(t, s, ana, bo)
	found, err := s.LoginSessions(t.Context(), [][32]byte{ana.Hash, sha256.Sum256([]byte("nobody's"))})
	if err != nil {
		t.Fatal(err)
	}
	for i := range found {
		found[i].Created, found[i].Seen, found[i].Ends = found[i].Created.UTC(), found[i].Seen.UTC(), found[i].Ends.UTC()
	}
	if diff := cmp.Diff([]store.LoginSession{ana}, found); diff != "" {
		t.Error(diff)
	}
	later := sessionNoon.Add(5 * time.Minute)
	if err := s.MarkLoginSessionsSeen(t.Context(), [][32]byte{bo.Hash}, later); err != nil {
		t.Fatal(err)
	}
	if err := s.MarkLoginSessionsSeen(t.Context(), [][32]byte{bo.Hash}, sessionNoon); err != nil { // a server whose clock is behind
		t.Fatal(err)
	}
	if got := listed(t, s, sessionNoon); got != "bo ana" {
		t.Errorf("the sessions are of %s, want bo first, who was seen last", got)
	}
	if err := s.RemoveEndedLoginSessions(t.Context(), sessionNoon, later); err != nil {
		t.Fatal(err)
	}
	if got := listed(t, s, sessionNoon); got != "bo" {
		t.Errorf("after those unused were removed, there is %q", got)
	}
	if got := listed(t, s, bo.Ends); got != "" {
		t.Errorf("a session that has ended is listed: %s", got)
	}
}

func TestLoginSessionsAreEnded(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	one := sessionOf("ana", "1")
	addSessions(t, s, one, sessionOf("ana", "2"), sessionOf("ana", "3"), sessionOf("bo", "4"), sessionOf("cy", "5"))
	for _, want := range []bool{true, false} {
		if was, err := s.EndLoginSession(t.Context(), one.Hash); err != nil || was != want {
			t.Errorf("the session was there: %v, %v; want %v", was, err, want)
		}
	}
	for user, want := range map[string]int{"ana": 2, "nobody": 0, "": 0} {
		if n, err := s.EndLoginSessionsOf(t.Context(), user); err != nil || n != want {
			t.Errorf("%q had %d sessions, %v; want %d", user, n, err, want)
		}
	}
	if n, err := s.EndAllLoginSessions(t.Context()); err != nil || n != 2 {
		t.Errorf("there were %d sessions, %v; want 2", n, err)
	}
}

// A login that only reads must not learn who is logged in, and a server with such a login must be told so.
func TestReadersDoNotSeeLoginSessions(t *testing.T) {
	t.Parallel()
	_, role, as := logins(t, "sessions", "owner", "reader")
	if err := store.Migrate(t.Context(), as["owner"]); err != nil {
		t.Fatal(err)
	}
	if _, err := store.GrantReading(t.Context(), as["owner"], role("reader")); err != nil {
		t.Fatal(err)
	}
	s, only := store.New(as["owner"], nil), store.New(as["reader"], nil)
	if _, err := only.Words(t.Context()); err != nil {
		t.Fatalf("the login can't read what it may read: %v", err)
	}
	var refused *store.Error
	if _, err := only.ListLoginSessions(t.Context(), sessionNoon); !errors.As(err, &refused) || refused.Kind != store.Forbidden || !strings.Contains(err.Error(), "macrowatch_sessions") {
		t.Errorf("listing the sessions: %v", err)
	}
	if err := only.RequireLoginSessions(t.Context()); !errors.As(err, &refused) || refused.Kind != store.Forbidden || !strings.Contains(err.Error(), role("reader")) {
		t.Errorf("the login may keep sessions: %v", err)
	}
	for _, right := range []string{"SELECT", "INSERT", "UPDATE", "DELETE"} {
		if err := only.RequireLoginSessions(t.Context()); err == nil {
			t.Errorf("the login may keep sessions before it has %s", right)
		}
		run(t, s.Pool(), "GRANT "+right+" ON macrowatch_sessions TO "+role("reader"))
	}
	if err := only.RequireLoginSessions(t.Context()); err != nil {
		t.Errorf("with all rights: %v", err)
	}
	if err := s.RequireLoginSessions(t.Context()); err != nil {
		t.Errorf("the owner: %v", err)
	}
}
