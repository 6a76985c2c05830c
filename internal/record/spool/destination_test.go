package spool_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/record/spool"
)

// at is a database with an identity. The targets have its address.
func at(identity string, targets ...string) spool.Destination {
	return spool.Destination{Identity: identity, ReachedBy: func(_ context.Context, target string) bool {
		for _, t := range targets {
			if t == target {
				return true
			}
		}
		return false
	}}
}

// A database can be reached by several spellings of its address. What was kept under one spelling is delivered
// under another one, once both have led to the same database.
func TestRunsAreDeliveredUnderEverySpellingOfADatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	spellings := []string{"d at localhost:5432 as u", "d at db.example.com:5432 as u", "d at /run/postgresql:5432 as other"}
	for _, target := range spellings {
		s := spool.New(dir, target, spool.Options{})
		keep(t, s, success("first of "+target)).Delivered()
		s.Reached(at("7/1/2200"))
	}
	for i, target := range spellings {
		keep(t, spool.New(dir, target, spool.Options{}), success("kept under "+target)).Release()
		other := spool.New(dir, spellings[(i+1)%len(spellings)], spool.Options{})
		other.Reached(at("7/1/2200"))
		deliver(t, other, newStore(t), 1)
	}
}

// A spelling under which the database was never reached has only its address to go by.
func TestRunsOfASpellingThatNeverLedAnywhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	never := spool.New(dir, "d at localhost:5432 as u", spool.Options{})
	now := spool.New(dir, "d at 127.0.0.1:5432 as u", spool.Options{})
	keep(t, never, success("1")).Release()
	now.Reached(at("7/1/2200", "another target"))
	deliver(t, now, newStore(t), 0)
	now.Reached(at("7/1/2200", "d at localhost:5432 as u")) // another spelling of the same address
	deliver(t, now, newStore(t), 1)

	// Once that spelling has led to the database itself, its address is not asked for.
	keep(t, never, success("2")).Release()
	never.Reached(at("7/1/2200"))
	now.Reached(at("7/1/2200"))
	deliver(t, now, newStore(t), 1)
	// A spelling that has led to one database is not taken for another one's, even if the address is the same.
	keep(t, never, success("3")).Release()
	other := spool.New(dir, "d at other:5432 as u", spool.Options{})
	other.Reached(at("8/1/2200", "d at localhost:5432 as u"))
	deliver(t, other, newStore(t), 0)
}

// One spelling can lead to another database tomorrow: through a tunnel, or because a dump was restored there.
// What was kept for the first database is not delivered to the second.
func TestRunsAreNotDeliveredToAnotherDatabaseAtTheSameAddress(t *testing.T) {
	t.Parallel()
	for what, second := range map[string]string{
		"another server": "8/1/2200", "another database of the server": "7/2/2200", "another schema": "7/1/16400",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := spool.New(dir, "d at localhost:5432 as u", spool.Options{})
			keep(t, s, success("0")).Delivered() // makes the folder, as each exec does
			s.Reached(at("7/1/2200"))
			keep(t, s, success("1")).Release()
			s.Reached(at(second))
			keep(t, s, success("2")).Release()
			deliver(t, s, newStore(t), 1)
			first := spool.New(dir, "d at elsewhere:5432 as u", spool.Options{})
			first.Reached(at("7/1/2200"))
			deliver(t, first, newStore(t), 1)
		})
	}
}

// A database without a known identity gets only what was kept under the very same spelling.
func TestRunsOfADatabaseWithoutAnIdentity(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := spool.New(dir, "d at localhost:5432 as u", spool.Options{})
	keep(t, s, success("1")).Release()
	keep(t, spool.New(dir, "d at other:5432 as u", spool.Options{}), success("2")).Release()
	s.Reached(at(""))
	deliver(t, s, newStore(t), 1)
}

// The folders of other spellings must be safe too.
func TestFoldersOfOtherSpellingsAreRefusedToo(t *testing.T) {
	t.Parallel()
	for what, spoil := range map[string]func(t *testing.T, folder string){
		"others write": func(t *testing.T, folder string) { chmod(t, folder, 0o777) },
		"a link": func(t *testing.T, folder string) {
			elsewhere := filepath.Join(t.TempDir(), "moved")
			if err := os.Rename(folder, elsewhere); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(elsewhere, folder); err != nil {
				t.Fatal(err)
			}
		},
		"another user's": func(t *testing.T, folder string) {
			if os.Geteuid() != 0 {
				t.Skip("only root can give a folder to another user")
			}
			if err := os.Chown(folder, 65534, 65534); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(strings.ReplaceAll(what, " ", "_"), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			other := spool.New(dir, "d at localhost:5432 as u", spool.Options{})
			keep(t, other, success("1")).Release()
			spoil(t, other.Dir())
			s := spool.New(dir, "d at 127.0.0.1:5432 as u", spool.Options{})
			s.Reached(at("7/1/2200", "d at localhost:5432 as u"))
			if n, err := s.Deliver(t.Context(), refuser{t}); n != 0 || err != nil {
				t.Errorf("%d delivered, %v", n, err)
			}
		})
	}
}

// A machine on which no run was ever kept has no folder for the note, and nothing to complain about.
func TestNoFolderIsNoTroubleForTheNote(t *testing.T) {
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	for name, dir := range map[string]string{"an empty spool": t.TempDir(), "no spool": filepath.Join(t.TempDir(), "none")} {
		s := spool.New(dir, "d at localhost:5432 as u", spool.Options{Logger: logger})
		s.Reached(spool.Destination{Identity: "7391 d"})
		if log.Len() > 0 {
			t.Errorf("%s: %s", name, log.String())
		}
		if left, err := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s: %v %v", name, left, err)
		}
	}
}
