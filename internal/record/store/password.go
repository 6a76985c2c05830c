package store

import (
	"crypto/tls"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// neverClear is libpq's require_auth for: whatever the server asks for, but the password itself.
const neverClear = "!password"

// keepPassword sees that the password is not sent in clear text to a server that has not proved to be the
// one that is meant: anybody can listen where a server is down. A certificate that is checked with the
// host's name is such a proof; a URL that has a require_auth of its own decides for itself.
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

// unproved puts into a sentence that a connection failed because the server would not prove who it is the
// way that was required; nil where it failed for another reason.
func unproved(err error, cfg *pgconn.Config) error {
	// The driver has no error of its own for that, but says it in libpq's words.
	if !strings.Contains(err.Error(), "authentication method requirement") {
		return nil
	}
	where := address(cfg.Host, cfg.Port)
	if cfg.RequireAuth == neverClear {
		return &Error{Kind: Refused, cause: err, Sentence: fmt.Sprintf("PostgreSQL at %s asks for the password of user %q in clear text, "+
			"and has not proved to be PostgreSQL: the password was not sent. Let the server use SCRAM, connect with sslmode=verify-full, "+
			"or put require_auth=password into the URL", where, cfg.User)}
	}
	return &Error{Kind: Unreachable, cause: err, Sentence: fmt.Sprintf("what listens at %s does not prove to know the password of user %q (require_auth=%s): "+
		"another program may have taken PostgreSQL's place", where, cfg.User, cfg.RequireAuth)}
}
