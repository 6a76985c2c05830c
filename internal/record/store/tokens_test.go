package store_test

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/record/store"
	"macrowatch/internal/record/token"
)

// newToken makes a token and keeps it in the store.
func newToken(t testing.TB, s *store.Store, like store.Token) (text string, kept store.Token) {
	t.Helper()
	text, err := token.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	digest, _ := token.DigestOf(text)
	if kept, err = s.TokenCreate(t.Context(), digest, like); err != nil {
		t.Fatal(err)
	}
	return text, kept
}

func TestATokenIsKeptAsItsDigestAlone(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	text, kept := newToken(t, s, store.Token{Name: "airflow", Kinds: []string{"signals", "prices"}, Steps: []string{"fred"}, CreatedAt: at(9, 0, 0), ExpiresAt: at(21, 0, 0)})
	digest, _ := token.DigestOf(text)
	found, err := s.TokenOf(t.Context(), digest)
	if err != nil || found.ID != kept.ID || found.Name != "airflow" || !found.ExpiresAt.Equal(at(21, 0, 0)) || !found.MayWrite("prices") || found.MayWrite("instruments") {
		t.Errorf("%+v, %v", found, err)
	}
	secret := strings.TrimPrefix(text, token.Prefix)
	for _, all := range texts(t, s, `SELECT t::text FROM macrowatch_tokens t`) {
		if strings.Contains(all, secret) || strings.Contains(all, hex.EncodeToString([]byte(secret))) {
			t.Errorf("the database has the token itself: %s", all)
		}
	}
	other, _ := token.New(rand.Reader)
	unknown, _ := token.DigestOf(other)
	if _, err := s.TokenOf(t.Context(), unknown); !errors.Is(err, store.ErrNoToken) {
		t.Errorf("a token that was never kept: %v", err)
	}
	// The ID alone, which everybody may know, opens nothing.
	forged := digest
	forged[31] ^= 1
	if _, err := s.TokenOf(t.Context(), forged); !errors.Is(err, store.ErrNoToken) {
		t.Errorf("another digest with the same ID: %v", err)
	}
}

func TestATokensStateFollowsTheClockAndItsRevocation(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	_, lasting := newToken(t, s, store.Token{Name: "lasting", CreatedAt: at(9, 0, 0)})
	_, expiring := newToken(t, s, store.Token{Name: "expiring", CreatedAt: at(9, 0, 0), ExpiresAt: at(10, 0, 0)})
	for _, c := range []struct {
		token store.Token
		now   time.Time
		want  store.TokenState
	}{
		{lasting, at(23, 0, 0), store.TokenValid}, {expiring, at(9, 59, 59), store.TokenValid},
		{expiring, at(10, 0, 0), store.TokenExpired}, {expiring, at(11, 0, 0), store.TokenExpired},
	} {
		if got := c.token.State(c.now); got != c.want {
			t.Errorf("%s at %s: %s, want %s", c.token.Name, c.now, got, c.want)
		}
	}
	revoked, err := s.TokenRevoke(t.Context(), "lasting", at(12, 0, 0))
	if err != nil || revoked.ID != lasting.ID || revoked.State(at(12, 0, 0)) != store.TokenRevoked {
		t.Errorf("%+v, %v", revoked, err)
	}
	again, err := s.TokenRevoke(t.Context(), lasting.ID, at(13, 0, 0))
	if err != nil || !again.RevokedAt.Equal(at(12, 0, 0)) {
		t.Errorf("revoked again by its ID: %+v, %v", again, err)
	}
	if _, err := s.TokenRevoke(t.Context(), "lasting", at(13, 0, 0)); !errors.Is(err, store.ErrNoToken) {
		t.Errorf("the name of a revoked token: %v", err)
	}
	newToken(t, s, store.Token{Name: "lasting", CreatedAt: at(14, 0, 0)}) // the name is free again
	digest, _ := token.DigestOf(mustToken(t))
	if _, err := s.TokenCreate(t.Context(), digest, store.Token{Name: "expiring", CreatedAt: at(9, 0, 0)}); err == nil || !strings.Contains(err.Error(), "a token named \"expiring\" already") {
		t.Errorf("two tokens of one name: %v", err)
	}
}

func mustToken(t testing.TB) string {
	t.Helper()
	text, err := token.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheLastUseIsWrittenOnceAMinute(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	_, kept := newToken(t, s, store.Token{Name: "cron", CreatedAt: at(9, 0, 0)})
	for _, c := range []struct{ now, want time.Time }{
		{at(9, 0, 5), at(9, 0, 5)}, {at(9, 0, 6), at(9, 0, 5)}, {at(9, 1, 4), at(9, 0, 5)}, {at(9, 1, 6), at(9, 1, 6)},
		{at(8, 0, 0), at(9, 1, 6)}, // a clock that was set back
	} {
		if err := s.TokenUsed(t.Context(), kept, c.now); err != nil { // kept does not know of any use, as if it was read before
			t.Fatal(err)
		}
		all, err := s.TokenList(t.Context())
		if err != nil || len(all) != 1 || !all[0].LastUsedAt.Equal(c.want) {
			t.Errorf("used at %s: %+v, %v; want %s", c.now, all, err, c.want)
		}
	}
}

// A login that only reads sees the record, but neither tokens nor answers, whatever the earlier grants were.
func TestAReaderSeesNoTokens(t *testing.T) {
	t.Parallel()
	for _, table := range store.RegisteredTables() {
		secret := slices.Contains([]string{"macrowatch_sessions", "macrowatch_tokens", "macrowatch_requests"}, table.Name)
		if secret != (table.Holds == "secrets") {
			t.Errorf("%s holds what tables.go calls %s", table.Name, table.Holds)
		}
	}
	s := newStore(t)
	for _, right := range []string{"SELECT", "INSERT", "UPDATE", "DELETE"} {
		for _, table := range []string{"macrowatch_tokens", "macrowatch_requests"} {
			if got := texts(t, s, `SELECT has_table_privilege('public', '`+table+`', '`+right+`')::text`); got[0] != "false" {
				t.Errorf("every login has the right %s on %s", right, table)
			}
		}
	}
}

// A dump that a reader wrote lacks the tables that the reader can't see.
func TestMigrateMakesHiddenTablesAgain(t *testing.T) {
	t.Parallel()
	for _, lost := range [][]string{{"macrowatch_tokens"}, {"macrowatch_requests"}, {"macrowatch_tokens", "macrowatch_requests"}} {
		s := newStore(t)
		before := texts(t, s, hiddenTables)
		for _, table := range lost {
			run(t, s.Pool(), "DROP TABLE "+table)
		}
		if err := store.Migrate(t.Context(), s.Pool()); err != nil {
			t.Fatal(err)
		}
		if after := texts(t, s, hiddenTables); len(before) == 0 || !slices.Equal(before, after) {
			t.Errorf("without %q: %q, then %q", lost, before, after)
		}
	}
}

// hiddenTables lists the constraints, indexes and comments of the hidden tables.
const hiddenTables = `SELECT conname::text FROM pg_constraint WHERE conrelid::regclass::text ~ '^macrowatch_(tokens|requests)$'
UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename ~ '^macrowatch_(tokens|requests)$'
UNION ALL SELECT c.relname || ': ' || d.description FROM pg_description d JOIN pg_class c ON c.oid = d.objoid
    WHERE d.classoid = 'pg_class'::regclass AND c.relname ~ '^macrowatch_(tokens|requests)$' ORDER BY 1`
