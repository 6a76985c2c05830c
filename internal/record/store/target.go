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

// Target says which database a URL names, and as which user, in a text that is the same for all
// ways to write it and holds no password: "macro_trading at db:5432 as macro_user". Nothing is
// connected to. An *Error of BadURL is its only error.
func Target(url string) (string, error) {
	if fault := misplacedSpecial(url); fault != "" {
		return "", &Error{Kind: BadURL, Sentence: fault}
	}
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return "", badURL(err)
	}
	// A socket's directory has several servers' too, one a port.
	places := []string{fmt.Sprintf("%s:%d", cfg.Host, cfg.Port)}
	for _, f := range cfg.Fallbacks { // of several hosts, and of one with and without TLS
		if place := fmt.Sprintf("%s:%d", f.Host, f.Port); !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	database := orDefault(cfg.Database, cfg.User) // as the server does
	return fmt.Sprintf("%s at %s as %s", database, strings.Join(places, ","), cfg.User), nil
}

// UnusableTarget stands for the target of a URL that the driver can't use now: of a service that nobody
// has described yet, say, or with a certificate that is missing. It is the same for the same URL without
// its password, and the same variables beside it, before and after that has been put right. The URL can't
// be read from it.
func UnusableTarget(url string) string {
	given := []string{redact.Secrets(url)}
	for _, name := range []string{"PGSERVICE", "PGHOST", "PGDATABASE", "PGUSER"} {
		given = append(given, os.Getenv(name))
	}
	sum := sha256.Sum256([]byte(strings.Join(given, "\x00")))
	return "the database of a URL that could not be used (" + hex.EncodeToString(sum[:4]) + ")"
}
