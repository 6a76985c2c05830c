package store

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step of the schema.
type migration struct {
	version  int
	name     string
	sql      string // without the statements that make hypertables
	checksum string // SHA-256 of the file, in hex
}

// part is a part of a migration that is about one table, or about two tables such as a foreign key between them.
// It is left out if another tool made one of them.
type part struct {
	tables []string
	makes  bool // the part creates its table
	sql    string
}

// A part begins with the line that creates its table, or with a line that names its tables, such as
// "-- On a and b:".
var partHead = regexp.MustCompile(`(?m)^(?:CREATE TABLE (\w+)|-- On (\w+)(?: and (\w+))?:)`)

// parts splits a migration into its parts. The lines before the first part belong to no table.
func (m migration) parts() []part {
	heads := partHead.FindAllStringSubmatchIndex(m.sql, -1)
	all := []part{{sql: m.sql}}
	for i, head := range heads {
		end := len(m.sql)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		if i == 0 {
			all[0].sql = m.sql[:head[0]]
		}
		p := part{sql: m.sql[head[0]:end], makes: head[2] >= 0}
		for at := 2; at < len(head); at += 2 {
			if head[at] >= 0 {
				p.tables = append(p.tables, m.sql[head[at]:head[at+1]])
			}
		}
		all = append(all, p)
	}
	return all
}

// tablesMade names the tables that a migration creates.
func (m migration) tablesMade() []string {
	var names []string
	for _, p := range m.parts() {
		if p.makes {
			names = append(names, p.tables...)
		}
	}
	return names
}

// sqlWithout returns a migration's SQL without the parts about some tables. It puts empty lines in their place, so
// that an error names the right line of the file.
func (m migration) sqlWithout(tables []string) string {
	var b strings.Builder
	for _, p := range m.parts() {
		if slices.ContainsFunc(p.tables, func(t string) bool { return slices.Contains(tables, t) }) {
			b.WriteString(strings.Repeat("\n", strings.Count(p.sql, "\n")))
			continue
		}
		b.WriteString(p.sql)
	}
	return b.String()
}

var migrationFileName = regexp.MustCompile(`^(\d{4})_([a-z0-9_]+)\.sql$`)

// migrations returns the embedded migrations in order. An error is a mistake in this program: a file whose name is
// not NNNN_name.sql, or a gap in the numbers.
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
		all = append(all, migration{version: version, name: parts[2], sql: withoutHypertables(string(sql)), checksum: hex.EncodeToString(sum[:])})
	}
	return all, nil
}

// makesHypertable is a statement of the migrations 0002 and 0003.
var makesHypertable = regexp.MustCompile(`(?s)DO \$migration\$.*?create_hypertable.*?\$migration\$;`)

// withoutHypertables returns a migration's SQL without the statements that make hypertables. Databases that ran them keep
// their hypertables; a new database gets ordinary tables. The dashboards look for single rows, and a look-up costs more with
// each chunk: on TimescaleDB 2.22 the seven chunks of ten years made panels two to seven times slower. Nothing was compressed
// or dropped by chunks. It leaves the empty lines, so that an error names the right line of the file.
func withoutHypertables(sql string) string {
	return makesHypertable.ReplaceAllStringFunc(sql, func(statement string) string { return strings.Repeat("\n", strings.Count(statement, "\n")) })
}
