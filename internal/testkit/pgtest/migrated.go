package pgtest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/store"
)

// Migrated returns a pool on a database that has this version's tables, without rows. The database is dropped when the
// test ends. The migrations run once in each test process, and each call copies their result.
func Migrated(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return open(t, MigratedURL(t))
}

// MigratedURL does what Migrated does, for a test that connects in another way, for example through a program.
func MigratedURL(t testing.TB) string {
	t.Helper()
	if os.Getenv(ServerVariable) != "" { // a template would stay on that server
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

// ForExample does what Migrated does, for a runnable example, which has no testing.TB. The example must call drop
// at its end.
func ForExample() (pool *pgxpool.Pool, drop func(), err error) {
	ctx := context.Background()
	name, address, err := makeDatabase(ctx, " template template0")
	if err != nil {
		return nil, nil, fmt.Errorf("create a database: %w", err)
	}
	if err := migrate(ctx, address); err != nil {
		return nil, nil, fmt.Errorf("migrate a database: %w", err)
	}
	pool, err = pgxpool.New(ctx, address)
	if err != nil {
		return nil, nil, err
	}
	return pool, func() {
		pool.Close()
		if err := dropDatabase(name); err != nil {
			fmt.Println("pgtest: drop a database:", err) // fails the example
		}
	}, nil
}

// lazyTemplate is a migrated database of which copies are made. It is made when it is first needed.
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

// migrate closes its connections, because a database with connections can't be copied.
func migrate(ctx context.Context, address string) error {
	pool, err := pgxpool.New(ctx, address)
	if err != nil {
		return err
	}
	defer pool.Close()
	return store.Migrate(ctx, pool)
}
