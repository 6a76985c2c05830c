//go:build linux || darwin

package privatepg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	readyPoll    = 20 * time.Millisecond
	connectLimit = 5 * time.Second // one attempt
	sayWaiting   = 3 * time.Second // after which waiting is worth a word
)

// errUnguarded says that a server that was waited for has no guard any more, and so never comes.
var errUnguarded = errors.New("the guard has ended")

// waitReady waits until the server answers, for as long as it has a guard: recovery after a power
// cut may take its time. It puts the roles and the database in order, and returns the
// directory of the server's socket and the passwords. The caller holds start.lock.
func waitReady(ctx context.Context, cfg Config, l layout) (dir string, secrets passwords, err error) {
	began, said := time.Now(), false
	for {
		dir, secrets, err := tryReady(ctx, l)
		if err == nil {
			return dir, secrets, nil
		}
		if ctx.Err() != nil {
			return "", passwords{}, fmt.Errorf("wait for the private PostgreSQL: %w", context.Cause(ctx))
		}
		if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) && !passesByItself(pg.Code) {
			return "", passwords{}, fmt.Errorf("prepare the private PostgreSQL in %s: %w", l.dir, pg)
		}
		guarded, herr := isHeld(l.guardLock())
		if herr != nil {
			return "", passwords{}, herr
		}
		if !guarded {
			return "", passwords{}, errUnguarded
		}
		if older := olderServer(l); older != nil {
			return "", passwords{}, older
		}
		if lasting := (*lastingError)(nil); errors.As(err, &lasting) {
			return "", passwords{}, lasting.err
		}
		if !said && time.Since(began) > sayWaiting {
			cfg.Progress("waiting for the private PostgreSQL to be ready")
			said = true
		}
		select {
		case <-ctx.Done():
		case <-time.After(readyPoll):
		}
	}
}

// lastingError is one that waiting does not mend.
type lastingError struct{ err error }

func (e *lastingError) Error() string { return e.err.Error() }

// tryReady tries once whether the server answers. It tells nothing to a server whose socket is not in a
// directory of its own.
func tryReady(ctx context.Context, l layout) (dir string, secrets passwords, err error) {
	if secrets, err = completePasswords(l); err != nil {
		return "", secrets, asLasting(err)
	}
	if dir, err = socketDir(l); err != nil {
		return "", secrets, asLasting(err)
	}
	as, err := serverAccount(l)
	if err != nil {
		return "", secrets, &lastingError{err}
	}
	if err := checkSocketDir(dir, as.UID); err != nil {
		return "", secrets, asLasting(err)
	}
	return dir, secrets, prepareDatabase(ctx, l, dir, secrets)
}

// asLasting marks an error as one that waiting does not mend, unless it is about something that is not
// there: the older server that is running then is told of first, or the guard has ended.
func asLasting(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return &lastingError{err}
}

// refusesPassword reports whether a server refuses a password.
func refusesPassword(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "28P01"
}

// passesByItself reports whether an error's code means that the server is busy starting or stopping, or
// full for the moment.
func passesByItself(code string) bool {
	switch code {
	case "57P03", "57P01", "57P02", "53300": // cannot connect now, shutdown, crash, too many connections
		return true
	}
	return false
}
