//go:build linux || darwin

package privatepg

import (
	"os"
	"strings"
	"testing"
)

// threePasswords makes a data directory as an older version left it, which had no role for the viewer: with three
// passwords, and without that role.
func threePasswords(t *testing.T) layout {
	t.Helper()
	l := closedDir(t)
	s := open(t, testConfig(l.dir))
	run(t, s.SuperuserURL(), "drop owned by "+viewerName+"; drop role "+viewerName)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	forgetViewer(t, l)
	return l
}

// forgetViewer removes the viewer's password, which that older version did not have.
func forgetViewer(t *testing.T, l layout) {
	t.Helper()
	text, err := os.ReadFile(l.passwords())
	if err != nil {
		t.Fatal(err)
	}
	head, _, found := strings.Cut(string(text), `,"viewer":`)
	if !found {
		t.Fatalf("there is no viewer's password in %s", l.passwords())
	}
	write(t, l.passwords(), head+"}\n")
}

func TestDirectoryWithThreePasswordsIsTakenOver(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*testing.T, layout){
		"as it was left": func(*testing.T, layout) {},
		"killed when the password was kept": func(t *testing.T, l layout) {
			if _, err := completePasswords(l); err != nil {
				t.Fatal(err)
			}
		},
		"killed when the role was made": func(t *testing.T, l layout) {
			if err := open(t, testConfig(l.dir)).Close(); err != nil {
				t.Fatal(err)
			}
		},
		"used by the older version once more": func(t *testing.T, l layout) {
			if err := open(t, testConfig(l.dir)).Close(); err != nil {
				t.Fatal(err)
			}
			forgetViewer(t, l)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := threePasswords(t)
			before, err := Lookup(l.dir)
			if err != nil {
				t.Fatal(err)
			}
			leave(t, l)
			s := open(t, testConfig(l.dir))
			if got := query(t, s.ViewerURL(), "select current_user"); got != viewerName {
				t.Errorf("the viewer is %s", got)
			}
			for role, url := range map[Role]string{Owner: s.OwnerURL(), Reader: s.readerURL()} {
				if got, err := before.URL(role, URLForm{}); err != nil || got != url {
					t.Errorf("the URL was %s, %v, and is %s", got, err, url)
				}
			}
		})
	}
}

// A server that such an older version has started is joined.
func TestRunningServerWithThreePasswordsIsJoined(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	older := open(t, testConfig(l.dir))
	run(t, older.SuperuserURL(), "drop owned by "+viewerName+"; drop role "+viewerName)
	forgetViewer(t, l)
	s := open(t, testConfig(l.dir))
	if got := query(t, s.ViewerURL(), "select current_user"); got != viewerName {
		t.Errorf("the viewer is %s", got)
	}
}
