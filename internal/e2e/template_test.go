package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// A new data directory takes a busy machine seconds, and the sample desk's history in it half a
// minute. Tests that are about something else get a copy of one that was made for all.
var templates struct{ empty, desk template }

// thursday is noon of a workday, up to when the desk's template has its history.
const thursday = "2026-11-12T12:00:00-03:00"

// template is a data directory that nobody uses but to copy it.
type template struct {
	once sync.Once
	dir  string
	err  error
}

// emptyDir gives a data directory whose database has the tables and no rows.
func emptyDir(t testing.TB) string {
	t.Helper()
	return copied(t, &templates.empty, "serve", "--private")
}

// deskDir gives a data directory with the sample desk's history up to thursday.
func deskDir(t testing.TB) string {
	t.Helper()
	return copied(t, &templates.desk, deskCommand...)
}

// deskCommand makes the desk's template.
var deskCommand = []string{"demo", "--as-of", thursday}

// copied gives a test a copy of its own.
func copied(t testing.TB, m *template, command ...string) string {
	t.Helper()
	dir, err := m.copy(program(t), command...)
	if err != nil {
		t.Fatalf("copy a data directory: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(dir)) })
	return dir
}

// copy copies the template, which a command of the program makes when it is first asked for. The
// copy is alone in the directory that holds it.
func (m *template) copy(path string, command ...string) (dir string, err error) {
	m.once.Do(func() { m.err = m.make(path, command) })
	if m.err != nil {
		return "", m.err
	}
	if dir, err = newDataDir(); err != nil {
		return "", err
	}
	if out, err := exec.Command("cp", "-a", m.dir, dir).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return dir, nil
}

// make runs the command in a new data directory until it serves, and ends it.
func (m *template) make(path string, command []string) error {
	var err error
	if m.dir, err = newDataDir(); err != nil {
		return err
	}
	c := exec.Command(path, append(command, "--open=false", "--listen", "127.0.0.1:0", "--data-dir", m.dir)...)
	c.Env = cleanEnv()
	s, err := launch(c)
	if s != nil {
		if ended := s.end(); err == nil {
			err = ended
		}
	}
	if err != nil {
		return err
	}
	return withoutSync(m.dir)
}

// withoutSync lets the server in a data directory not wait for the disk. Nobody switches the machine
// off under a test, and a process that is killed loses nothing by it.
func withoutSync(dir string) error {
	file, err := os.OpenFile(filepath.Join(dir, "postgres", "postgresql.auto.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(file, "fsync = off\nfull_page_writes = off"); err != nil {
		return err
	}
	return file.Close()
}

// endTemplates takes the templates away.
func endTemplates() {
	for _, m := range []*template{&templates.empty, &templates.desk} {
		if m.dir != "" {
			_ = os.RemoveAll(filepath.Dir(m.dir))
		}
	}
}
