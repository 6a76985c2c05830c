package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/pflag"
)

// envPrefix begins the environment variables that set flags: MACROWATCH_DATA_DIR for --data-dir.
const envPrefix = "MACROWATCH_"

// settable reports whether the environment and the configuration file may set a flag. Flags that say what
// one call of a command is to do make sense on the command line only: a variable that somebody once
// exported, and forgot, would change what the command does.
func settable(name string) bool { return slices.Contains(settingKeys(), name) }

// applySettings sets every settable flag that the command line left alone from the environment, else from
// the configuration file. A key in the file that is no flag of any command is an error; one that is
// a flag of another command is passed over.
func applySettings(flags *pflag.FlagSet, getenv func(string) string) error {
	file, path, err := readSettings(flags, getenv)
	if err != nil {
		return err
	}
	var failed error
	flags.VisitAll(func(f *pflag.Flag) {
		if failed != nil || f.Changed || !settable(f.Name) {
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
		_ = flags.SetAnnotation(f.Name, sourceAnnotation, []string{source}) // the flag is there
		if err := flags.Set(f.Name, value); err != nil {
			failed = fmt.Errorf("%s from %s is %q: %s", f.Name, source, value, plainFlagError(err))
		}
		f.Changed = false // Changed stays the command line's own word
	})
	return failed
}

// sourceAnnotation notes at a flag which setting gave its value, where the command line did not.
const sourceAnnotation = "macrowatch-source"

// sourceOf names the setting that gave a flag its value; "" where none did.
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

// urlOfVariables is the URL that leaves everything to the PG… variables.
const urlOfVariables = "postgres://"

// databaseVariable gives the first of PostgreSQL's standard variables that is set and says where a
// database is; "" where none is. The others, such as PGUSER or PGPASSFILE, say how to get in, and alone
// name no database.
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

// settingKeys are the flags that the environment and a configuration file may set. README.md lists them.
func settingKeys() []string {
	return []string{
		"allowed-host", "base-path", "data-dir", "database-url", "insecure-no-login", "listen", "open", "postgres-port",
		"postgres-url", "published-on", "risk-file", "spool-dir", "verbose",
		"words-file",
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
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, "", fmt.Errorf("read configuration: %w", err)
	}
	var raw map[string]any
	if err := yaml.Unmarshal(text, &raw); err != nil {
		return nil, "", fmt.Errorf("read configuration %s: %s", path, strings.TrimSpace(yaml.FormatError(err, false, false)))
	}
	settings := make(map[string]string, len(raw))
	for key, value := range raw {
		if !slices.Contains(settingKeys(), key) {
			return nil, "", fmt.Errorf("configuration %s: unknown key %q; known: %s", path, key, strings.Join(settingKeys(), ", "))
		}
		text, ok := settingText(key, value)
		if !ok {
			return nil, "", fmt.Errorf("configuration %s: %q must be a single value", path, key)
		}
		settings[key] = text
	}
	return settings, path, nil
}

// settingText gives a value of the configuration file as the command line has it. Only allowed-host
// may be a list, which becomes one text with commas.
func settingText(key string, value any) (text string, ok bool) {
	switch value := value.(type) {
	case string, bool, int, int64, uint64, float64:
		return fmt.Sprint(value), true
	case []any:
		var hosts []string
		for _, v := range value {
			host, isText := v.(string)
			if key != "allowed-host" || !isText {
				return "", false
			}
			hosts = append(hosts, host)
		}
		return strings.Join(hosts, ","), true
	}
	return "", false
}
