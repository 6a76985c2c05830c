package privatepg

import (
	"net/url"
	"strconv"
	"strings"
)

// Role is a role of the server that programs other than macrowatch may use.
type Role int

const (
	// Reader reads the desk's tables and changes nothing.
	Reader Role = iota
	// Owner owns the database. It is not a superuser, because PostgreSQL lets a superuser run programs.
	Owner
)

// URLForm says how a connection URL is written. macrowatch's own connections use the zero value.
type URLForm struct {
	// TCP writes the port on 127.0.0.1 instead of the socket. It is for clients that can't use sockets.
	TCP bool
	// AnyAuth leaves out require_auth, by which the client demands that the server prove by SCRAM that it knows
	// the password. Clients built on libpq before version 16 refuse a URL with it. Without it, only the rights of
	// the socket's directory keep the client from telling the password to another user's server.
	AnyAuth bool
}

// ownSocketName is the name of the socket's directory in the data directory.
const ownSocketName = "socket"

// requireSCRAM is the value of require_auth, and of the server's setting password_encryption. With require_auth, a
// client does not tell its password to the server, and the server must prove that it knows the password.
const requireSCRAM = "scram-sha-256"

// socketURL is the URL by which a role connects to a database through the socket in a directory.
func socketURL(dir, role, password, database string, form URLForm) string {
	query := url.Values{"host": {dir}}
	return connectionURL("", role, password, database, query, form)
}

// portURL is the URL by which a role connects to a database through the server's TCP port.
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
		RawQuery: strings.ReplaceAll(query.Encode(), "+", "%20"), // to clients of PostgreSQL, + is not a blank
	}
	return u.String()
}
