package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
)

// Kind says what kind of thing went wrong.
type Kind string

// The kinds of Error.
const (
	BadURL        Kind = "bad url"         // the URL can't be read
	Unreachable   Kind = "unreachable"     // no connection could be made, or it broke
	Refused       Kind = "refused"         // a wrong user or password, or no such database
	Busy          Kind = "busy"            // the server starts up, shuts down or has no connection left
	Timeout       Kind = "timeout"         // no answer came in time
	NotMigrated   Kind = "not migrated"    // a table or a column is missing
	NewerSchema   Kind = "newer schema"    // a newer macrowatch made the schema
	ForeignData   Kind = "foreign"         // another tool made a table of this name, and it does not fit
	ReadOnlyTable Kind = "read-only table" // another tool made the table, and nothing can be written into it
	Forbidden     Kind = "forbidden"       // the login lacks the right
	BadData       Kind = "bad data"        // the database refuses a row
	Other         Kind = "other"
)

// Error says in a sentence for the user what went wrong in the database or on the way to it. The sentence never
// contains a password. Unwrap returns the driver's error, for a log.
type Error struct {
	Kind     Kind
	Sentence string
	// Constraint names the constraint that refused a row, or is "".
	Constraint string
	cause      error
}

// Error returns the sentence.
func (e *Error) Error() string { return e.Sentence }

// Unwrap returns the driver's error.
func (e *Error) Unwrap() error { return e.cause }

// Permanent reports that it is of no use to try the same again soon: somebody must change something first.
func (e *Error) Permanent() bool {
	switch e.Kind {
	case Unreachable, Busy, Timeout, Other:
		return false
	}
	return true
}

// ServerWentAway reports that the server can't be reached, or is starting, stopping or crashing.
func (e *Error) ServerWentAway() bool {
	var server *pgconn.PgError
	if errors.As(e.cause, &server) {
		return server.Code == "57P01" || server.Code == "57P02" || server.Code == "57P03" // shutdown, crash, cannot connect now
	}
	return e.Kind == Unreachable
}

// RefusesRow reports that the database refuses a row because of the row's values. Only another row helps.
func (e *Error) RefusesRow() bool { return e.Kind == BadData }

// The SQLSTATEs that the package acts on.
const (
	tooManyConnections    = "53300"
	readOnlyTransaction   = "25006"
	featureNotSupported   = "0A000"
	deadlockDetected      = "40P01"
	lockNotAvailable      = "55P03"
	insufficientPrivilege = "42501"
)

// translate turns an error of the driver into an *Error. An error that is one already stays as it is, and so does
// an error that is not about the database.
func translate(err error) error {
	var ours *Error
	var server *pgconn.PgError
	var connecting *pgconn.ConnectError
	switch {
	case err == nil || errors.As(err, &ours):
		return err
	case errors.As(err, &connecting) && connecting.Config != nil:
		return connectError(err, connecting.Config)
	case errors.As(err, &server):
		return serverError(err, server, "")
	case errors.Is(err, context.Canceled):
		return err
	case isTimeout(err):
		return &Error{Kind: Timeout, Sentence: "PostgreSQL did not answer in time", cause: err}
	case isBroken(err):
		return &Error{Kind: Unreachable, Sentence: "the connection to PostgreSQL broke", cause: err}
	}
	return err
}

// connectError explains why no connection was made. The driver may have tried several ways. If the server itself
// answered one of them with an error, that says more than an error of the network.
func connectError(err error, cfg *pgconn.Config) error {
	where := address(cfg.Host, cfg.Port)
	var server *pgconn.PgError
	if errors.As(err, &server) {
		switch server.Code {
		case "28P01":
			return &Error{Kind: Refused, cause: err,
				Sentence: fmt.Sprintf("PostgreSQL at %s refuses the password of user %q", where, cfg.User)}
		case "28000":
			return &Error{Kind: Refused, cause: err,
				Sentence: fmt.Sprintf("PostgreSQL at %s refuses user %q: %s", where, cfg.User, server.Message)}
		case "3D000":
			return &Error{Kind: Refused, cause: err,
				Sentence: fmt.Sprintf("PostgreSQL at %s has no database %q", where, cfg.Database)}
		}
		if e := poolerError(err, server, where); e != nil {
			return e
		}
		return serverError(err, server, " at "+where)
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	if sentence := unproved(err, cfg); sentence != nil {
		return sentence
	}
	return &Error{Kind: Unreachable, cause: err,
		Sentence: fmt.Sprintf("can't reach PostgreSQL at %s: %s", where, networkReason(err))}
}

// poolerError explains an error that a connection pooler such as PgBouncer sent. It returns nil if nothing shows
// that a pooler sent the error. Poolers use the same code for many errors, so poolerError looks at their messages.
func poolerError(err error, said *pgconn.PgError, where string) *Error {
	parameter, refused := strings.CutPrefix(said.Message, "unsupported startup parameter: ")
	switch {
	case refused:
		return &Error{Kind: BadURL, cause: err, Sentence: fmt.Sprintf(
			"the connection pooler at %s refuses the setting %s, which the database URL or the PGOPTIONS variable asks for: leave it out, give it to the role with ALTER ROLE … SET, or name it in PgBouncer's ignore_startup_parameters",
			where, parameter)}
	case strings.HasPrefix(said.Message, "no more connections allowed"), strings.HasPrefix(said.Message, "query_wait_timeout"):
		return &Error{Kind: Busy, cause: err, Sentence: fmt.Sprintf("the connection pooler at %s has no connection left: %s", where, said.Message)}
	case strings.HasPrefix(said.Message, "no such database"):
		return &Error{Kind: Refused, cause: err, Sentence: fmt.Sprintf("the connection pooler at %s knows no such database: %s", where, said.Message)}
	case strings.HasPrefix(said.Message, "server login has been failing"), strings.HasPrefix(said.Message, "pgbouncer cannot connect"),
		strings.HasPrefix(said.Message, "server conn crashed"), strings.HasPrefix(said.Message, "server_login_retry"):
		return &Error{Kind: Unreachable, cause: err, Sentence: fmt.Sprintf("the connection pooler at %s does not reach PostgreSQL: %s", where, said.Message)}
	}
	return nil
}

// serverError explains an error that the server sent; where is "" or " at host:port".
func serverError(err error, server *pgconn.PgError, where string) error {
	e := &Error{Kind: Other, cause: err, Constraint: server.ConstraintName}
	switch code := server.Code; {
	case code == "42P01":
		e.Kind, e.Sentence = NotMigrated, fmt.Sprintf("the database lacks %s: run macrowatch migrate first", missing("table", missingTable, server.Message))
	case code == "42703":
		e.Kind, e.Sentence = NotMigrated, fmt.Sprintf("the database lacks %s: run macrowatch migrate first", missing("column", missingColumn, server.Message))
	case code == insufficientPrivilege:
		e.Kind, e.Sentence = Forbidden, fmt.Sprintf("PostgreSQL%s does not allow it: %s", where, server.Message)
	case code == readOnlyTransaction:
		e.Kind, e.Sentence = Forbidden, fmt.Sprintf("PostgreSQL%s is read-only here: %s", where, server.Message)
	case code == "57014":
		e.Kind, e.Sentence = Timeout, "PostgreSQL ended the statement: it took longer than its time limit, or was cancelled"
	case code == lockNotAvailable:
		e.Kind, e.Sentence = Busy, "PostgreSQL waited too long for a lock that another session holds"
	case strings.HasPrefix(code, "57P"):
		e.Kind, e.Sentence = Busy, fmt.Sprintf("PostgreSQL%s is starting up or shutting down: %s", where, server.Message)
	case code == tooManyConnections:
		e.Kind, e.Sentence = Busy, fmt.Sprintf("PostgreSQL%s has no connection left: %s", where, server.Message)
	case code == "23514" && server.ConstraintName != "":
		e.Kind, e.Sentence = BadData, fmt.Sprintf("%s refuses a row: its constraint %s is broken%s", refusingTable(server), server.ConstraintName, triggerWords(server))
	case strings.HasPrefix(code, "23"), strings.HasPrefix(code, "22"):
		e.Kind, e.Sentence = BadData, fmt.Sprintf("PostgreSQL%s refuses a row: %s", where, server.Message)
	default:
		e.Sentence = fmt.Sprintf("PostgreSQL%s reports: %s", where, server.Message)
	}
	return e
}

// missingTable and missingColumn find the name in PostgreSQL's English message about what is missing.
var (
	missingTable  = regexp.MustCompile(`^relation "([^"]+)" does not exist`)
	missingColumn = regexp.MustCompile(`^column "?([^" ]+)"? (?:of relation "[^"]+" )?does not exist`)
)

// missing names a table or a column that is missing. A server that speaks another language does not say which in a way that
// can be read.
func missing(what string, name *regexp.Regexp, message string) string {
	if m := name.FindStringSubmatch(message); m != nil {
		return "the " + what + " " + m[1]
	}
	return "a " + what + " of this version"
}

// refusingTable names the table that refused a row. In a hypertable, one of its chunks refuses the row. The name
// of a chunk would tell the user nothing; the name of the constraint begins with the table's.
func refusingTable(server *pgconn.PgError) string {
	if server.SchemaName == "_timescaledb_internal" {
		return "a hypertable"
	}
	return "table " + server.TableName
}

// triggerWords returns the message of a trigger that refused a row. For a CHECK it returns "", since the
// constraint's name says as much as the message.
func triggerWords(server *pgconn.PgError) string {
	if server.Routine == "exec_stmt_raise" {
		return " (" + server.Message + ")"
	}
	return ""
}

// networkReason says in a few words why a connection failed.
func networkReason(err error) string {
	var dns *net.DNSError
	var errno syscall.Errno
	switch {
	case errors.As(err, &dns):
		return fmt.Sprintf("the host name %q is not known", dns.Name)
	case isTimeout(err):
		return "no answer in time"
	case errors.As(err, &errno):
		return errno.Error()
	}
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err.Error()
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &timeout) && timeout.Timeout()
}

// isBroken reports whether a connection that had been made broke.
func isBroken(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) || pgconn.SafeToRetry(err) || strings.Contains(err.Error(), "unexpected EOF") ||
		strings.Contains(err.Error(), "conn closed")
}
