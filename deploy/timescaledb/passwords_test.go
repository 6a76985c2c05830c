package timescaledb_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPasswordsOfTheComposeStackAreMadeOnce runs the script on no file, on its own file and on a file with lines of
// somebody else.
func TestPasswordsOfTheComposeStackAreMadeOnce(t *testing.T) {
	script, err := filepath.Abs("../compose/passwords.sh")
	if err != nil {
		t.Fatal(err)
	}
	write := func(dir string) string {
		t.Helper()
		c := exec.Command("sh", "-c", "umask 000; exec sh '"+script+"'")
		c.Dir, c.Env = dir, []string{"PATH=" + os.Getenv("PATH")}
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		file := filepath.Join(dir, ".env")
		if about, err := os.Stat(file); err != nil || about.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v: others can read the passwords", about.Mode(), err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	names := []string{"POSTGRES_PASSWORD", "MACRO_OWNER_PASSWORD", "MACRO_VIEWER_PASSWORD", "GF_SECURITY_ADMIN_PASSWORD"}
	first, second := t.TempDir(), t.TempDir()
	text := write(first)
	seen := map[string]bool{}
	for _, name := range names {
		m := regexp.MustCompile(`(?m)^` + name + `=([0-9a-f]{32})$`).FindStringSubmatch(text)
		if m == nil || seen[m[1]] {
			t.Errorf("%s is no new secret in\n%s", name, text)
			continue
		}
		seen[m[1]] = true
	}
	if again := write(first); again != text {
		t.Errorf("the second time the file became\n%s", again)
	}
	if write(second) == text {
		t.Error("two installations have the same passwords")
	}

	third := t.TempDir()
	own := "MACROWATCH_BIND=0.0.0.0\nexport POSTGRES_PASSWORD=mine\nGRAFANA_IMAGE=mine" // the last line has no end
	if err := os.WriteFile(filepath.Join(third, ".env"), []byte(own), 0o644); err != nil {
		t.Fatal(err)
	}
	text = write(third)
	if !strings.HasPrefix(text, own+"\n") || strings.Count(text, "POSTGRES_PASSWORD=") != 1 || strings.Count(text, "GRAFANA_IMAGE=") != 1 {
		t.Errorf("lines of somebody else are not kept:\n%s", text)
	}
}

// TestImagesAreNamedByDigest makes sure that nobody can put another image under a name that this tree uses.
func TestImagesAreNamedByDigest(t *testing.T) {
	byDigest := regexp.MustCompile(`^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$`)
	images := regexp.MustCompile(`(?m)^(?:FROM |    image: |add GRAFANA_IMAGE )(\S+)`)
	found := 0
	for _, file := range []string{"../../Dockerfile", "../../packaging/Dockerfile", "../../docker-compose.yml", "../compose/passwords.sh"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range images.FindAllStringSubmatch(string(text), -1) {
			found++
			switch {
			case m[1] == "macrowatch": // it is built here
			case m[1] == "${GRAFANA_IMAGE:-grafana/grafana-oss:11.4.0}": // passwords.sh sets GRAFANA_IMAGE to a digest
			case !byDigest.MatchString(m[1]):
				t.Errorf("%s: %s is not named by its digest", file, m[1])
			}
		}
	}
	if found < 7 {
		t.Errorf("only %d images were found", found)
	}
}
