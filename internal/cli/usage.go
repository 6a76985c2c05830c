package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"macrowatch/internal/suggest"
)

// noArguments refuses every argument. If the command has subcommands, the first argument is reported as a
// misspelled subcommand.
func noArguments(c *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case c.HasSubCommands():
		return unknownCommand(c, args[0])
	}
	return usagef("%s takes no argument, but got %q (see %s --help)", nameOf(c), args[0], c.CommandPath())
}

// unknownCommand says that a command has no subcommand of a name.
func unknownCommand(c *cobra.Command, name string) error {
	hint := suggest.Hint(name, commandNames(c))
	switch {
	case !c.HasParent():
		return usagef("there is no command %q%s (see %s --help)", name, hint, c.Name())
	case hint == "":
		hint = "; it has " + suggest.Listed(commandNames(c), "and")
	}
	return usagef("%s has no command %q%s (see %s --help)", nameOf(c), name, hint, c.CommandPath())
}

// commandNames returns the names of the commands that a command holds.
func commandNames(c *cobra.Command) []string {
	var known []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			known = append(known, sub.Name())
		}
	}
	return known
}

// nameOf returns the words that call a command, without the program's name: "spool list".
func nameOf(c *cobra.Command) string {
	return strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" ")
}

// flagError says what is wrong with a flag, and what to type instead.
func flagError(c *cobra.Command, err error) error {
	if words := c.Flags().Args(); c.HasSubCommands() && len(words) > 0 {
		return unknownCommand(c, words[0]) // the flag probably belongs to the subcommand whose name was misspelled
	}
	var unknown *pflag.NotExistError
	var noValue *pflag.ValueRequiredError
	var wrong *pflag.InvalidValueError
	text := err.Error()
	switch {
	case errors.As(err, &unknown):
		text = unknownFlag(c, unknown)
	case errors.As(err, &noValue):
		value, _ := pflag.UnquoteUsage(noValue.GetFlag())
		text = fmt.Sprintf("--%s needs a value: --%s %s", noValue.GetFlag().Name, noValue.GetFlag().Name, value)
	case errors.As(err, &wrong):
		text = fmt.Sprintf("--%s %q %s", wrong.GetFlag().Name, wrong.GetValue(), valueFault(err))
	}
	return usagef("%s (see %s --help)", text, c.CommandPath())
}

// unknownFlag says that a command has no flag of a name. If subcommands have such a flag, it names them.
func unknownFlag(c *cobra.Command, unknown *pflag.NotExistError) string {
	name, hint := unknown.GetSpecifiedName(), ""
	if unknown.GetSpecifiedShortnames() != "" {
		name = "-" + name
	} else {
		hint = suggest.Hint("--"+name, flagNames(c))
		if owners := flagOwners(c, name); len(owners) > 0 {
			hint = "; it is a flag of " + suggest.Listed(owners, "and")
		}
		name = "--" + name
	}
	if !c.HasParent() {
		return "there is no flag " + name + hint
	}
	return nameOf(c) + " has no flag " + name + hint
}

// flagOwners returns the commands below a command that have a flag of a name: "database url".
func flagOwners(c *cobra.Command, flag string) []string {
	var owners []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && sub.LocalFlags().Lookup(flag) != nil {
			owners = append(owners, nameOf(sub))
		}
		owners = append(owners, flagOwners(sub, flag)...)
	}
	return owners
}

// flagNames returns the flags of a command as one types them: "--listen".
func flagNames(c *cobra.Command) []string {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, "--"+f.Name)
		}
	})
	return names
}

// valueFault says what is wrong with the value of a flag, in plain words in place of Go's own: "is not a whole
// number" for "strconv.ParseInt: parsing …".
func valueFault(err error) string {
	text := err.Error()
	switch {
	case strings.Contains(text, "strconv.ParseBool"):
		return "is neither true nor false"
	case strings.Contains(text, "strconv.ParseInt"):
		return "is not a whole number"
	case strings.Contains(text, "time: "):
		return "is not a time span such as 1s or 500ms"
	}
	var wrong *pflag.InvalidValueError
	if errors.As(err, &wrong) {
		err = wrong.Unwrap()
	}
	return "can't be used: " + err.Error()
}

// wrapArgErrors turns wrong arguments into usage errors, for a command and all below it.
func wrapArgErrors(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			err := check(c, args)
			var usage usageError
			if err == nil || errors.As(err, &usage) {
				return err
			}
			return usagef("%v (see %s --help)", err, c.CommandPath())
		}
	}
	for _, sub := range c.Commands() {
		wrapArgErrors(sub)
	}
}
