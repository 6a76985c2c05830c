package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
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
	database := or(cfg.Database, cfg.User) // as the server does
	return fmt.Sprintf("%s at %s as %s", database, strings.Join(places, ","), cfg.User), nil
}
