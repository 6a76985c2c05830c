package query

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Error says to a reader why a query gave no result.
type Error struct {
	// Code is PostgreSQL's SQLSTATE, "" where the error is not PostgreSQL's.
	Code    string
	message string
	cause   error
}

// Error returns the sentence.
func (e *Error) Error() string { return e.message }

// Unwrap returns the driver's error, which may hold what a reader must not see.
func (e *Error) Unwrap() error { return e.cause }

// UnreachableError says that the database did not answer. Its text holds neither address nor
// login; the cause, for the log, may.
type UnreachableError struct{ cause error }

// Error returns the sentence.
func (e *UnreachableError) Error() string { return "The database is not reachable." }

// Unwrap returns the driver's error.
func (e *UnreachableError) Unwrap() error { return e.cause }

func (r *Runner) explain(ctx context.Context, err error) error {
	var pg *pgconn.PgError
	var own *Error
	var away *UnreachableError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &away) && !errors.Is(ctx.Err(), context.Canceled):
		return away
	case ctx.Err() != nil:
		return &Error{message: "The query was cancelled before it ended.", cause: errors.Join(ctx.Err(), err)}
	case errors.As(err, &pg):
		return r.explainPg(pg)
	}
	// Whatever else goes wrong between two messages is the connection's end.
	return &UnreachableError{cause: err}
}

func (r *Runner) explainPg(pg *pgconn.PgError) error {
	switch {
	case pg.Code == "57014":
		return &Error{Code: pg.Code, cause: pg,
			message: fmt.Sprintf("The query took longer than %s and was ended.", r.timeout)}
	case pg.Code == "25006":
		return &Error{Code: pg.Code, cause: pg, message: "The query tried to change data; a panel may only read."}
	case pg.Code == "42601" && strings.Contains(pg.Message, "multiple commands"):
		return &Error{Code: pg.Code, cause: pg, message: "The query holds more than one statement; a panel may send one."}
	case strings.HasPrefix(pg.Code, "08"), strings.HasPrefix(pg.Code, "28"), pg.Code == "3D000", pg.Code == "53300",
		pg.Code == "57P01", pg.Code == "57P02", pg.Code == "57P03":
		return &UnreachableError{cause: pg}
	}
	text := fmt.Sprintf("The database refused the query (%s): %s", pg.Code, pg.Message)
	if pg.Hint != "" {
		text += ". " + pg.Hint
	}
	return &Error{Code: pg.Code, cause: pg, message: text}
}
