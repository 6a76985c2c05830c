package privatepg

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
)

// ErrNoPort says that a server has no TCP port.
var ErrNoPort = errors.New("the private PostgreSQL has no TCP port now; macrowatch demo and macrowatch serve --private open one with --postgres-port N")

// Found is a private PostgreSQL that Lookup has found.
type Found struct {
	Running bool // whether the server runs now, or is being started or stopped
	Port    int  // on 127.0.0.1; 0 if it has none, or does not run

	formerPort    int // its TCP port in a version before the socket; 0 if no such version had the server
	socketDir     string
	owner, reader string // the passwords
}

// URL returns the URL by which a role connects to the server's database. It contains the role's password. The
// only error is ErrNoPort.
func (f Found) URL(as Role, form URLForm) (string, error) {
	role, password := readerName, f.reader
	if as == Owner {
		role, password = ownerName, f.owner
	}
	if !form.TCP {
		return socketURL(f.socketDir, role, password, databaseName, form), nil
	}
	if f.Port == 0 {
		return "", ErrNoPort
	}
	return portURL(f.Port, role, password, databaseName, form), nil
}

// FormerURL is the URL, without a password, that the server had in a version before the socket; "" if no such
// version had it. Runs that were kept for that URL may still wait in the spool.
func (f Found) FormerURL() string {
	if f.formerPort == 0 {
		return ""
	}
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s", ownerName, f.formerPort, databaseName)
}

// DataDirOf returns the data directory in which the socket of a connection URL would be, or "" if the URL has
// another form. Lookup and Found.Matches tell whether the URL belongs to a private PostgreSQL in that directory.
func DataDirOf(connection string) string {
	u, err := url.Parse(connection)
	if err != nil {
		return ""
	}
	dir, socket := filepath.Split(u.Query().Get("host"))
	if socket != ownSocketName || !filepath.IsAbs(dir) {
		return ""
	}
	return filepath.Clean(dir)
}

// Matches reports whether a connection URL is one of this server's. It compares the password, which no other
// server has. A port or a directory may belong to another server tomorrow.
func (f Found) Matches(connection string) bool {
	u, err := url.Parse(connection)
	if err != nil || u.User == nil {
		return false
	}
	password, _ := u.User.Password()
	return password != "" && (password == f.owner || password == f.reader)
}
