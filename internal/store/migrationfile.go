package store

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step of the schema.
type migration struct {
	version  int
	name     string
	sql      string
	checksum string // SHA-256 of sql, in hex
}

var migrationFileName = regexp.MustCompile(`^(\d{4})_([a-z0-9_]+)\.sql$`)

// migrations gives the embedded migrations in order. An error is a mistake in this program: a file
// whose name is not NNNN_name.sql, or a gap in the numbers.
func migrations() ([]migration, error) {
	entries, err := fs.ReadDir(migrationFiles, "migrations") // sorted by name
	if err != nil {
		return nil, fmt.Errorf("read the embedded migrations: %w", err)
	}
	var all []migration
	for i, entry := range entries {
		parts := migrationFileName.FindStringSubmatch(entry.Name())
		if parts == nil {
			return nil, fmt.Errorf("migration file %s is not named like 0001_name.sql", entry.Name())
		}
		version, err := strconv.Atoi(parts[1])
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration file %s should have the number %04d", entry.Name(), i+1)
		}
		sql, err := migrationFiles.ReadFile("migrations/" + entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read migration %s: %w", entry.Name(), err)
		}
		sum := sha256.Sum256(sql)
		all = append(all, migration{version: version, name: parts[2], sql: string(sql), checksum: hex.EncodeToString(sum[:])})
	}
	return all, nil
}
