package cli

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"macrowatch/internal/record/intake"
	"macrowatch/internal/sample/sampledesk"
)

// setCompletion adds cobra's command "completion", which prints the completion script of a shell, and says how the
// values of flags are completed.
func setCompletion(root *cobra.Command) {
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	completion, _, err := root.Find([]string{"completion"})
	if err != nil || completion == root {
		return
	}
	completion.Short = "Print the completion script of a shell"
	completion.Long = "Prints a script with which a shell completes macrowatch's commands, flags and values. The help of each\n" +
		"shell's command says how to load its script."
	completion.Example = "  source <(macrowatch completion bash)"
	completion.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	completion.Args = noArguments
	completion.PersistentPreRunE = noSettings
	for _, shell := range completion.Commands() {
		shell.Short = "Print the completion script of " + shell.Name()
		shell.Long = "Prints a script with which " + shell.Name() + " completes macrowatch's commands, flags and values. Load it as below,\n" +
			"then start a new shell." + completionNeeds(shell.Name())
		shell.Example = loadCompletion(shell.Name())
		shell.Args = noArguments
		if f := shell.Flags().Lookup("no-descriptions"); f != nil {
			f.Usage = "complete without descriptions"
		}
	}
	completeFiles(root)
	completeValue(root, "log-format", string(logText), string(logJSON))
}

// completeFiles makes flags whose value is a FILE or a DIR complete such names, on a command and all below it.
func completeFiles(c *cobra.Command) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		switch value, _ := pflag.UnquoteUsage(f); {
		case value == "DIR":
			_ = cobra.MarkFlagDirname(c.Flags(), f.Name) // it fails only for unknown flags
		case value == "FILE" && (f.Name == "prices" || f.Name == "instruments"):
			_ = cobra.MarkFlagFilename(c.Flags(), f.Name, "csv", "jsonl", "gz")
		case value == "FILE" && f.Name == "pdf":
			_ = cobra.MarkFlagFilename(c.Flags(), f.Name, "pdf")
		case value == "FILE" && f.Name == "output":
			_ = cobra.MarkFlagFilename(c.Flags(), f.Name, "html", "pdf")
		case value == "FILE":
			_ = cobra.MarkFlagFilename(c.Flags(), f.Name, "yaml", "yml")
		}
	})
	for _, sub := range c.Commands() {
		completeFiles(sub)
	}
}

// completeValue makes a flag complete some words.
func completeValue(c *cobra.Command, flag string, words ...string) {
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)) // it fails only for unknown flags
}

// completeImport completes the kind, then files.
func completeImport(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return intake.Kinds(), cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// completeSteps completes the steps of the desk file that a flag or a setting names. Without one it completes those of the
// sample desk, which include the connectors of Pipeline Health. It asks no database, since a completion must not wait.
func completeSteps(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if err := applySettings(c.Flags(), os.Getenv); err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	path := c.Flags().Lookup(deskFileName).Value.String()
	if path == "" {
		return sampledesk.Steps(), cobra.ShellCompDirectiveNoFileComp
	}
	file, err := readDeskFile(path)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp // desk check says what is wrong with the file
	}
	var steps []cobra.Completion
	for _, s := range file.Rules.Steps {
		steps = append(steps, cobra.CompletionWithDesc(s.Name, s.Title))
	}
	return steps, cobra.ShellCompDirectiveNoFileComp
}

// completeKept returns a function that completes the IDs of kept runs. A run that is named already is left out.
func (a *app) completeKept(f *databaseFlags) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if err := applySettings(c.Flags(), os.Getenv); err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		kept, _ := a.keptRuns(*f) // a directory that can't be read has no runs to complete
		named := map[string]bool{}
		for _, arg := range args {
			named[arg] = true
		}
		var ids []cobra.Completion
		for _, k := range kept {
			if !named[k.ID] {
				ids = append(ids, cobra.CompletionWithDesc(plain(k.ID), plain(k.Run.Step)+", "+string(k.State)))
			}
		}
		return ids, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeCommands completes the words that call a command, for macrowatch help.
func completeCommands(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	found, left, err := c.Root().Find(args)
	if err == nil && len(left) == 0 && found.Name() == "import" {
		return intake.Kinds(), cobra.ShellCompDirectiveNoFileComp
	}
	if err != nil || len(left) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []cobra.Completion
	for _, sub := range found.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, cobra.CompletionWithDesc(sub.Name(), sub.Short))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
