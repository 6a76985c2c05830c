package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the linker for a release build.
var version = ""

// build says what this program was built from.
type build struct {
	Version  string
	Go       string
	Platform string // such as linux/amd64
	Revision string // the commit, if the program was built in a clone
	Time     string // when the commit was made
	Modified bool   // whether the clone had changes that were not committed
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
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of this program",
		Long:    "Prints the version of this program, the Go that built it, its platform and the revision of its source.",
		Example: "  macrowatch version",
		Args:    noArguments,

		PersistentPreRunE: noSettings,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(a.Out, versionText(a.build))
			return err
		},
	}
}
