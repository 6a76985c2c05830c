package spool_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/spool"
)

// A folder that is not the user's alone takes no runs, and a run that is in it is not delivered.
func TestAFolderThatOthersCanWriteIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, says string
		spoil      func(t *testing.T, root, folder string)
	}{
		{"the folder is everybody's", "chmod go-w", func(t *testing.T, _, folder string) { chmod(t, folder, 0o777) }},
		{"the folder is the group's", "chmod go-w", func(t *testing.T, _, folder string) { chmod(t, folder, 0o770) }},
		{"the directory is everybody's", "chmod go-w", func(t *testing.T, root, _ string) { chmod(t, root, 0o777) }},
		{"the folder is a link", "is a symbolic link", func(t *testing.T, _, folder string) {
			elsewhere := folder + "-moved"
			if err := errors.Join(os.Rename(folder, elsewhere), os.Symlink(elsewhere, folder)); err != nil {
				t.Fatal(err)
			}
		}},
		{"the directory is a link", "is a symbolic link", func(t *testing.T, root, _ string) {
			elsewhere := root + "-moved"
			t.Cleanup(func() { os.RemoveAll(elsewhere) })
			if err := errors.Join(os.Rename(root, elsewhere), os.Symlink(elsewhere, root)); err != nil {
				t.Fatal(err)
			}
		}},
		{"the folder is a file", "is not a directory", func(t *testing.T, _, folder string) {
			if err := errors.Join(os.RemoveAll(folder), os.WriteFile(folder, nil, 0o600)); err != nil {
				t.Fatal(err)
			}
		}},
		{"the folder is another user's", "belongs to another user", func(t *testing.T, _, folder string) {
			if os.Geteuid() != 0 {
				t.Skip("only root can give a folder to another user")
			}
			if err := os.Chown(folder, 65534, 65534); err != nil {
				t.Fatal(err)
			}
		}},
		{"the directory is another user's", "belongs to another user", func(t *testing.T, root, _ string) {
			if os.Geteuid() != 0 {
				t.Skip("only root can give a directory to another user")
			}
			if err := os.Chown(root, 65534, 65534); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			s := spool.New(root, "a database", spool.Options{})
			run := desk.Run{ID: "a", Step: "fred", Status: desk.Running, StartedAt: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
			kept, err := s.Begin(run)
			if err != nil {
				t.Fatal(err)
			}
			kept.Release()
			c.spoil(t, root, filepath.Clean(s.Dir()))
			if kept, err := s.Begin(run); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("a run was kept there: %v, %v", kept, err)
			}
			if n, err := s.Deliver(t.Context(), refuser{t}); n != 0 || err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%d runs were delivered from there: %v", n, err)
			}
		})
	}
}

// In a directory such as /tmp, everybody can make files and folders, but nobody can rename files and folders of others.
func TestADirectoryForTemporaryFilesIsSafe(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	chmod(t, root, 0o777|os.ModeSticky)
	kept, err := spool.New(root, "a database", spool.Options{}).Begin(desk.Run{ID: "a", Step: "fred", Status: desk.Running, StartedAt: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	kept.Release()
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// refuser is a database to which nothing may be delivered.
type refuser struct{ t *testing.T }

func (r refuser) RunUpsert(context.Context, ...desk.Run) error {
	r.t.Error("a run of another user's was delivered")
	return nil
}

func (r refuser) RunInterrupt(context.Context, ...desk.Run) error {
	r.t.Error("a run of another user's was delivered")
	return nil
}
