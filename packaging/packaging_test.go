// Package packaging tests what "make dist" packs: that it is there, and that the programs that read it accept it.
package packaging

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	_ "macrowatch/internal/testkit/testenv" // gives every test process the same surroundings
)

// root is the project's folder, as this package sees it.
const root = ".."

// packed are the files that .goreleaser.yaml packs. A file is a path or a map with src and dst.
type packed struct {
	Archives []struct {
		ID    string `yaml:"id"`
		Files []any  `yaml:"files"`
	} `yaml:"archives"`
	Packages []struct {
		Contents []struct {
			Src string `yaml:"src"`
			Dst string `yaml:"dst"`
		} `yaml:"contents"`
	} `yaml:"nfpms"`
}

func readPacked(t *testing.T) packed {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".goreleaser.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var p packed
	if err := yaml.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// source returns the path of a file in an archive's list.
func source(file any) string {
	if m, ok := file.(map[string]any); ok {
		s, _ := m["src"].(string)
		return s
	}
	s, _ := file.(string)
	return s
}

func TestEveryPackedFileIsThere(t *testing.T) {
	t.Parallel()
	p := readPacked(t)
	var all []string
	for _, a := range p.Archives {
		for _, f := range a.Files {
			all = append(all, source(f))
		}
	}
	for _, pkg := range p.Packages {
		for _, c := range pkg.Contents {
			all = append(all, c.Src)
		}
	}
	if len(all) < 20 {
		t.Fatalf("only %d files are packed: %v", len(all), all)
	}
	for _, file := range all {
		t.Run(file, func(t *testing.T) {
			if strings.HasPrefix(file, ".cache/dist/") {
				return // scripts/dist-files.sh writes it
			}
			pattern := strings.ReplaceAll(file, "**/*", "*")
			found, err := filepath.Glob(filepath.Join(root, pattern))
			if file == "" || err != nil || len(found) == 0 {
				t.Errorf("no file: %v", err)
			}
		})
	}
}

// The compose bundle must hold every file of the clone that docker-compose.yml names.
func TestTheComposeBundleHasWhatComposeMounts(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var bundle []string
	for _, a := range readPacked(t).Archives {
		if a.ID == "compose" {
			for _, f := range a.Files {
				bundle = append(bundle, source(f))
			}
		}
	}
	mounts := regexp.MustCompile(`(?m)^\s+- \./([^:]+):`).FindAllStringSubmatch(string(text), -1)
	if len(mounts) < 4 || len(bundle) < 5 {
		t.Fatalf("compose mounts %v, the bundle has %v", mounts, bundle)
	}
	for _, m := range mounts {
		if !slices.ContainsFunc(bundle, func(file string) bool {
			return file == m[1] || strings.HasSuffix(file, "/**/*") && strings.HasPrefix(m[1]+"/", path.Dir(path.Dir(file))+"/")
		}) {
			t.Errorf("the bundle lacks %s; it has %v", m[1], bundle)
		}
	}
	if !slices.Contains(bundle, "packaging/Dockerfile") || !strings.Contains(string(text), "build: .") {
		t.Error("compose builds an image, and the bundle has no Dockerfile for it")
	}
}

// systemd reads the unit, with a program in the place of the one that is not installed here.
func TestSystemdAcceptsTheUnit(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	unit, err := os.ReadFile("macrowatch.service")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(unit), "/usr/bin/macrowatch", "/bin/true", 1)
	text = strings.Replace(text, "Documentation=man:macrowatch(1)\n", "", 1) // it would look for the installed page
	if text == string(unit) {
		t.Fatal("the unit does not start /usr/bin/macrowatch")
	}
	for name, broken := range map[string]string{"the unit": "", "a misspelled key": "StateDirectry=macrowatch\n", "an unknown section": "[Servce]\nX=y\n"} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "macrowatch.service")
			if err := os.WriteFile(file, []byte(strings.Replace(text, "DynamicUser=yes\n", "DynamicUser=yes\n"+broken, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command("systemd-analyze", "verify", file).CombinedOutput()
			if said := string(out); broken == "" && (err != nil || strings.Contains(said, file)) || broken != "" && !strings.Contains(said, file) {
				t.Errorf("%v\n%s", err, said)
			}
		})
	}
}
