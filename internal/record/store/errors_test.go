package store_test

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testport"
)

// changed returns a database URL with something changed.
func changed(t *testing.T, address string, change func(*url.URL)) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	change(u)
	return u.String()
}

func TestOpenSaysWhatIsWrongInASentence(t *testing.T) {
	t.Parallel()
	good := pgtest.URL(t)
	nobody := net.JoinHostPort("127.0.0.1", strconv.Itoa(testport.Free(t)))
	cases := []struct {
		name, url string
		kind      store.Kind
		says      string
	}{
		{"not a URL", "postgres://user:hunter2@host:port/db", store.BadURL, "the database URL can't be read"},
		{"nobody listens", "postgres://u:hunter2@" + nobody + "/db?sslmode=disable", store.Unreachable, "can't reach PostgreSQL at " + nobody + ": connection refused"},
		{"no such host", "postgres://u:hunter2@no-such-host.invalid/db", store.Unreachable, "no-such-host.invalid"},
		{"no such database", changed(t, good, func(u *url.URL) { u.Path = "/nowhere" }), store.Refused, `has no database "nowhere"`},
		{"wrong password", changed(t, good, func(u *url.URL) { u.User = url.UserPassword(u.User.Username(), "hunter2") }), store.Refused, "refuses the password of user"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), c.url, store.Options{})
			var said *store.Error
			if !errors.As(err, &said) || said.Kind != c.kind || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v (%v)", err, s)
			} else if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
				t.Errorf("the sentence is not for the user: %s", err)
			}
		})
	}
}

func TestAServerThatDoesNotAnswerIsGivenUpInTime(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections into its backlog and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	address := "postgres://u:p@" + silent.Addr().String() + "/db?sslmode=disable"
	slow := make(chan error, 1) // by the default limit of five seconds
	go func() {
		_, err := store.Open(t.Context(), address, store.Options{})
		slow <- err
	}()
	var said *store.Error
	if _, err := store.Open(t.Context(), address, store.Options{ConnectTimeout: 100 * time.Millisecond}); !errors.As(err, &said) || said.Kind != store.Unreachable {
		t.Errorf("by its own limit: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := store.Open(ctx, address, store.Options{}); !errors.As(err, &said) || said.Permanent() {
		t.Errorf("by the caller's limit: %v", err)
	}
	select {
	case err := <-slow:
		t.Errorf("by the default limit, which is longer than both, it was given up sooner: %v", err)
	default:
	}
	if err := <-slow; !errors.As(err, &said) || said.Kind != store.Unreachable {
		t.Errorf("by the default limit: %v", err)
	}
}

func TestOpenSetsNameAndLimitUnlessTheURLDoes(t *testing.T) {
	t.Parallel()
	good := pgtest.URL(t)
	for query, want := range map[string]string{
		"": "macrowatch 1min", "application_name=mine&statement_timeout=5000": "mine 5s",
	} {
		t.Run(query, func(t *testing.T) {
			address := changed(t, good, func(u *url.URL) {
				if query != "" {
					u.RawQuery = strings.Trim(u.RawQuery+"&"+query, "&")
				}
			})
			s, err := store.Open(t.Context(), address, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			var got string
			err = s.Pool().QueryRow(t.Context(), "SELECT current_setting('application_name') || ' ' || current_setting('statement_timeout')").Scan(&got)
			if err != nil || got != want {
				t.Errorf("%q: %q, %v", query, got, err)
			}
		})
	}
}

func TestALazyStoreOpensWhileTheServerIsAway(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), "postgres://u:p@127.0.0.1:1/db", store.Options{Lazy: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var said *store.Error
	if err := s.Ping(t.Context()); !errors.As(err, &said) || said.Kind != store.Unreachable || said.Permanent() {
		t.Errorf("%v", err)
	}
}

func TestErrorsOfStatementsAreSentences(t *testing.T) {
	t.Parallel()
	unmigrated := store.New(pgtest.New(t), nil)
	_, err := unmigrated.RunsBetween(t.Context(), at(6, 0, 0), at(7, 0, 0))
	check(t, err, store.NotMigrated, "run macrowatch migrate", true)
	check(t, unmigrated.RunUpsert(t.Context(), running("a")), store.NotMigrated, "run macrowatch migrate", true)
	_, err = unmigrated.InstrumentUpsert(t.Context(), desk.Instrument{Name: "a", Kind: desk.KindPrice, QuotedIn: "USD"})
	check(t, err, store.NotMigrated, "run macrowatch migrate", true)

	s := newStore(t)
	_, err = s.PriceUpsert(t.Context(), desk.Price{Instrument: "A", Date: day(1), Value: 1})
	var bad *desk.BadRowsError
	if !errors.As(err, &bad) {
		t.Errorf("%v", err)
	}
	blank := desk.Instrument{Name: "A", Kind: desk.KindYield, QuotedIn: "USD"}
	_, err = s.InstrumentImport(t.Context(), rowsOf(blank)) // intake would have seen it
	check(t, err, store.BadData, "table instruments refuses a row: its constraint instruments_yield_in_percent_or_bp is broken", true)
}

func check(t *testing.T, err error, kind store.Kind, says string, permanent bool) {
	t.Helper()
	var said *store.Error
	if !errors.As(err, &said) || said.Kind != kind || !strings.Contains(err.Error(), says) || said.Permanent() != permanent {
		t.Errorf("%v", err)
	}
}

func TestALostConnectionIsNotPermanent(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := s.Pool().Exec(t.Context(), "SELECT pg_terminate_backend(pg_backend_pid())")
	if err == nil {
		t.Fatal("the session survived")
	}
	if err := s.SetSetting(t.Context(), "a", "b"); err != nil {
		t.Errorf("the next statement did not get a new connection: %v", err)
	}
}

func TestSettingsAndTheMarkOfSampleData(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	if until, err := s.SampleDataUntil(t.Context()); err != nil || !until.IsZero() {
		t.Errorf("a new database is marked: %v, %v", until, err)
	}
	for _, want := range []time.Time{at(6, 0, 0), at(7, 0, 1)} {
		if err := s.MarkSampleData(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		if until, err := s.SampleDataUntil(t.Context()); err != nil || !until.Equal(want) {
			t.Errorf("%v, %v", until, err)
		}
	}
	if err := s.RunUpsert(t.Context(), running("a")); err != nil {
		t.Fatal(err)
	}
	if empty, err := s.RecordEmpty(t.Context()); err != nil || empty {
		t.Errorf("empty %v, %v", empty, err)
	}
	if err := s.DeleteAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	empty, err := s.RecordEmpty(t.Context())
	if until, _ := s.SampleDataUntil(t.Context()); err != nil || !empty || !until.IsZero() {
		t.Errorf("afterwards empty %v, marked %v, %v", empty, until, err)
	}
}
