package cli

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"macrowatch/internal/suggest"
)

// envPrefix is the beginning of every environment variable that sets a flag. MACROWATCH_DATA_DIR sets --data-dir.
const envPrefix = "MACROWATCH_"

// settable reports whether the environment and the configuration file may set a flag. They may not set a flag that says
// what a single call is to do, such as --forget. Otherwise a variable that somebody exported and forgot would change
// what every later call does.
func settable(name string) bool { return slices.Contains(settingKeys(), name) }

// applySettings gives each settable flag that is not on the command line its value from the environment, else from the
// configuration file. It ignores a key of the file that only another command has as a flag. A key that no command has is
// an error. A --data-dir on the command line chooses the private PostgreSQL there, so the database that the environment or
// the file names does not count. serve chooses by its flag --private instead.
func applySettings(flags *pflag.FlagSet, getenv func(string) string) error {
	file, path, err := readSettings(flags, getenv)
	if err != nil {
		return err
	}
	var failed error
	isPrivate := flags.Changed("data-dir") && flags.Lookup("private") == nil
	flags.VisitAll(func(f *pflag.Flag) {
		if failed != nil || f.Changed || !settable(f.Name) || f.Name == databaseURLName && isPrivate {
			return
		}
		source, value := "", ""
		if name := envName(f.Name); getenv(name) != "" {
			source, value = name, getenv(name)
		} else if f.Name == databaseURLName && getenv("DATABASE_URL") != "" {
			source, value = "DATABASE_URL", getenv("DATABASE_URL")
		} else if v, ok := file[f.Name]; ok {
			source, value = path, v
		} else if name := databaseVariable(getenv); f.Name == databaseURLName && name != "" {
			source, value = name, urlOfVariables
		}
		if source == "" {
			return
		}
		_ = flags.SetAnnotation(f.Name, sourceAnnotation, []string{source}) // it fails only for unknown flags
		if err := flags.Set(f.Name, value); err != nil {
			if source == path {
				source += ": " + f.Name
			}
			failed = fmt.Errorf("%s: %q %s", source, value, valueFault(err))
		}
		f.Changed = false // Changed means that the command line has the flag
	})
	return failed
}

// noSettings stands in place of applySettings for a command that reads no settings. So a wrong setting does not keep it
// from its work.
func noSettings(*cobra.Command, []string) error { return nil }

// sourceAnnotation is an annotation of a flag. It names the setting that gave the flag its value, unless the
// command line did.
const sourceAnnotation = "macrowatch-source"

// sourceOf names the setting that gave a flag its value. It returns "" if the flag has its default.
func sourceOf(flags *pflag.FlagSet, name string) string {
	f := flags.Lookup(name)
	switch {
	case f == nil:
		return ""
	case f.Changed:
		return "--" + name
	case len(f.Annotations[sourceAnnotation]) > 0:
		return f.Annotations[sourceAnnotation][0]
	}
	return ""
}

// urlOfVariables is a database URL without any content. PostgreSQL's PG… variables then say everything.
const urlOfVariables = "postgres://"

// databaseVariable returns the first of PostgreSQL's standard variables that is set and says where a database is, or "".
// The other variables, such as PGUSER or PGPASSFILE, only say how to log in. They alone name no database.
func databaseVariable(getenv func(string) string) string {
	for _, name := range []string{"PGSERVICE", "PGHOST", "PGDATABASE", "PGPORT"} {
		if getenv(name) != "" {
			return name
		}
	}
	return ""
}

func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// settingKeys returns the flags that the environment and a configuration file may set. A test compares them with the
// table in docs/configuration.md, which Settings gives.
func settingKeys() []string {
	return []string{
		"access-log", "alerts-file", "allowed-host", "base-path", "dashboards", "data-dir", "database-url", "default-role",
		"desk-file", "insecure-no-login", "lineage-rules", "listen", "log-format",
		"metrics-listen", "oidc-client-id", "oidc-client-secret-file", "oidc-groups-claim", "oidc-issuer", "oidc-scope",
		"oidc-user-claim", "open", "operator-group", "postgres-port", "postgres-url", "proxy-address", "proxy-groups-header",
		"proxy-user-header", "public-url", "published-on", "read-database-url", "reader-url", "risk-file", "session-idle", "session-lifetime", "spool-dir",
		"tls-cert", "tls-key", "users-file", "verbose", "viewer-group", "words-file",
	}
}

func readSettings(flags *pflag.FlagSet, getenv func(string) string) (map[string]string, string, error) {
	path := getenv(envPrefix + "CONFIG")
	if f := flags.Lookup("config"); f != nil && f.Changed {
		path = f.Value.String()
	}
	if path == "" {
		return nil, "", nil
	}
	text, err := readFile(path)
	if err != nil {
		return nil, "", err
	}
	var raw map[string]any
	if err := yaml.Unmarshal(text, &raw); err != nil {
		return nil, "", fmt.Errorf("%s: %s", path, yamlFault(err))
	}
	settings := make(map[string]string, len(raw))
	for key, value := range raw {
		if !slices.Contains(settingKeys(), key) {
			return nil, "", fmt.Errorf("%s: %q is not a setting%s (settings: %s)", path, key, suggest.Hint(key, settingKeys()), strings.Join(settingKeys(), ", "))
		}
		text, ok := settingText(key, value)
		if !ok {
			return nil, "", fmt.Errorf("%s: %s must have a single value", path, key)
		}
		settings[key] = text
	}
	return settings, path, nil
}

// yamlPlace is the place of a fault, as the YAML parser writes it.
var yamlPlace = regexp.MustCompile(`^\[(\d+):(\d+)\] `)

// yamlFault says what is wrong with a YAML text, and in which line.
func yamlFault(err error) string {
	text := strings.TrimSpace(yaml.FormatError(err, false, false))
	return yamlPlace.ReplaceAllString(text, "line $1, column $2: ")
}

// listKeys returns the settings that may be lists in a configuration file.
func listKeys() []string {
	return []string{"allowed-host", "oidc-scope", "operator-group", "proxy-address", "viewer-group"}
}

// settingText returns a value of the configuration file in the form in which it is written on the command line. A list
// becomes one text with commas.
func settingText(key string, value any) (text string, ok bool) {
	switch value := value.(type) {
	case string, bool, int, int64, uint64, float64:
		return fmt.Sprint(value), true
	case []any:
		var hosts []string
		for _, v := range value {
			host, isText := v.(string)
			if !slices.Contains(listKeys(), key) || !isText {
				return "", false
			}
			hosts = append(hosts, host)
		}
		return strings.Join(hosts, ","), true
	}
	return "", false
}
