package timescaledb_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Error codes of PostgreSQL, and statements that several tests use.
const (
	noRight     = "42501"
	readOnly    = "25006"
	noSuch      = "42883" // no function of this name, in this version
	succeeded   = "00000"
	stillThere  = "SELECT count(*) FROM portfolio_state"
	readOnlyOff = "SET default_transaction_read_only = off"
	readOnlyOn  = "SET default_transaction_read_only = on"
)

// whatEachLoginMayDo tries statements as each login. It does so in a read-only session and in one that has switched
// read-only off, which every login can do.
func whatEachLoginMayDo(t *testing.T, database func() string, timescale bool) {
	for _, preparation := range []struct {
		name    string
		prepare func(*testing.T, string) record
	}{{"prepared by roles.sh", byScript}, {"prepared by a superuser's migrate", byHand}} {
		r := preparation.prepare(t, database())
		for _, mode := range []string{readOnlyOn, readOnlyOff} {
			t.Run(preparation.name+", "+mode, func(t *testing.T) { r.tryAll(t, mode, timescale) })
		}
	}
}

func (r *record) tryAll(t *testing.T, mode string, timescale bool) {
	reader, owner := r.as(t, r.reader), r.as(t, r.owner)
	super := r.as(t, "")
	for _, conn := range []*pgx.Conn{reader, owner, super} {
		exec1(t, conn, mode)
	}
	forOwner, forReader, notReader := ownersOnly(), readersToo(), slices.Concat(superusersOnly(), neither())
	if timescale {
		forOwner = slices.Concat(forOwner, timescaleOwnersOnly())
		notReader = slices.Concat(notReader, timescaleNotReaders())
		forReader = slices.Concat(forReader, timescaleReadersToo())
	}
	refused := 0
	for _, sql := range slices.Concat(forOwner, notReader) {
		sql = r.fill(sql)
		code := outcome(t, reader, sql)
		if reader.PgConn().TxStatus() != 'I' {
			exec1(t, reader, "ROLLBACK")
		}
		switch {
		case code == noRight, code == readOnly && mode == readOnlyOn:
			refused++
		case code == noSuch && strings.Contains(sql, "_timescaledb_") || code == noSuch && strings.HasPrefix(sql, "CALL "):
			t.Logf("not in this version: %s", sql)
		default:
			t.Errorf("the reader may %s (%s)", sql, code)
		}
		if n := r.rows(t, reader); n != snapshots {
			t.Fatalf("after %s the reader sees %d snapshots of %d", sql, n, snapshots)
		}
	}
	if refused < 40 {
		t.Errorf("only %d statements were refused", refused)
	}
	for _, sql := range forOwner {
		for _, conn := range []*pgx.Conn{owner, super} {
			if code := rolledBack(t, conn, r.fill(sql)); code == noRight {
				t.Errorf("%s may not %s", conn.Config().User, sql)
			}
		}
	}
	for _, sql := range slices.Concat(superusersOnly(), neither()) {
		if code := rolledBack(t, owner, r.fill(sql)); code != noRight && code != readOnly && code != "25001" { // 25001: not within a transaction
			t.Errorf("the owner may %s (%s)", sql, code)
		}
	}
	for _, sql := range superusersOnly() {
		if code := rolledBack(t, super, r.fill(sql)); code == noRight {
			t.Errorf("the superuser may not %s", sql)
		}
	}
	for _, sql := range forReader {
		for _, conn := range []*pgx.Conn{reader, owner, super} {
			if code := rolledBack(t, conn, r.fill(sql)); code != succeeded {
				t.Errorf("%s may not %s (%s)", conn.Config().User, sql, code)
			}
		}
	}
}

func (r *record) fill(sql string) string {
	return strings.NewReplacer("{owner}", pgx.Identifier{r.owner}.Sanitize(), "{reader}", pgx.Identifier{r.reader}.Sanitize(),
		"{database}", r.super.Config().Database, "{chunk}", r.chunk).Replace(sql)
}

func (r *record) rows(t *testing.T, conn *pgx.Conn) (n int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), stillThere).Scan(&n); err != nil {
		t.Fatalf("%s may not even %s: %v", conn.Config().User, stillThere, err)
	}
	return n
}

// outcome runs a statement as Grafana would, and returns PostgreSQL's code.
func outcome(t *testing.T, conn *pgx.Conn, sql string) string {
	t.Helper()
	_, err := conn.PgConn().Exec(t.Context(), sql).ReadAll()
	if err == nil {
		return succeeded
	}
	var server *pgconn.PgError
	if !errors.As(err, &server) {
		t.Fatalf("%s: %v", sql, err)
	}
	return server.Code
}

// rolledBack does what outcome does and then rolls back. It also releases the locks of the session, which a
// rollback does not.
func rolledBack(t *testing.T, conn *pgx.Conn, sql string) string {
	t.Helper()
	exec1(t, conn, "BEGIN")
	code := outcome(t, conn, sql)
	exec1(t, conn, "ROLLBACK")
	if strings.Contains(sql, "advisory") {
		exec1(t, conn, "SELECT pg_advisory_unlock_all()")
	}
	return code
}
