package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "macrowatch/internal/testkit/testenv" // gives every test process the same surroundings
)

func TestTheLicencesOfAllModulesAreWritten(t *testing.T) {
	t.Chdir("../..")
	modules, err := modulesOf("./cmd/macrowatch")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := write(&text, "./cmd/macrowatch"); err != nil {
		t.Fatal(err)
	}
	if len(modules) < 20 {
		t.Errorf("only %d modules", len(modules))
	}
	for _, m := range modules {
		if !strings.Contains(text.String(), "==== "+m.path+" "+m.version+": ") {
			t.Errorf("%s has no licence", m.path)
		}
	}
	if !slices.ContainsFunc(modules, func(m module) bool { return m.path == "github.com/jackc/pgx/v5" }) || !strings.Contains(text.String(), "Permission is hereby granted") {
		t.Error("the driver's licence is missing")
	}
}

func TestFilesThatAreNoLicenceAreLeftOut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"LICENSE", "COPYING.md", "NOTICE", "licence.txt", "README.md", "main.go"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "LICENSES"), 0o700); err != nil {
		t.Fatal(err)
	}
	names, err := licenceFiles(dir)
	if want := []string{"COPYING.md", "LICENSE", "NOTICE", "licence.txt"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("%v %v, want %v", names, err, want)
	}
}
