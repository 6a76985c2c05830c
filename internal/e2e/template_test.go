package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// templates are data directories that are made once and copied for each test. On a busy machine, a new data directory
// takes seconds, and one with the sample desk's history half a minute.
var templates struct{ empty, desk template }

// thursday is noon of a workday. The history in templates.desk ends there.
const thursday = "2026-11-12T12:00:00-03:00"

// template is a data directory that is only copied.
type template struct {
	once sync.Once
	dir  string
	err  error
}

// emptyDir returns a data directory whose database has the tables and no rows.
func emptyDir(t testing.TB) string {
	t.Helper()
	return copied(t, &templates.empty, "serve", "--private")
}

// deskDir returns a data directory with the sample desk's history up to thursday.
func deskDir(t testing.TB) string {
	t.Helper()
	return copied(t, &templates.desk, deskCommand...)
}

// deskCommand makes templates.desk.
var deskCommand = []string{"demo", "--as-of", thursday}

// copied copies a template for a test.
func copied(t testing.TB, m *template, command ...string) string {
	t.Helper()
	dir, err := m.copy(program(t), command...)
	if err != nil {
		t.Fatalf("copy a data directory: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(dir)) })
	return dir
}

// copy copies the template. The first call makes the template, with a command of the program at path. The caller must
// remove the directory above the copy.
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

// make makes the template: it runs the command until it prints its address, and ends it.
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

// withoutSync makes the server of a data directory not wait for the disk. If the server is killed, nothing is
// lost. Only a power cut could lose rows.
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

// endTemplates removes the templates.
func endTemplates() {
	for _, m := range []*template{&templates.empty, &templates.desk} {
		if m.dir != "" {
			_ = os.RemoveAll(filepath.Dir(m.dir))
		}
	}
}
