package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/record/disk"
)

// ErrTimescale says that a database can't be backed up here.
var ErrTimescale = errors.New("the database has the extension timescaledb, whose tables need steps of their own: follow TimescaleDB's instructions for pg_dump")

// Write backs up a database into a new file. Other sessions may write to the database meanwhile: the backup has
// what was committed at one moment. If Write fails, there is no file.
func Write(ctx context.Context, d Database, path string, madeAt time.Time) (Summary, error) {
	if _, err := os.Lstat(path); err == nil {
		return Summary{}, fmt.Errorf("%s exists already: name a new file, or a directory for a file with the time in its name", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".macrowatch-backup-") // only this user can read it
	if err != nil {
		return Summary{}, unwritable(path, err)
	}
	s, err := fill(ctx, d, f, madeAt)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return Summary{}, fmt.Errorf("back up the database into %s: %w", path, err)
	}
	return s, disk.SyncDir(filepath.Dir(path))
}

// unwritable says why no file can be made. It leaves out the name of the temporary file.
func unwritable(path string, err error) error {
	var fault *fs.PathError
	if errors.As(err, &fault) {
		err = fault.Err
	}
	return fmt.Errorf("the backup %s can't be written: %w", path, err)
}

// fill writes the backup into a file.
func fill(ctx context.Context, d Database, f *os.File, madeAt time.Time) (Summary, error) {
	conn, major, err := d.connect(ctx)
	if err != nil {
		return Summary{}, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	program, err := d.FindProgram(ctx, "pg_dump", major)
	if err != nil {
		return Summary{}, err
	}
	s := Summary{MadeAt: madeAt.UTC().Truncate(time.Second), PostgreSQL: conn.PgConn().ParameterStatus("server_version")}
	err = pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		var snapshot string
		var timescale bool
		// The transaction waits for pg_dump, which may take long.
		if _, err := tx.Exec(ctx, "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0"); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, "SELECT pg_export_snapshot(), EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')").Scan(&snapshot, &timescale)
		if err != nil {
			return err
		}
		if timescale {
			return ErrTimescale
		}
		if s.Rows, err = countRows(ctx, tx); err != nil {
			return err
		}
		if err := d.run(ctx, program, "--format=custom", "--snapshot="+snapshot, "--file="+f.Name()); err != nil {
			return fmt.Errorf("pg_dump failed: %w", err)
		}
		return nil
	})
	if err != nil {
		return Summary{}, err
	}
	return s, finish(f, s)
}
