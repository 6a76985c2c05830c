package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// timescaleErasable gives TimescaleDB's version where it is one whose functions for chunks ask for no
// right, and whether every login may call one of them. Fixed in 2.29.1 (GHSA-hcfx-29v5-2rcw).
const timescaleErasable = `SELECT e.extversion, EXISTS (
    SELECT FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid
    WHERE d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
    AND p.proname IN ('drop_chunk', 'drop_osm_chunk', 'create_compressed_chunk', 'freeze_chunk', 'unfreeze_chunk',
        'hypertable_osm_range_update', 'lock_osm_chunk_dimension_slice')
    AND has_function_privilege('public', p.oid, 'EXECUTE'))
FROM pg_extension e
WHERE e.extname = 'timescaledb' AND (regexp_match(e.extversion, '^(\d+)\.(\d+)\.(\d+)'))::int[] < '{2,29,1}'`

// readersWhoWrite gives those of some roles that may write one of some tables, since somebody granted it
// to them, to a role that they are members of, or to everybody.
const readersWhoWrite = `SELECT r.rolname::text FROM pg_roles r
WHERE r.rolname = ANY ($1) AND EXISTS (SELECT FROM unnest($2::text[]) t
    WHERE has_table_privilege(r.oid, to_regclass(t), 'INSERT, UPDATE, DELETE, TRUNCATE'))
ORDER BY 1`

// Exposure is what a login that only reads can do to the database all the same.
type Exposure struct {
	// Timescale is TimescaleDB's version if in that version every login may erase the chunks of
	// every hypertable, and nobody has taken that from PUBLIC; else "".
	Timescale string
	// NoReaders are roles that were noted as readers and can be none; FindExposure looks no further at them.
	NoReaders []NoReader
	// Readers are the other roles that GrantReading let read.
	Readers []string
	// Writers are those of the Readers that may write the desk's tables.
	Writers []string
	// Open are the statements that are still to be run to take from the readers what they have no use
	// for; none where there are no readers. RestrictPublic runs them.
	Open []string
}

// FindExposure looks at what the logins that only read may do. It changes nothing and needs only the
// right to read.
func FindExposure(ctx context.Context, pool *pgxpool.Pool) (Exposure, error) {
	var e Exposure
	rows, err := pool.Query(ctx, timescaleErasable)
	if err != nil {
		return e, fmt.Errorf("look at TimescaleDB's version: %w", translate(err))
	}
	defer rows.Close()
	for rows.Next() {
		var version string
		var erasable bool
		if err := rows.Scan(&version, &erasable); err != nil {
			return e, translate(err)
		}
		if erasable {
			e.Timescale = version
		}
	}
	if err := rows.Err(); err != nil {
		return e, fmt.Errorf("look at TimescaleDB's version: %w", translate(err))
	}
	if e.Readers, err = ReaderRoles(ctx, pool); err != nil {
		return e, err
	}
	if e.NoReaders, err = findNoReaders(ctx, pool, e.Readers); err != nil {
		return e, err
	}
	e.Readers = slices.DeleteFunc(e.Readers, func(role string) bool {
		return slices.ContainsFunc(e.NoReaders, func(n NoReader) bool { return n.Role == role })
	})
	if len(e.Readers) == 0 {
		return e, nil
	}
	rows, err = pool.Query(ctx, readersWhoWrite, e.Readers, readTables())
	if err != nil {
		return e, translate(err)
	}
	if e.Writers, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
		return e, fmt.Errorf("look at what readers may write: %w", translate(err))
	}
	needed, err := neededRestrictions(ctx, pool, restricting{readers: e.Readers})
	for _, r := range needed {
		if r.Closes {
			e.Open = append(e.Open, r.Statement)
		}
	}
	return e, err
}

// Warnings say in sentences what is open, and what closes it.
func (e Exposure) Warnings() []string {
	var sentences []string
	role := "ROLE"
	if len(e.Readers) > 0 {
		role = e.Readers[0]
	}
	closing := fmt.Sprintf("As a superuser of the database run: macrowatch migrate --reader-role %s", role)
	if e.Timescale != "" {
		sentences = append(sentences, fmt.Sprintf("In TimescaleDB %s every login, also one that only reads, can erase the record "+
			"(GHSA-hcfx-29v5-2rcw). Install 2.29.1 or newer and run ALTER EXTENSION timescaledb UPDATE. Until then: %s",
			e.Timescale, strings.ToLower(closing[:1])+closing[1:]))
	}
	if len(e.Open) > 0 && e.Timescale == "" {
		sentences = append(sentences, fmt.Sprintf("%s can do more than read, since every login can: lock, fill the disk, or call functions "+
			"that change the database. %s", Enumerate(e.Readers), closing))
	}
	for _, w := range e.Writers {
		sentences = append(sentences, fmt.Sprintf("%s should only read, and may write the desk's tables, since somebody granted it. "+
			"Revoke that, or use another login for reading and run: %s", w, forgetting(w)))
	}
	for _, n := range e.NoReaders {
		sentences = append(sentences, fmt.Sprintf("%s was named as a login that only reads, and %s. Use another login for reading and run: %s",
			n.Role, n.Why, forgetting(n.Role)))
	}
	return sentences
}

func forgetting(role string) string {
	return fmt.Sprintf("macrowatch migrate --reader-role %s --forget", role)
}

// Enumerate joins names as a sentence does: a; a and b; a, b and c.
func Enumerate(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
