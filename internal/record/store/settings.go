package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	settingRead  = `SELECT value FROM macrowatch_settings WHERE key = $1`
	settingWrite = `INSERT INTO macrowatch_settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`
)

// settingSampleData marks a database that has the sample desk's data. Its value is the time up to which it has
// them.
const settingSampleData = "sample_data_until"

// Setting returns the value that is noted under a key, and whether there is one.
func (s *Store) Setting(ctx context.Context, key string) (string, bool, error) {
	var value string
	err := s.pool.QueryRow(ctx, settingRead, key).Scan(&value)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read setting %s: %w", key, translate(err))
	}
	return value, true, nil
}

// SetSetting notes a value under a key. It replaces an earlier value.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	if _, err := s.pool.Exec(ctx, settingWrite, key, value); err != nil {
		return fmt.Errorf("write setting %s: %w", key, translate(err))
	}
	return nil
}

// MarkSampleData marks that the database has the sample desk's data up to a time.
func (s *Store) MarkSampleData(ctx context.Context, until time.Time) error {
	return s.SetSetting(ctx, settingSampleData, until.UTC().Format(time.RFC3339Nano))
}

// SampleDataUntil returns the time up to which the database has the sample desk's data. It is zero if the database
// is not marked as having any.
func (s *Store) SampleDataUntil(ctx context.Context) (time.Time, error) {
	value, marked, err := s.Setting(ctx, settingSampleData)
	if err != nil || !marked {
		return time.Time{}, err
	}
	until, err := time.Parse(time.RFC3339Nano, value)
	if err != nil {
		return time.Time{}, fmt.Errorf("read setting %s: %q is not a time", settingSampleData, value)
	}
	return until, nil
}
