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
	readyPoll       = 20 * time.Millisecond
	connectLimit    = 5 * time.Second // one attempt
	sayWaitingAfter = 3 * time.Second // after this time, Progress is called
)

// errUnguarded says that a server will not answer, because its guard has ended.
var errUnguarded = errors.New("the guard has ended")

// waitReady waits until the server answers, and puts the roles and the database in order. It waits for as long as
// the server has a guard, because recovery after a power cut can take long. It returns the directory of the server's
// socket and the passwords. The caller holds start.lock.
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
		if older := refuseOlderServer(l); older != nil {
			return "", passwords{}, older
		}
		if lasting := (*lastingError)(nil); errors.As(err, &lasting) {
			return "", passwords{}, lasting.err
		}
		if !said && time.Since(began) > sayWaitingAfter {
			cfg.Progress("waiting for the private PostgreSQL to be ready")
			said = true
		}
		select {
		case <-ctx.Done():
		case <-time.After(readyPoll):
		}
	}
}

// lastingError is an error that does not pass by waiting.
type lastingError struct{ err error }

func (e *lastingError) Error() string { return e.err.Error() }

// tryReady tries once whether the server answers. It does not connect to a socket whose directory is not the
// server's own.
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

// asLasting makes an error a lastingError. It leaves an error about a missing file as it is: an older server may run
// then, or the guard may have ended, and waitReady finds out about both.
func asLasting(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return &lastingError{err}
}

// refusesPassword reports whether an error says that a password is wrong.
func refusesPassword(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "28P01"
}

// passesByItself reports whether an error's code says that the server is starting or stopping, or that it has too
// many connections at the moment.
func passesByItself(code string) bool {
	switch code {
	case "57P03", "57P01", "57P02", "53300": // cannot connect now, shutdown, crash, too many connections
		return true
	}
	return false
}
