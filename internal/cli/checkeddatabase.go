package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/record/store"
	"macrowatch/internal/sample/sampledesk"
	"macrowatch/internal/sample/samplerecord"
)

// openChecked opens the database on which the queries are tried. If none is given, this is a private PostgreSQL
// with the sample desk, which is deleted when it is closed.
func (a *app) openChecked(ctx context.Context, f databaseFlags) (*database, error) {
	if f.url != "" {
		db, err := a.openDatabase(ctx, f, nil)
		if err != nil {
			return nil, err
		}
		if err := db.requireSchema(ctx); err != nil {
			_ = db.Close()
			return nil, err
		}
		return db, nil
	}
	server, err := throwAwayServer(ctx, f.postgresURL)
	if err != nil {
		return nil, err
	}
	db, err := a.sampleDatabase(ctx, server)
	if err != nil {
		_ = server.Close()
		return nil, err
	}
	return db, nil
}

// throwAwayServer starts a PostgreSQL that is deleted with all its files when it is closed.
func throwAwayServer(ctx context.Context, downloadURL string) (*privatepg.Server, error) {
	fetched, err := privatepg.DefaultDataDir() // keeps downloaded server programs for the next check
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "macrowatch-check-")
	if err != nil {
		return nil, fmt.Errorf("create a directory for the check's PostgreSQL: %w", err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { // if root runs the check, the server runs as another user
		return nil, fmt.Errorf("open the directory of the check's PostgreSQL to its server: %w", err)
	}
	server, err := privatepg.Open(ctx, privatepg.Config{
		DataDir: dir, Ephemeral: true, DownloadURL: downloadURL, BinariesDir: filepath.Join(fetched, "binaries"),
		Settings: map[string]string{"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"},
	})
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return server, nil
}

// checkedMonths is how many months of the sample desk the queries are tried on. Every panel's default range is shorter.
const checkedMonths = 3

// sampleDatabase migrates a server's database and writes the sample desk into it. So the check also finds queries that
// fail only if there are rows.
func (a *app) sampleDatabase(ctx context.Context, server *privatepg.Server) (*database, error) {
	s, err := a.openOn(ctx, server, server.OwnerURL())
	if err != nil {
		return nil, err
	}
	err = store.Migrate(ctx, s.Pool())
	if err == nil {
		now := a.Now()
		_, err = samplerecord.New(s, sampledesk.Desk{Seed: sampleSeed}, a.log).Write(ctx, now.AddDate(0, -checkedMonths, 0).Truncate(24*time.Hour), now)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return &database{Store: s, url: server.OwnerURL(), private: server}, nil
}
