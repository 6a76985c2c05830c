package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// timescaleErasable returns TimescaleDB's version if its functions for chunks check no right, and whether every
// login may call one of these functions. 2.29.1 is the first version that checks (GHSA-hcfx-29v5-2rcw).
const timescaleErasable = `SELECT e.extversion, EXISTS (
    SELECT FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid
    WHERE d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
    AND p.proname IN ('drop_chunk', 'drop_osm_chunk', 'create_compressed_chunk', 'freeze_chunk', 'unfreeze_chunk',
        'hypertable_osm_range_update', 'lock_osm_chunk_dimension_slice')
    AND has_function_privilege('public', p.oid, 'EXECUTE'))
FROM pg_extension e
WHERE e.extname = 'timescaledb' AND (regexp_match(e.extversion, '^(\d+)\.(\d+)\.(\d+)'))::int[] < '{2,29,1}'`

// readersWhoWrite returns the roles among $1 that may write one of the tables $2. Somebody granted this right to
// them, to a role that they are members of, or to everybody.
const readersWhoWrite = `SELECT r.rolname::text FROM pg_roles r
WHERE r.rolname = ANY ($1) AND EXISTS (SELECT FROM unnest($2::text[]) t
    WHERE has_table_privilege(r.oid, to_regclass(t), 'INSERT, UPDATE, DELETE, TRUNCATE'))
ORDER BY 1`

// Exposure is what logins that should only read can do beyond reading.
type Exposure struct {
	// Timescale is TimescaleDB's version, if every login may erase the chunks of every hypertable in that version
	// and nobody has revoked this from PUBLIC. Otherwise it is "".
	Timescale string
	// NoReaders are roles that were noted as readers although they can't be readers. FindExposure ignores them
	// otherwise.
	NoReaders []NoReader
	// Readers are the other roles that GrantReading noted.
	Readers []string
	// Writers are the roles among the Readers that may write the desk's tables.
	Writers []string
	// Open are the statements that must still be run to take from the readers the rights that they do not
	// need. RestrictPublic runs them. Without readers there are none.
	Open []string
}

// FindExposure finds out what the logins that only read may do. It changes nothing, and its own login needs only
// the right to read.
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

// Warnings say in sentences what is open, and how to close it.
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
		sentences = append(sentences, fmt.Sprintf("%s can do more than read, because every login can lock tables, fill the disk, or call functions "+
			"that change the database. %s", Enumerate(e.Readers), closing))
	}
	for _, w := range e.Writers {
		sentences = append(sentences, fmt.Sprintf("%s should only read, but may write the desk's tables, because somebody granted it. "+
			"Revoke that, or use another login for reading and run: %s", w, forgetting(w)))
	}
	for _, n := range e.NoReaders {
		sentences = append(sentences, fmt.Sprintf("%s was named as a login that only reads, but %s. Use another login for reading and run: %s",
			n.Role, n.Why, forgetting(n.Role)))
	}
	return sentences
}

func forgetting(role string) string {
	return fmt.Sprintf("macrowatch migrate --reader-role %s --forget", role)
}

// Enumerate joins names for a sentence: "a", "a and b", "a, b and c".
func Enumerate(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
