package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/store"
)

// busy takes longer than any test. It needs no space on the disk, which the server limits.
const busy = "SELECT count(*) FROM (SELECT generate_series(1, 1000000000000)) AS rows"

// endsFor runs statements as a login that has lifted its time limits. It returns the error of the last statement.
func endsFor(t *testing.T, pool *pgxpool.Pool, statements ...string) <-chan error {
	t.Helper()
	conn := connectAs(t, pool)
	lifted := []string{"SET statement_timeout = 0", "SET idle_in_transaction_session_timeout = 0", "SET default_transaction_read_only = off"}
	for _, sql := range slices.Concat(lifted, statements[:len(statements)-1]) {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	ended := make(chan error, 1)
	go func() {
		_, err := conn.Exec(context.WithoutCancel(t.Context()), statements[len(statements)-1])
		ended <- err
	}()
	return ended
}

// connectAs makes a connection as the login of a pool, but outside the pool.
func connectAs(t *testing.T, pool *pgxpool.Pool) *pgx.Conn {
	t.Helper()
	conn, err := pgx.ConnectConfig(t.Context(), pool.Config().ConnConfig)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// guard runs a ReadingGuard without pauses until the test ends, and collects its sentences.
func guard(t *testing.T, pool *pgxpool.Pool, limit time.Duration) (told chan string) {
	t.Helper()
	told = make(chan string, 100)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		g := store.ReadingGuard{Pool: pool, Limit: limit, Log: slog.New(slog.DiscardHandler), Tell: func(s string) { told <- s }}
		defer g.Close()
		for ctx.Err() == nil {
			_ = g.Look(ctx)
		}
	}()
	t.Cleanup(func() { stop(); <-done })
	return told
}

// wasCancelled cancels what a login runs and makes sure that nothing else ended it before.
func wasCancelled(t *testing.T, super *pgxpool.Pool, login string, ended <-chan error) {
	t.Helper()
	for {
		select {
		case err := <-ended:
			var server *pgconn.PgError
			if !errors.As(err, &server) || server.Code != "57014" {
				t.Errorf("the statement of %s: %v, want it cancelled by the test", login, err)
			}
			return
		default: // it may not have begun yet
			run(t, super, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = '"+login+"' AND query = '"+busy+"'")
		}
	}
}

func wasTerminated(t *testing.T, what string, ended <-chan error) {
	t.Helper()
	var server *pgconn.PgError
	if err := <-ended; !errors.As(err, &server) || server.Code != "57P01" {
		t.Errorf("%s: %v, want it ended by the administrator", what, err)
	}
}

func aReadersLongStatementsAreEndedByTheOwner(t *testing.T, server func() string) {
	super, as := ownLogins(t, server, "owner", "reader", "stranger")
	grantReading(t, super, "reader")
	restrict(t, super)
	others := map[string]<-chan error{"stranger": endsFor(t, as["stranger"], busy), "owner": endsFor(t, as["owner"], busy)}
	readers := map[string]<-chan error{
		"a statement":                  endsFor(t, as["reader"], busy),
		"a statement in a transaction": endsFor(t, as["reader"], "BEGIN", busy),
		"a cursor's":                   endsFor(t, as["reader"], "BEGIN", "DECLARE c CURSOR FOR "+busy, "FETCH c"),
		"a copy":                       endsFor(t, as["reader"], "COPY (SELECT generate_series(1, 1000000000000)) TO STDOUT"),
	}
	idle := connectAs(t, as["reader"])
	if _, err := idle.Exec(t.Context(), "BEGIN; LOCK TABLE pipeline_runs IN ACCESS SHARE MODE"); err != nil {
		t.Fatal(err)
	}

	told := guard(t, as["owner"], time.Millisecond)
	for what, ended := range readers {
		wasTerminated(t, what, ended)
	}
	// An idle session has no statement that could fail. But the server no longer has the session.
	for there := 1; there > 0; {
		if err := super.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE pid = $1", idle.PgConn().PID()).Scan(&there); err != nil {
			t.Fatal(err)
		}
	}
	for name, ended := range others {
		wasCancelled(t, super, name, ended)
	}
	if len(told) > 0 {
		t.Errorf("told %q", <-told)
	}
}

// The members of a group that only reads are guarded. The login that macrowatch writes as is not.
func theMembersOfAGroupThatReadsAreWatched(t *testing.T, server func() string) {
	super, as := ownLogins(t, server, "owner", "alice", "readers", "exporter")
	run(t, super, "GRANT pg_monitor TO exporter")
	run(t, super, "ALTER ROLE readers NOLOGIN")
	run(t, super, "GRANT readers TO alice, owner")
	grantReading(t, super, "readers")
	// An earlier version also noted pg_monitor. Its members have other work and are not guarded.
	if err := store.New(super, nil).SetSetting(t.Context(), "reader_roles", `["readers", "pg_monitor"]`); err != nil {
		t.Fatal(err)
	}
	restrict(t, super)
	exporters := endsFor(t, as["exporter"], busy)
	mayNot(t, as["alice"], "SELECT pg_advisory_lock(1)")
	run(t, as["owner"], "SELECT pg_advisory_xact_lock(1)")
	owners := endsFor(t, as["owner"], busy)
	members := endsFor(t, as["alice"], busy)
	guard(t, as["owner"], time.Millisecond)
	wasTerminated(t, "a member's statement", members)
	wasCancelled(t, super, "owner", owners)
	wasCancelled(t, super, "exporter", exporters)
}

func aMissingRightToEndStatementsIsToldOnce(t *testing.T, server func() string) {
	super, as := ownLogins(t, server, "owner", "reader")
	grantReading(t, super, "reader") // and nothing is restricted, nor the owner a member
	readers := endsFor(t, as["reader"], busy)
	told := guard(t, as["owner"], time.Millisecond)
	if got := <-told; !strings.Contains(got, "Statements of reader can run for ever") || !strings.HasSuffix(got, "migrate --reader-role reader") {
		t.Errorf("told %q", got)
	}
	restrict(t, super) // now it may
	wasTerminated(t, "a statement", readers)
	if len(told) > 0 {
		t.Errorf("told again: %q", <-told)
	}
}

// Readers, or the panels of many people, may keep every connection of the pool busy, and readers may take every
// connection that the database allows.
func theGuardWorksWhenNoConnectionIsFree(t *testing.T, server func() string) {
	super, as := ownLogins(t, server, "owner", "reader")
	grantReading(t, super, "reader")
	restrict(t, super)
	cfg := as["owner"].Config()
	cfg.MaxConns = 2
	small, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer small.Close()
	g := store.ReadingGuard{Pool: small, Limit: time.Millisecond, Log: slog.New(slog.DiscardHandler), Tell: func(s string) { t.Error(s) }}
	defer g.Close()
	if err := g.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range cfg.MaxConns {
		conn, err := small.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Release()
	}
	readers := endsFor(t, as["reader"], busy)
	fill(t, super, as["reader"])
	if _, err := pgx.ConnectConfig(t.Context(), cfg.ConnConfig); !isFull(err) {
		t.Fatalf("the owner can still connect: %v", err)
	}
	look := func() error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		return g.Look(ctx)
	}
	for running := true; running; {
		if err := look(); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-readers:
			running = false
			var server *pgconn.PgError
			if !errors.As(err, &server) || server.Code != "57P01" {
				t.Errorf("the statement ended with %v", err)
			}
		default:
		}
	}
}

// fill lets a reader take every connection that the database allows.
func fill(t *testing.T, super, reader *pgxpool.Pool) {
	t.Helper()
	var taken int
	database := super.Config().ConnConfig.Database
	if err := super.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = $1", database).Scan(&taken); err != nil {
		t.Fatal(err)
	}
	run(t, super, fmt.Sprintf("ALTER DATABASE %s CONNECTION LIMIT %d", database, taken+2))
	for range taken + 2 {
		conn, err := pgx.ConnectConfig(t.Context(), reader.Config().ConnConfig)
		if isFull(err) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close(context.Background()) })
	}
	t.Fatal("the database takes any number of connections")
}

func isFull(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && server.Code == "53300"
}
