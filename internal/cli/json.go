package cli

import (
	"encoding/json"
	"io"
	"time"

	"github.com/spf13/cobra"
)

// jsonFlag adds --json to a command. docs/command-line.md lists the keys.
func jsonFlag(c *cobra.Command, asJSON *bool) {
	c.Flags().BoolVar(asJSON, "json", false, "print one JSON document instead (docs/command-line.md has its keys)")
}

// seconds returns a duration in seconds, to the millisecond.
func seconds(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() }

// printJSON prints a value as one indented JSON document.
func printJSON(out io.Writer, value any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(value)
}
