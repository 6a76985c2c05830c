package query

import (
	"errors"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// mostForms is of how many statements the forms are remembered.
const mostForms = 2000

// forms remembers in which form PostgreSQL is to send the columns of a statement. The binary form saves both sides the text, but must be
// asked for before the types of the columns are known. So a statement that is sent for the first time gets texts, and one that differs
// from it only in its digits, as a panel's does from range to range, gets its numbers and times in the binary form.
//
// What is remembered may be wrong. PostgreSQL then refuses the statement before it runs it, or a value can't be read, and needsText says so.
type forms struct {
	mu sync.Mutex
	of map[uint64][]int16 // by keyOf
}

// get returns the forms of a statement's columns, nil if they are not known.
func (f *forms) get(sql string) []int16 {
	key := keyOf(sql)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.of[key]
}

// remember keeps the forms of a statement's columns.
func (f *forms) remember(sql string, columns []column) {
	key := keyOf(sql)
	all := make([]int16, len(columns))
	for i, c := range columns {
		if binaryParser(c.oid) != nil {
			all[i] = pgtype.BinaryFormatCode
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of == nil || len(f.of) >= mostForms {
		f.of = map[uint64][]int16{}
	}
	f.of[key] = all
}

// keyOf returns a number for all statements that differ only in their digits.
func keyOf(sql string) uint64 {
	var key xxhash.Digest
	key.Reset()
	for part := range strings.FieldsFuncSeq(sql, func(c rune) bool { return c >= '0' && c <= '9' }) {
		_, _ = key.WriteString(part)
	}
	return key.Sum64()
}

// errNeedsText says that a value is not read in the binary form.
var errNeedsText = errors.New("the value must be read as a text")

// needsText reports whether a statement failed because not all of its columns can come in the forms that were asked for.
func needsText(err error) bool {
	const otherNumberOfColumns, noBinaryForm = "08P01", "42883"
	var server *pgconn.PgError
	return errors.Is(err, errNeedsText) || errors.As(err, &server) && (server.Code == otherNumberOfColumns || server.Code == noBinaryForm)
}
