package grafana

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"macrowatch/internal/testkit/testenv"
)

// instructions are a Dockerfile's, their continued lines joined and comments left out.
func instructions(text string) [][2]string {
	var all [][2]string
	whole := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if start, goesOn := strings.CutSuffix(line, `\`); goesOn {
			whole += start
			continue
		}
		name, rest, _ := strings.Cut(whole+line, " ")
		all, whole = append(all, [2]string{name, strings.TrimSpace(rest)}), ""
	}
	return all
}

// Each RUN is run in a folder that holds what was copied before it and nothing else. In a long run, the
// commands are exactly the image's own. In an ordinary run, the build command uses Go's build cache instead,
// since the image's way of building from nothing takes minutes. The commands of the final image make a user,
// which needs Alpine and root. They are only read, not run.
func TestDockerfileCommandsWorkInAPlainDirectory(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh on this machine")
	}
	dir, out := t.TempDir(), t.TempDir()
	ran, stage := 0, 0
	for _, in := range instructions(readRoot(t, "Dockerfile")) {
		words := strings.Fields(in[1])
		switch {
		case in[0] == "FROM":
			stage++
		case in[0] == "COPY" && stage == 1:
			for _, source := range words[:len(words)-1] {
				target := words[len(words)-1]
				if strings.HasSuffix(target, "/") {
					target += source
				}
				copyTree(t, filepath.Join(root, source), filepath.Join(dir, target))
			}
		case in[0] == "RUN" && stage == 1:
			ran++
			command := strings.ReplaceAll(in[1], "/out/", "'"+out+"'/")
			if !testenv.Long() { // the cache from building these tests can be used
				command = strings.NewReplacer("CGO_ENABLED=0 ", "", "-trimpath ", "").Replace(command)
			}
			c := exec.Command("sh", "-ec", command)
			c.Dir = dir
			c.Env = append(testenv.ForGo(), "VERSION=1.2.3-image")
			if said, err := c.CombinedOutput(); err != nil {
				t.Fatalf("RUN %s: %v\n%s", command, err, said)
			}
		case in[0] == "RUN":
			if in[1] != "adduser -D -u 10001 macrowatch" {
				t.Errorf("RUN %s: this test does not know whether that works", in[1])
			}
			t.Logf("RUN %s: makes a user in the image, so it was not run here", in[1])
		}
	}
	if ran != 2 {
		t.Errorf("%d commands were run, want go mod download and go build", ran)
	}
	said, err := exec.Command(filepath.Join(out, "macrowatch"), "--version").CombinedOutput()
	if err != nil || !strings.Contains(string(said), "1.2.3-image") {
		t.Errorf("the program that was built says %q (%v)", said, err)
	}
	if runtime.GOOS == "linux" && testenv.Long() {
		if dynamic, err := exec.Command("ldd", filepath.Join(out, "macrowatch")).CombinedOutput(); err == nil {
			t.Errorf("the program needs libraries that the image may lack: %s", dynamic)
		}
	}
}

// copyTree copies a file, or a folder into a folder's place as COPY does for these sources, without
// what .dockerignore keeps back.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	if info.IsDir() {
		entries, err := os.ReadDir(from)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() != "node_modules" {
				copyTree(t, filepath.Join(from, e.Name()), filepath.Join(to, e.Name()))
			}
		}
		return
	}
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, info.Mode()); err != nil {
		t.Fatal(err)
	}
}
