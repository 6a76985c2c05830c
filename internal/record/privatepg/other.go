//go:build !linux && !darwin

package privatepg

import (
	"context"
	"errors"
	"os/exec"
)

// errUnsupported is what Open returns on this system.
var errUnsupported = errors.New("the private PostgreSQL needs Linux or macOS; give the address of another PostgreSQL with --database-url")

// RootDataDir is unused on this system.
const RootDataDir = ""

// Server is never made on this system.
type Server struct{}

// DefaultDataDir fails: there is no private PostgreSQL on this system.
func DefaultDataDir() (string, error) { return "", errUnsupported }

// RunGuardIfAsked returns: there are no guards on this system.
func RunGuardIfAsked() {}

// Open fails: there is no private PostgreSQL on this system.
func Open(context.Context, Config) (*Server, error) { return nil, errUnsupported }

// Lookup fails: there is no private PostgreSQL on this system.
func Lookup(string) (Found, error) { return Found{}, errUnsupported }

// ErrNotMade is never returned on this system.
var ErrNotMade = errors.New("there is no private PostgreSQL on this system")

// Exists returns false: there is no private PostgreSQL on this system.
func Exists(string) (bool, error) { return false, nil }

// MakeDataDir fails: there is no private PostgreSQL on this system.
func MakeDataDir(string) error { return errUnsupported }

// OwnerURL is never called.
func (*Server) OwnerURL() string { return "" }

// ViewerURL is never called.
func (*Server) ViewerURL() string { return "" }

// CheckSocket is never called.
func (*Server) CheckSocket() error { return errUnsupported }

// Started is never called.
func (*Server) Started() bool { return false }

// Exclusively is never called.
func (*Server) Exclusively(context.Context, func() error) error { return errUnsupported }

// SuperuserURL is never called.
func (*Server) SuperuserURL() string { return "" }

// SetAddress is never called.
func (*Server) SetAddress(string) error { return errUnsupported }

// Close is never called.
func (*Server) Close() error { return nil }

// ReplaceDatabase is never called.
func (*Server) ReplaceDatabase(context.Context, func(string) error) error { return errUnsupported }

// FindClient finds a program of PostgreSQL, such as pg_dump, in PATH. It does not look at the program's version.
func FindClient(_ context.Context, name string, _ int) (string, error) { return exec.LookPath(name) }
