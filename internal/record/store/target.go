package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/redact"
)

// Target says which database a URL names, and as which user: "macro_trading at db:5432 as macro_user". The text is
// the same for every way to write the URL, and contains no password. Target connects to nothing. Its only error
// is an *Error of kind BadURL.
func Target(url string) (string, error) {
	if fault := misplacedSpecial(url); fault != "" {
		return "", &Error{Kind: BadURL, Sentence: fault}
	}
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return "", badURL(err)
	}
	// The port counts for a socket too: its directory may have the sockets of several servers.
	places := []string{fmt.Sprintf("%s:%d", cfg.Host, cfg.Port)}
	for _, f := range cfg.Fallbacks { // other hosts, and the same host with or without TLS
		if place := fmt.Sprintf("%s:%d", f.Host, f.Port); !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	database := orDefault(cfg.Database, cfg.User) // as the server does
	return fmt.Sprintf("%s at %s as %s", database, strings.Join(places, ","), cfg.User), nil
}

// UnusableTarget returns a text that takes the place of the target, for a URL that the driver can't use now. For
// example, the URL names a service that nobody has described yet, or a certificate is missing.
//
// The text depends on the URL without its password and on the PG… variables, and so stays the same when the fault has
// been corrected. The URL can't be read from it.
func UnusableTarget(url string) string {
	given := []string{redact.Secrets(url)}
	for _, name := range []string{"PGSERVICE", "PGHOST", "PGDATABASE", "PGUSER"} {
		given = append(given, os.Getenv(name))
	}
	sum := sha256.Sum256([]byte(strings.Join(given, "\x00")))
	return "the database of a URL that could not be used (" + hex.EncodeToString(sum[:4]) + ")"
}
