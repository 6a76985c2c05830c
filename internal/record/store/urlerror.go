package store

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
)

// badURL says in a sentence why the driver can't use a database URL. It repeats neither the URL nor the driver's
// text: both may contain parts of a password that was not written correctly.
func badURL(err error) error {
	return &Error{Kind: BadURL, Sentence: urlFault(err), cause: err}
}

// urlShape shows what a database URL looks like.
const urlShape = "postgres://user:password@host:5432/database"

func urlFault(err error) string {
	var file *fs.PathError
	text := err.Error()
	switch {
	case strings.Contains(text, "failed to read service"):
		return serviceFault(err)
	case errors.As(err, &file):
		return fmt.Sprintf("the file %s, which the database URL or a PG… variable names, can't be read: %v", file.Path, file.Err)
	case strings.Contains(text, "failed to configure TLS"):
		return "the TLS settings of the database URL don't fit together: " + rootOf(err).Error()
	case strings.Contains(text, "invalid port"), strings.Contains(text, "port numbers to"):
		return portFault()
	case strings.Contains(text, "failed to parse as keyword/value"):
		return "the database URL can't be read: it is neither " + urlShape + " nor a list of keywords such as host=db.example.com dbname=macro_trading"
	}
	for _, name := range urlSettings {
		if strings.Contains(text, name) {
			return fmt.Sprintf("the setting %s in the database URL (or the variable %s) has a value that is not allowed", name, variableOf(name))
		}
	}
	return "the database URL can't be read; it should look like " + urlShape
}

// urlSettings are the parameters of a URL whose values the driver checks. A longer name stands before a name that
// it begins with.
var urlSettings = []string{
	"sslmode", "sslcertmode", "sslnegotiation", "connect_timeout", "target_session_attrs", "min_protocol_version", "max_protocol_version",
	"channel_binding", "require_auth", "pool_max_conns", "pool_min_conns", "pool_min_idle_conns",
	"pool_max_conn_lifetime_jitter", "pool_max_conn_lifetime", "pool_max_conn_idle_time", "pool_health_check_period", "pool_ping_timeout",
	"statement_cache_capacity", "description_cache_capacity", "default_query_exec_mode",
}

// variableOf returns the PG… variable for a parameter of a URL.
func variableOf(setting string) string {
	if setting == "connect_timeout" {
		return "PGCONNECT_TIMEOUT"
	}
	return "PG" + strings.ToUpper(strings.ReplaceAll(setting, "_", ""))
}

// misplacedSpecial finds a character in the password of a URL that ends the password, such as /. The driver would take
// the rest of the password for a path, a query or a port, and an error about these could repeat it. It returns
// a sentence, or "" if there is no such character.
func misplacedSpecial(address string) string {
	_, rest, found := strings.Cut(address, "://")
	if !found {
		return "" // keywords and values have no such characters
	}
	const say = "a character of the user name or password in the database URL must be written as a percent code"
	authority, after := rest, ""
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority, after = rest[:end], rest[end:]
	}
	login, _, complete := cutLast(authority, "@")
	switch {
	case loginGoesOn(after):
		return say + " (/ as %2F, ? as %3F, # as %23, @ as %40, : as %3A, % as %25)"
	case !complete:
		return ""
	}
	if _, err := url.PathUnescape(login); err != nil {
		return say + " (% itself as %25)"
	}
	if strings.Count(login, ":") > 1 || strings.ContainsAny(login, "@ \t\n<>\"[]^`{|}\\") {
		return say + " (: as %3A, @ as %40, a space as %20, [ as %5B, ] as %5D, \\ as %5C, and so on)"
	}
	return ""
}

// loginGoesOn reports whether the part of a URL after the host has the @ that should have ended the login. Parameters
// such as ?user=me@example may have an @ of their own.
func loginGoesOn(after string) bool {
	before, _, found := cutLast(after, "@")
	if !found {
		return false
	}
	_, parameters, _ := strings.Cut(before, "?")
	return !strings.Contains(parameters, "=")
}

// cutLast does what strings.Cut does, at the last separator.
func cutLast(s, separator string) (before, after string, found bool) {
	at := strings.LastIndex(s, separator)
	if at < 0 {
		return s, "", false
	}
	return s[:at], s[at+len(separator):], true
}

func portFault() string {
	if port := os.Getenv("PGPORT"); port != "" && !validPort(port) {
		return fmt.Sprintf("PGPORT is %q, which is no port number", port)
	}
	return "the database URL can't be read: its port is not a number from 1 to 65535; it should look like " + urlShape
}

func validPort(port string) bool {
	var n int
	_, err := fmt.Sscanf(port+"\n", "%d\n", &n)
	return err == nil && n >= 1 && n <= 65535
}

func serviceFault(err error) string {
	said := rootOf(err).Error()
	if file, found := strings.CutPrefix(said, "failed to read service file: "); found {
		return fmt.Sprintf("the database URL or PGSERVICE names a service, and the service file %s can't be read", file)
	}
	return "the database URL or PGSERVICE names a service that the service file does not have (see PGSERVICEFILE, ~/.pg_service.conf)"
}

// rootOf returns the innermost of the errors that an error wraps.
func rootOf(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err
}
