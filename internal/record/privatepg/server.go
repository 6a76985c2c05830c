//go:build linux || darwin

package privatepg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"macrowatch/internal/background"
	"macrowatch/internal/record/disk"
)

const (
	watchEvery = 500 * time.Millisecond // how often it is checked that the guard lives
	closeLimit = 10 * time.Second       // how long the last user waits for the server to end
)

var keepingTask = background.Task{Name: "private_postgresql", Fault: "The private PostgreSQL is not kept running"}

// Server is this process's use of a private PostgreSQL.
type Server struct {
	cfg      Config
	l        layout
	users    *lockFile
	instance *lockFile // nil if Config.Instance is nil

	reached

	moved        error // why this process can't use a server that was started again; for keepGuarded only
	stopWatching context.CancelFunc
	watch        sync.WaitGroup
	closeOnce    sync.Once
	closeErr     error
}

// ErrNotMade says that no private PostgreSQL was ever made in a data directory.
var ErrNotMade = errors.New("no private PostgreSQL has been made in the data directory")

// Open joins the private PostgreSQL of a data directory. It starts the server if nobody uses it, and makes it if it
// was never made. It returns when the server answers. Its errors are sentences for the user.
//
// The first time takes seconds. A server that must recover, or whose programs must be fetched, can take minutes, so
// give the context a deadline only if that is too long.
//
// The server runs for as long as the Server is open. If it dies, it is started again.
func Open(ctx context.Context, cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	if cfg.JoinOnly {
		if made, err := Exists(cfg.DataDir); err != nil || !made {
			return nil, cmp.Or(err, ErrNotMade)
		}
	}
	l, err := prepareDataDir(cfg.DataDir)
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, l: l}
	if err := s.open(ctx); err != nil {
		s.users.close()
		s.instance.close()
		return nil, err
	}
	watching, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.stopWatching = cancel
	s.watch.Go(func() {
		s.cfg.Background.Every(watching, keepingTask, watchEvery, watchEvery, s.keepGuarded)
	})
	return s, nil
}

func (s *Server) open(ctx context.Context) (err error) {
	if s.cfg.Instance != nil {
		if s.instance, err = takeInstance(ctx, s.l, s.cfg); err != nil {
			return err
		}
	}
	if s.users, err = openLock(s.l.usersLock()); err != nil {
		return err
	}
	// A guard that is stopping the server holds the lock exclusively. After that, a new server is started.
	if err := s.users.wait(ctx, disk.Shared); err != nil {
		return err
	}
	s.reached, err = ensureServer(ctx, s.cfg, s.l)
	return err
}

// keepGuarded starts a new guard, and with it the server, if the guard has died.
func (s *Server) keepGuarded(ctx context.Context) error {
	guarded, err := isHeld(s.l.guardLock())
	if guarded && err == nil {
		return s.moved
	}
	s.cfg.Logger.Warn("the private PostgreSQL has lost its guard; starting it again", "data_dir", s.l.dir)
	again, err := ensureServer(ctx, s.cfg, s.l)
	if err != nil {
		return fmt.Errorf("it could not be started again: %w", err)
	}
	s.moved = nil
	if again.socketDir != s.socketDir {
		s.moved = fmt.Errorf("its socket is now in another directory, %s, and was in %s: start macrowatch again to use it", again.socketDir, s.socketDir)
	}
	return s.moved
}

// Started reports whether Open has started the server. If not, it has joined one that ran.
func (s *Server) Started() bool { return s.started }

// OwnerURL is the URL by which the owner connects to the server's database. It contains the password. It stays the
// same when the server is started again.
func (s *Server) OwnerURL() string {
	return socketURL(s.socketDir, ownerName, s.secrets.Owner, databaseName, URLForm{})
}

// ViewerURL is the URL by which the viewer's role connects, which may read what ReaderName may. Give it to nobody
// outside macrowatch.
func (s *Server) ViewerURL() string {
	return socketURL(s.socketDir, viewerName, s.secrets.Viewer, databaseName, URLForm{})
}

// SuperuserURL is the URL by which the superuser connects. Give it to nobody outside macrowatch, and send no SQL that
// comes from elsewhere through it: PostgreSQL lets a superuser run programs.
func (s *Server) SuperuserURL() string {
	return socketURL(s.socketDir, superuser, s.secrets.Superuser, databaseName, URLForm{})
}

// CheckSocket checks that nobody else can have put another socket in the place of the server's. Call it before each
// connection.
func (s *Server) CheckSocket() error {
	as, err := serverAccount(s.l)
	if err != nil {
		return err
	}
	return checkSocketDir(s.socketDir, as.UID)
}

// Exclusively calls do. Meanwhile no other process starts the server, or has its own do called.
func (s *Server) Exclusively(ctx context.Context, do func() error) error {
	lock, err := openLock(s.l.startLock())
	if err != nil {
		return err
	}
	defer lock.close()
	if err := lock.wait(ctx, disk.Exclusive); err != nil {
		return err
	}
	return do()
}

// SetAddress says where this instance listens. An instance that is refused because of this one tells its user.
func (s *Server) SetAddress(address string) error {
	if s.instance == nil {
		return errors.New("only an instance has an address")
	}
	info := *s.cfg.Instance
	info.Address = address
	return writeHolder(s.instance, info, s.cfg.Port)
}

// Close ends this process's use of the server. If it was the last user, Close waits until the server has ended.
// Connections that are still open then end with an error. A second call does nothing.
func (s *Server) Close() error {
	s.closeOnce.Do(func() {
		s.stopWatching()
		s.watch.Wait()
		s.users.close()
		s.closeErr = waitEnded(s.l)
		s.instance.close()
	})
	return s.closeErr
}

// waitEnded waits until the guard has ended. It does not wait if there are other users.
func waitEnded(l layout) error {
	for deadline := time.Now().Add(closeLimit); time.Now().Before(deadline); time.Sleep(lookAgain) {
		guarded, err := isHeld(l.guardLock())
		if !guarded || err != nil {
			return err
		}
		others, err := hasUsers(l)
		if others || err != nil {
			return err
		}
	}
	return fmt.Errorf("the private PostgreSQL in %s did not end within %s; its log is %s", l.dir, closeLimit, l.log())
}

// hasUsers reports whether some process uses the server. If none does, its guard is stopping it, or is about to.
func hasUsers(l layout) (bool, error) {
	users, err := openExistingLock(l.usersLock())
	if users == nil || err != nil {
		return false, err
	}
	defer users.close()
	if none, err := users.try(disk.Exclusive); none || err != nil {
		return false, err
	}
	return users.try(disk.Shared)
}
