package privatepg

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
)

// ErrNoPort says that a server has no TCP port.
var ErrNoPort = errors.New("the private PostgreSQL has no TCP port now; macrowatch demo and macrowatch serve --private open one with --postgres-port N")

// Found is what Lookup finds.
type Found struct {
	Running bool // whether the server runs now, or is being started or stopped
	Port    int  // on 127.0.0.1; 0 where it has none, or does not run

	formerPort    int // 0 where no version before the socket had the server
	socketDir     string
	owner, reader string // passwords
}

// URL is how to connect to the server's one database as a role; it holds the role's password. Its only
// error is ErrNoPort.
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

// FormerURL is where a version before the socket had the server, without a password; "" if none did. Runs
// that were kept for it by its URL still wait under that name.
func (f Found) FormerURL() string {
	if f.formerPort == 0 {
		return ""
	}
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s", ownerName, f.formerPort, databaseName)
}

// DataDirOf gives the data directory that holds the socket of a connection URL, "" where the URL is of no
// such form. Whether there is a private PostgreSQL in it that the URL names, Lookup and Matches tell.
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

// Matches reports whether a connection URL is of this server's database, in whatever form. Its password
// says so, which is no other server's: ports and directories change hands.
func (f Found) Matches(connection string) bool {
	u, err := url.Parse(connection)
	if err != nil || u.User == nil {
		return false
	}
	password, _ := u.User.Password()
	return password != "" && (password == f.owner || password == f.reader)
}
