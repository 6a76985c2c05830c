package cli

import (
	"github.com/spf13/cobra"

	"macrowatch/internal/record/runner"
)

// relayName names the hidden command that exec starts beside the user's command.
const relayName = "relay-standard-error"

// relayCommand returns the hidden command that copies the standard error of a command under exec. Its process goes on
// after exec has ended, as long as the command's children can still write there.
func (a *app) relayCommand() *cobra.Command {
	return &cobra.Command{
		Use:               relayName,
		Short:             "Copy the standard error of a command that exec runs",
		Hidden:            true,
		Args:              noArguments,
		PersistentPreRunE: noSettings,
		RunE:              func(*cobra.Command, []string) error { return a.relay() },
	}
}

func (a *app) relay() error { return runner.Relay(a.In, a.Out.File) }
