package pgtest

import (
	"context"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/store"
)

// Migrated gives a pool on a database with this version's tables, empty, which is dropped when the
// test ends. The migrations run once per test process; each call copies their result.
func Migrated(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return open(t, MigratedURL(t))
}

// MigratedURL is Migrated for a test that connects in another way, through a program say.
func MigratedURL(t testing.TB) string {
	t.Helper()
	if os.Getenv(ServerVariable) != "" { // a template would be left on somebody's server
		address := URL(t)
		if err := migrate(t.Context(), address); err != nil {
			t.Fatalf("pgtest: migrate: %v", err)
		}
		return address
	}
	template, err := process.template.get(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatalf("pgtest: make the migrated template: %v", err)
	}
	return create(t, template)
}

// lazyTemplate is a migrated database that others are copied from.
type lazyTemplate struct {
	once sync.Once
	name string
	err  error
}

func (l *lazyTemplate) get(ctx context.Context) (string, error) {
	l.once.Do(func() {
		l.name = newName("template")
		l.err = makeTemplate(ctx, l.name)
	})
	return l.name, l.err
}

func makeTemplate(ctx context.Context, name string) error {
	server, err := process.server.get()
	if err != nil {
		return err
	}
	if err := execOn(ctx, server, "create database "+name+" template template0"); err != nil {
		return err
	}
	address, err := withDatabase(server, name)
	if err != nil {
		return err
	}
	return migrate(ctx, address)
}

// migrate leaves no connection behind: a database that is connected to cannot be copied.
func migrate(ctx context.Context, address string) error {
	pool, err := pgxpool.New(ctx, address)
	if err != nil {
		return err
	}
	defer pool.Close()
	return store.Migrate(ctx, pool)
}
