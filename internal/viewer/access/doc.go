// Package access says who may look at the viewer and what each person may do: roles, sessions and the limit on
// attempts to log in. It has no HTTP handlers and no database: the caller gives it a SessionStore.
//
// How a person proves who they are is in the packages below it: passwords, oidc and proxy.
package access

// Identity is a person whom the viewer knows.
type Identity struct {
	User string
	Role Role
}

// The ways in which a person logs in. A session remembers its way, and is good only while the server uses that way.
const (
	ByPassword = "password"
	ByOIDC     = "oidc"
	ByProxy    = "proxy"
)
