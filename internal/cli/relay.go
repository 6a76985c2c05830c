package cli

import (
	"github.com/spf13/cobra"

	"macrowatch/internal/record/runner"
)

// relayName is the command that exec starts beside the command that it was given.
const relayName = "relay-standard-error"

// relayCommand is the process that copies what a command under exec writes to standard error. It
// outlives exec.
func (a *app) relayCommand() *cobra.Command {
	return &cobra.Command{
		Use:    relayName,
		Short:  "Copy the standard error of a command that exec runs",
		Hidden: true,
		Args:   cobra.NoArgs,
		// It needs no settings, so none can be wrong.
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		RunE: func(*cobra.Command, []string) error {
			return runner.Relay(a.In, a.Out)
		},
	}
}
