package access_test

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/viewer/access"
)

// memory is a SessionStore in memory, which can fail.
type memory struct {
	mu      sync.Mutex
	all     map[[32]byte]access.Session
	fault   error
	queries int
}

func newMemory() *memory { return &memory{all: map[[32]byte]access.Session{}} }

func (m *memory) do(work func()) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.queries++
	if m.fault == nil {
		work()
	}
	return m.fault
}

func (m *memory) AddSession(_ context.Context, s access.Session) error {
	return m.do(func() { m.all[s.Hash] = s })
}

func (m *memory) Sessions(_ context.Context, hashes [][32]byte) (found []access.Session, err error) {
	err = m.do(func() {
		for _, h := range hashes {
			if s, ok := m.all[h]; ok {
				found = append(found, s)
			}
		}
	})
	return found, err
}

func (m *memory) MarkSeen(_ context.Context, hashes [][32]byte, at time.Time) error {
	return m.do(func() {
		for _, h := range hashes {
			s := m.all[h]
			s.Seen = at
			m.all[h] = s
		}
	})
}

func (m *memory) EndSession(_ context.Context, hash [32]byte) error {
	return m.do(func() { delete(m.all, hash) })
}

func (m *memory) RemoveEnded(_ context.Context, now, unusedSince time.Time) error {
	return m.do(func() {
		for h, s := range m.all {
			if !now.Before(s.Ends) || s.Seen.Before(unusedSince) {
				delete(m.all, h)
			}
		}
	})
}

// revoke ends all sessions, as another process does.
func (m *memory) revoke() { _ = m.do(func() { clear(m.all) }) }

func (m *memory) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fault = err
}

// bench is a server's sessions with a clock and a store.
type bench struct {
	*access.Sessions
	store *memory
	clock *clock
}

func newBench(accounts access.Accounts) bench {
	b := bench{store: newMemory(), clock: newClock()}
	b.Sessions = access.NewSessions(b.store, access.SessionOptions{
		Method: access.ByPassword, Idle: time.Hour, Lifetime: 24 * time.Hour, Accounts: accounts, Now: b.clock.now,
	})
	return b
}

func (b bench) begin(t *testing.T, user, stamp string) (token string) {
	t.Helper()
	token, err := b.Begin(t.Context(), access.Identity{User: user, Role: access.Viewer}, stamp, "192.0.2.7")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// in reports whether a token lets its browser in.
func (b bench) in(t *testing.T, token string) bool {
	t.Helper()
	who, err := b.Find(t.Context(), token)
	if err != nil && !errors.Is(err, access.ErrNoSession) {
		t.Fatal(err)
	}
	if err == nil && (who.User == "" || !who.Role.May(access.Viewer)) {
		t.Errorf("the token is %v's", who)
	}
	return err == nil
}

func TestATokenIsRandomAndOnlyItsHashIsStored(t *testing.T) {
	t.Parallel()
	b := newBench(nil)
	one, two := b.begin(t, "ana", ""), b.begin(t, "ana", "")
	if bits, err := base64.RawURLEncoding.DecodeString(one); err != nil || len(bits) != 32 || one == two {
		t.Errorf("the tokens are %q and %q", one, two)
	}
	for _, s := range b.store.all {
		if strings.Contains(string(s.Hash[:])+s.Stamp+s.User+s.Address, one) {
			t.Error("the token itself is stored")
		}
	}
	for _, token := range []string{"", "x", one + "A", one[:42], strings.ToUpper(one), one[:42] + "=", " " + one, strings.Repeat("A", 43), strings.Repeat("A", 100_000)} {
		if b.in(t, token) {
			t.Errorf("%.60q lets in", token)
		}
	}
	if !b.in(t, one) || !b.in(t, two) {
		t.Error("a real token does not let in")
	}
}

func TestASessionEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(t *testing.T, b bench, token string)
		want bool
	}{
		"not of itself":                  {func(*testing.T, bench, string) {}, true},
		"when the person leaves":         {func(t *testing.T, b bench, token string) { _ = b.End(t.Context(), token) }, false},
		"not when another leaves":        {func(t *testing.T, b bench, token string) { _ = b.End(t.Context(), b.begin(t, "bo", "")) }, true},
		"when it is not used":            {func(t *testing.T, b bench, token string) { b.clock.pass(time.Hour + time.Second) }, false},
		"not before it is unused enough": {func(t *testing.T, b bench, token string) { b.clock.pass(time.Hour - time.Second) }, true},
		"two seconds after it is revoked": {func(t *testing.T, b bench, token string) {
			b.store.revoke()
			b.clock.pass(2*time.Second + 1)
		}, false},
		"at the next look after it is revoked": {func(t *testing.T, b bench, token string) {
			b.store.revoke()
			if err := b.Refresh(t.Context()); err != nil {
				t.Error(err)
			}
		}, false},
		"after its lifetime, however much it is used": {func(t *testing.T, b bench, token string) {
			for range 24 * 2 {
				if !b.in(t, token) {
					t.Error("it ends early, although it is used")
				}
				if err := b.Refresh(t.Context()); err != nil {
					t.Error(err)
				}
				b.clock.pass(30 * time.Minute)
			}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(nil)
			token := b.begin(t, "ana", "")
			if !b.in(t, token) {
				t.Fatal("it has not begun")
			}
			c.end(t, b, token)
			if got := b.in(t, token); got != c.want {
				t.Errorf("it lets in: %v", got)
			}
		})
	}
}

// accounts are users with their roles and stamps.
type accounts map[string][2]string

func (a accounts) Account(user string) (access.Role, string, bool) {
	account, known := a[user]
	return access.Role(account[0]), account[1], known
}

func TestASessionFollowsThePersonsAccount(t *testing.T) {
	t.Parallel()
	people := accounts{"ana": {"viewer", "1"}, "bo": {"viewer", "1"}, "cy": {"viewer", "1"}, "di": {"viewer", "1"}}
	b := newBench(people)
	tokens := map[string]string{}
	for user := range people {
		tokens[user] = b.begin(t, user, "1")
		if !b.in(t, tokens[user]) {
			t.Errorf("%s is not let in", user)
		}
	}
	people["ana"] = [2]string{"operator", "1"}
	people["bo"] = [2]string{"viewer", "2"} // a new password
	delete(people, "cy")
	people["di"] = [2]string{"", "1"}
	if who, err := b.Find(t.Context(), tokens["ana"]); err != nil || who.Role != access.Operator {
		t.Errorf("ana is %v, %v; want an operator", who, err)
	}
	for _, user := range []string{"bo", "cy", "di"} {
		if b.in(t, tokens[user]) {
			t.Errorf("%s is still let in", user)
		}
	}
}

// Another server of the database may let people log in another way. Its sessions do not count here.
func TestASessionOfAnotherWayToLogInDoesNotCount(t *testing.T) {
	t.Parallel()
	b := newBench(nil)
	token := b.begin(t, "ana", "")
	other := access.NewSessions(b.store, access.SessionOptions{Method: access.ByOIDC, Idle: time.Hour, Lifetime: time.Hour, Now: b.clock.now})
	if _, err := other.Find(t.Context(), token); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("%v", err)
	}
}

func TestKnownPeopleStayInWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	b := newBench(nil)
	known, unknown := b.begin(t, "ana", ""), b.begin(t, "bo", "")
	if !b.in(t, known) {
		t.Fatal("ana is not let in")
	}
	away := errors.New("the database is away")
	b.store.fail(away)
	b.clock.pass(10 * time.Minute)
	if _, err := b.Find(t.Context(), known); err != nil {
		t.Errorf("ana, who was in before: %v", err)
	}
	if _, err := b.Find(t.Context(), unknown); !errors.Is(err, away) {
		t.Errorf("bo, of whom this server does not know: %v", err)
	}
	if err := b.Refresh(t.Context()); !errors.Is(err, away) {
		t.Errorf("Refresh says %v", err)
	}
	b.clock.pass(6 * time.Minute)
	if _, err := b.Find(t.Context(), known); !errors.Is(err, away) {
		t.Errorf("ana, after a quarter of an hour: %v", err)
	}
	b.store.fail(nil)
	if !b.in(t, known) || !b.in(t, unknown) {
		t.Error("they are not let in when the database is back")
	}
}

func TestALongAnswerEndsWithItsSession(t *testing.T) {
	t.Parallel()
	b := newBench(nil)
	token, other := b.begin(t, "ana", ""), b.begin(t, "bo", "")
	if !b.in(t, token) || !b.in(t, other) {
		t.Fatal("they are not let in")
	}
	answer, release := b.Attach(t.Context(), token)
	defer release()
	released, release2 := b.Attach(t.Context(), token)
	release2()
	others, release3 := b.Attach(t.Context(), other)
	defer release3()
	b.clock.pass(time.Minute) // longer than sessions are looked after that nobody uses
	if err := b.Refresh(t.Context()); err != nil || answer.Err() != nil {
		t.Fatalf("the answer ends early: %v, %v", answer.Err(), err)
	}
	if err := b.store.EndSession(t.Context(), slices.Collect(func(yield func([32]byte) bool) {
		for h, s := range b.store.all {
			if s.User == "ana" && !yield(h) {
				return
			}
		}
	})[0]); err != nil {
		t.Fatal(err)
	}
	if err := b.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(context.Cause(answer), access.ErrNoSession) {
		t.Errorf("the answer goes on: %v", context.Cause(answer))
	}
	if others.Err() != nil || errors.Is(context.Cause(released), access.ErrNoSession) {
		t.Error("another answer was ended")
	}
	if late, _ := b.Attach(t.Context(), token); late.Err() == nil {
		t.Error("an answer begins after the session has ended")
	}
}

func TestManyPeopleCostOneQueryASecond(t *testing.T) {
	t.Parallel()
	b := newBench(nil)
	tokens := make([]string, 500)
	for i := range tokens {
		tokens[i] = b.begin(t, "ana", "")
		b.in(t, tokens[i])
	}
	before := b.store.queries
	for range 10 {
		b.clock.pass(time.Second)
		if err := b.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, token := range tokens {
			if !b.in(t, token) {
				t.Fatal("somebody is not let in")
			}
		}
	}
	if n := b.store.queries - before; n != 10 {
		t.Errorf("there were %d queries in 10 s, want 10", n)
	}
	b.clock.pass(time.Hour)
	if err := b.Refresh(t.Context()); err != nil || b.Known() != 0 {
		t.Errorf("%d sessions are kept in memory that nobody uses; %v", b.Known(), err)
	}
}

func TestTheUseOfASessionIsNotedToTheMinute(t *testing.T) {
	t.Parallel()
	b := newBench(nil)
	token := b.begin(t, "ana", "")
	began := b.clock.now()
	seen := func() time.Duration {
		for _, s := range b.store.all {
			return s.Seen.Sub(began)
		}
		return -1
	}
	for range 150 {
		b.in(t, token)
		if err := b.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.clock.pass(time.Second)
	}
	if got := seen(); got != 2*time.Minute {
		t.Errorf("after 150 s of use the session was seen after %v, want 2 min", got)
	}
}
