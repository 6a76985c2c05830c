package cli

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Setting is a flag that the environment and the configuration file may set.
type Setting struct {
	Flag        string   // its name without the dashes; also its key in the configuration file
	Environment []string // the variables that set it; the first that is set counts
	Uses        []Use    // what it means; commands may use it differently
}

// Use is what a setting means to some commands.
type Use struct {
	Commands []string // without the name of the program; "all" for a flag of every command
	Default  string
	Meaning  string
}

// Commands returns the commands that have the setting, sorted.
func (s Setting) Commands() []string {
	var all []string
	for _, u := range s.Uses {
		all = append(all, u.Commands...)
	}
	slices.Sort(all)
	return all
}

// Settings returns every setting, sorted by flag, as the help of the commands describes it.
func Settings() []Setting {
	var settings []Setting
	root := newApp(Streams{}).rootCommand()
	for _, key := range slices.Sorted(slices.Values(settingKeys())) {
		s := Setting{Flag: key, Environment: []string{envName(key)}}
		if key == databaseURLName {
			s.Environment = append(s.Environment, "DATABASE_URL")
		}
		s.collect(root)
		settings = append(settings, s)
	}
	return settings
}

// collect adds the uses of a command and of all below it.
func (s *Setting) collect(c *cobra.Command) {
	if f := c.LocalFlags().Lookup(s.Flag); f != nil && c.InheritedFlags().Lookup(s.Flag) == nil && !c.Hidden {
		name, use := strings.TrimPrefix(c.CommandPath(), "macrowatch "), useOf(f)
		if !c.HasParent() {
			name = "all"
		}
		i := slices.IndexFunc(s.Uses, func(u Use) bool { return u.Default == use.Default && u.Meaning == use.Meaning })
		if i < 0 {
			i = len(s.Uses)
			s.Uses = append(s.Uses, use)
		}
		s.Uses[i].Commands = append(s.Uses[i].Commands, name)
	}
	for _, sub := range c.Commands() {
		s.collect(sub)
	}
}

// statedDefault is how the help of a flag says what holds without the flag, if the default is more than a value.
var statedDefault = regexp.MustCompile(` \(default: ([^)]+)\)`)

// useOf returns what the help says of a flag.
func useOf(f *pflag.Flag) Use {
	use := Use{Default: "`" + f.DefValue + "`", Meaning: statedDefault.ReplaceAllString(f.Usage, "")}
	if f.DefValue == "" || f.DefValue == "[]" {
		use.Default = "none"
	}
	if stated := statedDefault.FindStringSubmatch(f.Usage); stated != nil {
		use.Default = stated[1]
	}
	return use
}
