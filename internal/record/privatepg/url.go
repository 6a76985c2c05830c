package privatepg

import (
	"net/url"
	"strconv"
	"strings"
)

// Role is one of the server's roles that others than macrowatch itself may use.
type Role int

const (
	// Reader reads the desk's tables and changes nothing.
	Reader Role = iota
	// Owner owns the database. It is no superuser: PostgreSQL lets a superuser run programs.
	Owner
)

// URLForm says how a connection URL is written. The zero value is the one that every connection of
// macrowatch's own uses.
type URLForm struct {
	// TCP names the port on 127.0.0.1 in place of the socket, for clients that know no sockets.
	TCP bool
	// AnyAuth leaves out that the server must prove by SCRAM to know the password. Clients built on
	// libpq before version 16 refuse a URL that says so. Only the socket's directory then keeps such a
	// client from telling the password to somebody else's server.
	AnyAuth bool
}

// ownSocketName is the directory of the server's socket, where that is in the data directory.
const ownSocketName = "socket"

// requireSCRAM is the part of a URL that keeps a client from telling its password to a server that has
// not proved to know it.
const requireSCRAM = "scram-sha-256"

// socketURL is how a role reaches a database through the socket in a directory.
func socketURL(dir, role, password, database string, form URLForm) string {
	query := url.Values{"host": {dir}}
	return connectionURL("", role, password, database, query, form)
}

// portURL is how a role reaches a database through the server's TCP port.
func portURL(port int, role, password, database string, form URLForm) string {
	return connectionURL("127.0.0.1:"+strconv.Itoa(port), role, password, database, url.Values{"sslmode": {"disable"}}, form)
}

func connectionURL(host, role, password, database string, query url.Values, form URLForm) string {
	if !form.AnyAuth {
		query.Set("require_auth", requireSCRAM)
	}
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(role, password),
		Host: host, Path: "/" + database,
		RawQuery: strings.ReplaceAll(query.Encode(), "+", "%20"), // clients of PostgreSQL take + for itself
	}
	return u.String()
}
