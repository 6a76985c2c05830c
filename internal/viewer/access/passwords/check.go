package passwords

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"os"
	"sync"
	"time"

	"macrowatch/internal/viewer/access"
)

const (
	// lookAgain is how often a Checker looks whether the file has changed.
	lookAgain = time.Second
	// mostAtOnce is how many passwords are checked at once. Each needs 19 MiB of memory.
	mostAtOnce = 2
)

// Checker checks passwords against a file, and reads the file again when it has changed. It is safe for concurrent use.
type Checker struct {
	path  string
	log   *slog.Logger
	now   func() time.Time
	turns chan struct{}
	dummy hashed // is computed for unknown users, so that they take as long as known ones

	mu     sync.Mutex
	users  map[string]User
	looked time.Time
	seen   os.FileInfo
	fault  string // of the file as it is now; the users are those of the file before
}

// NewChecker reads the file and returns a checker.
func NewChecker(path string, log *slog.Logger, now func() time.Time) (*Checker, error) {
	c := &Checker{path: path, log: log, now: now, turns: make(chan struct{}, mostAtOnce), dummy: hash("nobody's password")}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	users, err := Read(path)
	if err != nil {
		return nil, err
	}
	c.take(users)
	c.seen, c.looked = info, now()
	return c, nil
}

// Users returns how many users the file has.
func (c *Checker) Users() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reread()
	return len(c.users)
}

func (c *Checker) take(users []User) {
	c.users = make(map[string]User, len(users))
	for _, u := range users {
		c.users[u.Name] = u
	}
}

// reread reads the file again if it has changed. While the file can't be read, the users that it had before remain, except
// that a file that is gone has no users. The caller holds the mutex.
func (c *Checker) reread() {
	now := c.now()
	if since := now.Sub(c.looked); since >= 0 && since < lookAgain {
		return
	}
	c.looked = now
	info, err := os.Stat(c.path)
	if err == nil && c.seen != nil && c.fault == "" && os.SameFile(info, c.seen) && info.ModTime().Equal(c.seen.ModTime()) &&
		info.Size() == c.seen.Size() && info.Mode() == c.seen.Mode() {
		return
	}
	var users []User
	if err == nil {
		users, err = Read(c.path)
	}
	switch {
	case err == nil:
		c.take(users)
		c.fault = ""
	case os.IsNotExist(err):
		c.users = nil
		c.complain(err)
	default:
		c.complain(err)
	}
	c.seen = info
}

// complain logs why the file can't be read, once for each reason.
func (c *Checker) complain(err error) {
	if c.fault != err.Error() {
		c.fault = err.Error()
		c.log.Error("the file of users can't be read", "file", c.path, "error", err)
	}
}

func (c *Checker) user(name string) (User, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reread()
	u, known := c.users[name]
	return u, known
}

// Check returns the person with this name and password. It does the same work for a name that nobody has. It fails
// if ctx ends while others are being checked.
func (c *Checker) Check(ctx context.Context, name, password string) (who access.Identity, stamp string, ok bool, err error) {
	select {
	case c.turns <- struct{}{}:
		defer func() { <-c.turns }()
	case <-ctx.Done():
		return who, "", false, ctx.Err()
	}
	u, known := c.user(name)
	if !known {
		u = User{hash: c.dummy}
	}
	if matches := len(password) <= longestPassword && u.hash.matches(password); !matches || !known {
		return who, "", false, nil
	}
	return access.Identity{User: u.Name, Role: u.Role}, u.stamp(), true, nil
}

// Account returns a user's role, and a stamp that changes with the password.
func (c *Checker) Account(name string) (role access.Role, stamp string, known bool) {
	u, known := c.user(name)
	return u.Role, u.stamp(), known
}

// stamp is a text that changes whenever the password does, and says nothing about it.
func (u User) stamp() string {
	sum := sha256.Sum256([]byte("macrowatch password stamp " + u.hash.String()))
	return hex.EncodeToString(sum[:8])
}
