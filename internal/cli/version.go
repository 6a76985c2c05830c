package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the linker for a release build.
var version = ""

// build says what this program was built from. It is also the output of version --json.
type build struct {
	Version  string `json:"version"`
	Go       string `json:"go"`
	Platform string `json:"platform"`           // such as linux/amd64
	Revision string `json:"revision,omitempty"` // the commit, if the program was built in a clone
	Time     string `json:"time,omitempty"`     // when the commit was made
	Modified bool   `json:"modified,omitempty"` // whether the clone had changes that were not committed
}

// thisBuild returns what is known of the running program.
func thisBuild() build {
	b := build{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	switch {
	case b.Version != "":
	case info.Main.Version != "" && info.Main.Version != "(devel)":
		b.Version = info.Main.Version
	default:
		b.Version = "development"
	}
	return b
}

// versionText says in one line what the program was built from.
func versionText(b build) string {
	text := fmt.Sprintf("macrowatch %s (%s, %s", b.Version, b.Go, b.Platform)
	if b.Revision != "" {
		text += ", revision " + b.Revision[:min(len(b.Revision), 12)]
	}
	if b.Modified {
		text += " with changes"
	}
	return text + ")\n"
}

func (a *app) versionCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "version",
		Short:   "Print the version of this program",
		Long:    "Prints the version of this program, the Go that built it, its platform and the revision of its source.",
		Example: "  macrowatch version\n  macrowatch version --json",
		Args:    noArguments,

		PersistentPreRunE: noSettings,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return printJSON(a.Out, a.build)
			}
			_, err := fmt.Fprint(a.Out, versionText(a.build))
			return err
		},
	}
	jsonFlag(c, &asJSON)
	return c
}
