package cli

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/clipperhouse/displaywidth"
	"github.com/creack/pty"
)

// onTerminal calls Main with a terminal of a width as its outputs, and returns what it writes there.
func onTerminal(t *testing.T, columns uint16, args ...string) string {
	t.Helper()
	keyboard, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer keyboard.Close()
	if err := pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: columns}); err != nil {
		t.Fatal(err)
	}
	shown := make(chan string)
	go func() {
		text, _ := io.ReadAll(keyboard) // it fails when the terminal is closed, and has then read everything
		shown <- strings.ReplaceAll(string(text), "\r\n", "\n")
	}()
	Main(args, Streams{In: terminal, Out: terminal, Err: terminal, Now: time.Now})
	if err := terminal.Close(); err != nil {
		t.Fatal(err)
	}
	return <-shown
}

func TestColoursAreForTerminalsThatWantThem(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want bool
	}{
		"a terminal":                {map[string]string{"TERM": "xterm-256color"}, true},
		"a terminal, NO_COLOR":      {map[string]string{"TERM": "xterm-256color", "NO_COLOR": "1"}, false},
		"a terminal, NO_COLOR=''":   {map[string]string{"TERM": "xterm-256color", "NO_COLOR": ""}, true},
		"a terminal without colour": {map[string]string{"TERM": "dumb"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			for what, args := range map[string][]string{"an error": {"improt"}, "help": {"--help"}} {
				if shown := onTerminal(t, 80, args...); strings.Contains(shown, "\x1b[") != c.want {
					t.Errorf("%s: %q", what, shown)
				}
			}
		})
	}
	t.Run("a file", func(t *testing.T) {
		t.Setenv("TERM", "xterm-256color")
		for _, args := range [][]string{{"improt"}, {"--help"}} {
			if r := runMain(t, args...); strings.Contains(r.out+r.errout, "\x1b") {
				t.Errorf("%q%q", r.out, r.errout)
			}
		}
	})
}

// The text of the help fits the terminal. Examples, usage lines and lists of words are as long as they are.
func TestHelpFitsTheTerminal(t *testing.T) {
	for name, columns := range map[string]uint16{"60 columns": 60, "80 columns": 80, "200 columns": 200} {
		t.Run(name, func(t *testing.T) {
			widest := 0
			about, _, _ := strings.Cut(onTerminal(t, columns, "risk", "--help"), "\nUsage")
			for line := range strings.Lines(about) {
				widest = max(widest, displaywidth.String(strings.TrimRight(line, "\n")))
			}
			if want := min(int(columns), widestText); widest > want || widest < want-15 {
				t.Errorf("the widest line has %d columns of %d:\n%s", widest, columns, about)
			}
		})
	}
}

func TestProgressLineFitsTheTerminalAndIsWiped(t *testing.T) {
	t.Setenv("TERM", "xterm-256color")
	keyboard, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer keyboard.Close()
	if err := pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: 20}); err != nil {
		t.Fatal(err)
	}
	line := (&app{Streams: Streams{Err: terminal}}).progressLine()
	line.show("prices.csv: 1,234,567 rows, 617,283 rows/s")
	line.wipe()
	_ = terminal.Close()
	shown, _ := io.ReadAll(keyboard)
	if want := wipeLine + "prices.csv: 1,234,…" + wipeLine; string(shown) != want {
		t.Errorf("%q, want %q", shown, want)
	}
}

func TestThereIsNoProgressLineInAFile(t *testing.T) {
	t.Parallel()
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a := &app{Streams: Streams{Err: f}}
	line := a.progressLine()
	line.show("on the way")
	line.wipe()
	a.waiting("applying migrations")()
	if info, err := f.Stat(); err != nil || info.Size() > 0 || line.due() {
		t.Errorf("%v, %v", info, err)
	}
}
