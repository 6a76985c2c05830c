package cli

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"
)

func TestVersionSaysWhatTheProgramWasBuiltFrom(t *testing.T) {
	t.Parallel()
	command, flag := runMain(t, "version"), runMain(t, "--version")
	if command != flag || command.status != exitOK {
		t.Errorf("version gives %+v, and --version %+v", command, flag)
	}
	for _, want := range []string{"macrowatch development (", runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH} {
		if !strings.Contains(command.out, want) {
			t.Errorf("%q lacks %q", command.out, want)
		}
	}
	var b build
	if err := json.Unmarshal([]byte(runMain(t, "version", "--json").out), &b); err != nil || b != thisBuild() {
		t.Errorf("%v, %+v", err, b)
	}
}

func TestVersionOfARelease(t *testing.T) {
	t.Parallel()
	for want, b := range map[string]build{
		"macrowatch v1.2.0 (go1.26.8, linux/amd64)\n":                                     {Version: "v1.2.0", Go: "go1.26.8", Platform: "linux/amd64"},
		"macrowatch v1.2.0 (go1.26.8, linux/amd64, revision 78b383c1a2b3)\n":              {Version: "v1.2.0", Go: "go1.26.8", Platform: "linux/amd64", Revision: "78b383c1a2b3c4d5e6"},
		"macrowatch v1.2.0 (go1.26.8, linux/amd64, revision 78b383c1a2b3 with changes)\n": {Version: "v1.2.0", Go: "go1.26.8", Platform: "linux/amd64", Revision: "78b383c1a2b3c4d5e6", Modified: true},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			if got := versionText(b); got != want {
				t.Errorf("%q", got)
			}
		})
	}
}
