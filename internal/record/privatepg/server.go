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
	watchEvery = 500 * time.Millisecond // how soon a dead guard is noticed
	closeLimit = 10 * time.Second       // for the last user to see the server end
)

var keepingTask = background.Task{Name: "private_postgresql", Fault: "The private PostgreSQL is not kept running"}

// Server is this process's use of a private PostgreSQL.
type Server struct {
	cfg      Config
	l        layout
	users    *lockFile
	instance *lockFile // nil unless Config.Instance was given

	reached

	moved     error // why a server that was started again can't be used; only keepGuarded uses it
	stopWatch context.CancelFunc
	watch     sync.WaitGroup
	closeOnce sync.Once
	closeErr  error
}

// ErrNotMade says that no private PostgreSQL has been made in a data directory.
var ErrNotMade = errors.New("no private PostgreSQL has been made in the data directory")

// Open joins the private PostgreSQL of a data directory, starting it if nobody uses it and making
// it if it has never been. It returns when the server answers; the first time takes seconds, and a
// server that must recover or be fetched can take minutes, so give the context a deadline only if
// that is too long. Its errors are sentences for the user.
//
// The server stays for as long as the Server is open, and is started again should it die.
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
	s.stopWatch = cancel
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
	// Waits while a guard is stopping the server: a new one is started then.
	if err := s.users.wait(ctx, disk.Shared); err != nil {
		return err
	}
	s.reached, err = ensureServer(ctx, s.cfg, s.l)
	return err
}

// keepGuarded starts a new guard, and with it the server, if the one there was has died.
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

// Started reports whether Open started the server, rather than joined one that ran.
func (s *Server) Started() bool { return s.started }

// OwnerURL is how to connect to the server's one database, as the role that owns it. It stays the same
// from start to start. It holds the password.
func (s *Server) OwnerURL() string {
	return socketURL(s.socketDir, ownerName, s.secrets.Owner, databaseName, URLForm{})
}

// ViewerURL is OwnerURL for the viewer's role, which reads what ReaderName may. Like SuperuserURL it goes to
// nobody but macrowatch itself.
func (s *Server) ViewerURL() string {
	return socketURL(s.socketDir, viewerName, s.secrets.Viewer, databaseName, URLForm{})
}

// SuperuserURL is how to administer the server. It goes to nobody but macrowatch itself, and nothing that
// takes SQL from elsewhere connects with it: PostgreSQL lets a superuser run programs.
func (s *Server) SuperuserURL() string {
	return socketURL(s.socketDir, superuser, s.secrets.Superuser, databaseName, URLForm{})
}

// CheckSocket sees that the server's socket is still where nobody else can put one. Ask it before each
// connection.
func (s *Server) CheckSocket() error {
	as, err := serverAccount(s.l)
	if err != nil {
		return err
	}
	return checkSocketDir(s.socketDir, as.UID)
}

// Exclusively calls do while no other process starts the server or is in a call of Exclusively.
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

// SetAddress tells those whom this instance keeps out where it listens.
func (s *Server) SetAddress(address string) error {
	if s.instance == nil {
		return errors.New("only an instance has an address")
	}
	info := *s.cfg.Instance
	info.Address = address
	return writeHolder(s.instance, info, s.cfg.Port)
}

// Close ends this process's use of the server. The last user waits until the server has ended.
// Close your connections first, or they end with an error. A second Close does nothing.
func (s *Server) Close() error {
	s.closeOnce.Do(func() {
		s.stopWatch()
		s.watch.Wait()
		s.users.close()
		s.closeErr = waitEnded(s.l)
		s.instance.close()
	})
	return s.closeErr
}

// waitEnded waits until the guard has ended, unless there are other users.
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

// hasUsers reports whether some process uses the server, rather than its guard stopping it or
// being about to.
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
