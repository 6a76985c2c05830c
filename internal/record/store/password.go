package store

import (
	"crypto/tls"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// neverClear is the value of require_auth that allows every method except sending the password itself.
const neverClear = "!password"

// keepPassword makes sure that the password is not sent in clear text to a server that has not proved who it is.
// While the real server is down, another program may listen in its place. A certificate that is checked
// against the host's name is such a proof. If the URL has a require_auth, that decides.
func keepPassword(cfg *pgx.ConnConfig) {
	if cfg.RequireAuth != "" {
		return
	}
	proved := provesHost(cfg.TLSConfig)
	for _, f := range cfg.Fallbacks {
		proved = proved && provesHost(f.TLSConfig)
	}
	if !proved {
		cfg.RequireAuth = neverClear
	}
}

func provesHost(c *tls.Config) bool { return c != nil && !c.InsecureSkipVerify }

// unproved explains a connection that failed because the server did not prove who it is in the way that was
// required. It returns nil if the connection failed for another reason.
func unproved(err error, cfg *pgconn.Config) error {
	// The driver has no type of its own for this error. It uses the words of libpq.
	if !strings.Contains(err.Error(), "authentication method requirement") {
		return nil
	}
	where := address(cfg.Host, cfg.Port)
	if cfg.RequireAuth == neverClear {
		return &Error{Kind: Refused, cause: err, Sentence: fmt.Sprintf("PostgreSQL at %s asks for the password of user %q in clear text, "+
			"and has not proved that it is PostgreSQL: the password was not sent. Let the server use SCRAM, connect with sslmode=verify-full, "+
			"or put require_auth=password into the URL", where, cfg.User)}
	}
	return &Error{Kind: Unreachable, cause: err, Sentence: fmt.Sprintf("the program that listens at %s did not prove that it knows the password of user %q (require_auth=%s): "+
		"another program may have taken PostgreSQL's place", where, cfg.User, cfg.RequireAuth)}
}
