package store_test

import (
	"net"
	"strings"
	"testing"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

func whereabouts(t *testing.T, address string) store.Whereabouts {
	t.Helper()
	at, err := openStore(t, address, store.Options{}).Whereabouts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// The identity is the same through a pooler, for another login, and after the tables were made. No other database has
// the same.
func TestIdentityIsOneDatabasesAlone(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	own := whereabouts(t, address).Identity
	if own == "" || strings.Count(own, "/") != 2 {
		t.Fatalf("the identity is %q", own)
	}
	if err := store.Migrate(t.Context(), openStore(t, address, store.Options{}).Pool()); err != nil {
		t.Fatal(err)
	}
	for way, same := range map[string]string{
		"with tables": address, "another login": pgtest.LimitedURL(t, address, 3),
		"in a session pool":     pgtest.PgBouncer(t, address, pgtest.SessionPooling),
		"in a transaction pool": pgtest.PgBouncer(t, address, pgtest.TransactionPooling),
	} {
		t.Run(way, func(t *testing.T) {
			if got := whereabouts(t, same).Identity; got != own {
				t.Errorf("%s: %q, want %q", way, got, own)
			}
		})
	}
	for what, other := range map[string]string{
		"another database": pgtest.MigratedURL(t), "another server": pgtest.OwnServer(t)(),
		"another encoding": pgtest.EncodedURL(t, "LATIN1"),
	} {
		t.Run(what, func(t *testing.T) {
			if got := whereabouts(t, other).Identity; got == own || got == "" {
				t.Errorf("%s: %q", what, got)
			}
		})
	}
}

func TestAStandbyIsTheDatabaseOfItsPrimary(t *testing.T) {
	t.Parallel()
	primary, standby := pgtest.Replicated(t)
	if a, b := whereabouts(t, primary).Identity, whereabouts(t, standby).Identity; a != b || a == "" {
		t.Errorf("%q and %q", a, b)
	}
}

func TestALoginThatMayNotAskHasNoIdentity(t *testing.T) {
	t.Parallel()
	server := pgtest.OwnServer(t)()
	s := openStore(t, server, store.Options{})
	if err := store.Migrate(t.Context(), s.Pool()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Pool().Exec(t.Context(), `REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC`); err != nil {
		t.Fatal(err)
	}
	if at := whereabouts(t, pgtest.LimitedURL(t, server, 3)); at.Identity != "" || at.Address == nil {
		t.Errorf("%+v", at)
	}
}

func TestTargetsThatLeadToAnAddress(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	at := store.WhereaboutsAt(l.Addr(), "book at home")
	for target, want := range map[string]bool{
		"book at home at localhost:" + port + " as u":                   true,
		"book at home at 127.0.0.1:" + port + " as someone as u":        true,
		"book at home at nowhere.invalid:1,LOCALHOST:" + port + " as u": true,
		"book at home at ::ffff:127.0.0.1:" + port + " as u":            true,
		"book at localhost:" + port + " as u":                           false, // another database
		"book at home at localhost:1 as u":                              false,
		"book at home at 127.0.0.2:" + port + " as u":                   false,
		"book at home at /run/postgresql:" + port + " as u":             false,
		"book at home at nowhere.invalid:" + port + " as u":             false,
		"the private PostgreSQL of this data directory":                 false,
		"no database was given":                                         false,
		"":                                                              false,
	} {
		t.Run(target, func(t *testing.T) {
			if got := at.Leads(t.Context(), target); got != want {
				t.Errorf("%q leads there: %v", target, got)
			}
		})
	}
}
