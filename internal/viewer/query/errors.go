package query

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
)

// Error tells a reader why a query gave no result.
type Error struct {
	// Code is PostgreSQL's SQLSTATE, or "" if the error is not from PostgreSQL.
	Code    string
	message string
	cause   error
}

// Error returns the sentence.
func (e *Error) Error() string { return e.message }

// Unwrap returns the driver's error, which may contain things that a reader must not see.
func (e *Error) Unwrap() error { return e.cause }

// The SQLSTATEs for which this package has sentences of its own.
const (
	tooManyConnections = "53300"
	lockNotAvailable   = "55P03"
)

// UnreachableError says that the database did not answer, and why. Its text contains no address. The cause, which is for
// the log, may contain one.
type UnreachableError struct {
	reason string // a few words, or ""
	cause  error
}

// Error returns the sentence.
func (e *UnreachableError) Error() string {
	if e.reason == "" {
		return "The database is not reachable."
	}
	return "The database is not reachable: " + e.reason + "."
}

// Unwrap returns the driver's error.
func (e *UnreachableError) Unwrap() error { return e.cause }

// explain turns an error into a sentence for the reader.
func (r *Runner) explain(ctx context.Context, err error) error {
	var pg *pgconn.PgError
	var own *Error
	var away *UnreachableError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &away) && !errors.Is(ctx.Err(), context.Canceled):
		return away
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &Error{message: "The time for this answer ended before the query did.", cause: errors.Join(ctx.Err(), err)}
	case ctx.Err() != nil:
		return &Error{message: "The query was cancelled before it ended.", cause: errors.Join(ctx.Err(), err)}
	case errors.As(err, &pg):
		return r.explainPg(pg)
	}
	// Every other error between two messages means that the connection has ended.
	return &UnreachableError{reason: "the connection broke", cause: err}
}

// reasonOf says in a few words why there is no connection. It names neither the address nor the login.
func reasonOf(err error) string {
	var server *pgconn.PgError
	var dns *net.DNSError
	var errno syscall.Errno
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &server):
		return serverReason(server)
	case errors.As(err, &dns):
		return "its host name is not known"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "it did not answer in time"
	case errors.As(err, &errno):
		return errno.Error()
	}
	return ""
}

// serverReason says why the server refuses a connection. It does not repeat what the server says about a failed login, as
// that names the login.
func serverReason(server *pgconn.PgError) string {
	switch {
	case strings.HasPrefix(server.Code, "28"):
		return "it refuses the login"
	case server.Code == "3D000":
		return "it does not have that database"
	case server.Code == tooManyConnections, strings.HasPrefix(server.Code, "57P"):
		return server.Message
	}
	return ""
}

// missingTable is how PostgreSQL says that a table does not exist.
var missingTable = regexp.MustCompile(`^relation "(.+)" does not exist$`)

// explainPg turns an error of the server into a sentence for the reader.
func (r *Runner) explainPg(pg *pgconn.PgError) error {
	switch {
	case pg.Code == "57014":
		return &Error{Code: pg.Code, cause: pg,
			message: fmt.Sprintf("The query took longer than %s and was ended.", r.timeout)}
	case pg.Code == "25006":
		return &Error{Code: pg.Code, cause: pg, message: "The query tried to change data; a panel may only read."}
	case pg.Code == "42601" && strings.Contains(pg.Message, "multiple commands"):
		return &Error{Code: pg.Code, cause: pg, message: "The query holds more than one statement; a panel may send one."}
	case strings.HasPrefix(pg.Code, "08"), strings.HasPrefix(pg.Code, "28"), pg.Code == "3D000", pg.Code == tooManyConnections,
		pg.Code == "57P01", pg.Code == "57P02", pg.Code == "57P03":
		return &UnreachableError{reason: serverReason(pg), cause: pg}
	}
	if m := missingTable.FindStringSubmatch(pg.Message); m != nil && pg.Code == "42P01" {
		return &Error{Code: pg.Code, cause: pg, message: fmt.Sprintf("The table %q does not exist in the database (42P01).", m[1])}
	}
	text := fmt.Sprintf("The database refused the query (%s): %s", pg.Code, pg.Message)
	if pg.Hint != "" {
		text += ". " + pg.Hint
	}
	return &Error{Code: pg.Code, cause: pg, message: text}
}
