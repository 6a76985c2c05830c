package userdirs

import (
	"os"
	"os/user"
	"runtime"
	"testing"

	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
)

func TestDirectories(t *testing.T) {
	t.Setenv(HomeVariable, "")
	for _, c := range []struct {
		name     string
		variable string // the value of XDG_DATA_HOME and of XDG_STATE_HOME
		data     string
		state    string
		onMacOS  string
	}{
		{"in the home", "", "/home/ana/.local/share/macrowatch", "/home/ana/.local/state/macrowatch", "/home/ana/Library/Application Support/macrowatch"},
		{"named by XDG", "/srv/ana", "/srv/ana/macrowatch", "/srv/ana/macrowatch", "/srv/ana/macrowatch"},
		{"a relative path is ignored", "srv", "/home/ana/.local/share/macrowatch", "/home/ana/.local/state/macrowatch", "/home/ana/Library/Application Support/macrowatch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("HOME", "/home/ana")
			t.Setenv("XDG_DATA_HOME", c.variable)
			t.Setenv("XDG_STATE_HOME", c.variable)
			switch {
			case os.Geteuid() == 0:
				c.data, c.state = ForRoot, ForRoot
			case runtime.GOOS == "darwin":
				c.data, c.state = c.onMacOS, c.onMacOS
			}
			if got, err := Data(); err != nil || got != c.data {
				t.Errorf("data: got %q, %v; want %q", got, err, c.data)
			}
			if got, err := State(); err != nil || got != c.state {
				t.Errorf("state: got %q, %v; want %q", got, err, c.state)
			}
		})
	}
}

// TestHomeVariable is for root and for others alike: the variable goes before XDG's variables and before root's directory.
func TestHomeVariable(t *testing.T) {
	t.Setenv("HOME", "/home/ana")
	t.Setenv("XDG_DATA_HOME", "/srv/data")
	t.Setenv("XDG_STATE_HOME", "/srv/state")
	for _, c := range []struct{ value, want, wantErr string }{
		{"/srv/second desk/", "/srv/second desk", ""},
		{"desk", "", `MACROWATCH_HOME is "desk", which is not an absolute path`},
		{"~/desk", "", `MACROWATCH_HOME is "~/desk", which is not an absolute path`},
	} {
		t.Setenv(HomeVariable, c.value)
		for name, directory := range map[string]func() (string, error){"data": Data, "state": State} {
			if got, err := directory(); got != c.want || (err == nil) != (c.wantErr == "") || err != nil && err.Error() != c.wantErr {
				t.Errorf("%s with %q: got %q, %v; want %q, %q", name, c.value, got, err, c.want, c.wantErr)
			}
		}
	}
}

// TestHome includes a program that is started with nothing in its environment: its user still has a home.
func TestHome(t *testing.T) {
	me, err := user.Current()
	if err != nil {
		t.Skipf("this user is not known: %v", err)
	}
	for _, c := range []struct{ name, variable, want string }{
		{"HOME is set", "/some/where", "/some/where"},
		{"HOME is not set", "", me.HomeDir},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("HOME", c.variable)
			if got, err := homeDir(); err != nil || got != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}
