package grafana

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestDockerfileCopiesWhatExistsAndIsNotIgnored(t *testing.T) {
	t.Parallel()
	sent := map[string]bool{}
	for line := range strings.Lines(readRoot(t, ".dockerignore")) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "!"); ok {
			sent[name] = true
		}
	}
	copied := 0
	for line := range strings.Lines(readRoot(t, "Dockerfile")) {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] != "COPY" || strings.HasPrefix(words[1], "--from=") {
			continue
		}
		for _, source := range words[1 : len(words)-1] {
			copied++
			if _, err := os.Stat(filepath.Join(root, source)); err != nil {
				t.Errorf("%s: %v", strings.TrimSpace(line), err)
			}
			if !sent[source] {
				t.Errorf("%s: .dockerignore keeps %s back", strings.TrimSpace(line), source)
			}
		}
	}
	if copied == 0 {
		t.Error("the Dockerfile copies no sources")
	}
}

func TestDockerfileBuildsWithTheModulesGo(t *testing.T) {
	t.Parallel()
	version := regexp.MustCompile(`(?m)^go (\S+)$`).FindStringSubmatch(readRoot(t, "go.mod"))
	if version == nil {
		t.Fatal("go.mod names no Go version")
	}
	want := `(?m)^FROM golang:` + regexp.QuoteMeta(version[1]) + `-alpine@sha256:[0-9a-f]{64} AS build$`
	if !regexp.MustCompile(want).MatchString(readRoot(t, "Dockerfile")) {
		t.Errorf("the Dockerfile does not say %s", want)
	}
}

func TestDockerfileRunsAsAnOrdinaryUser(t *testing.T) {
	t.Parallel()
	user := regexp.MustCompile(`(?m)^USER (\S+)$`).FindAllStringSubmatch(readRoot(t, "Dockerfile"), -1)
	if len(user) == 0 || user[len(user)-1][1] == "0" || user[len(user)-1][1] == "root" {
		t.Errorf("the image runs as %v", user)
	}
}
