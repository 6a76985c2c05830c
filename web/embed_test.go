package web_test

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"macrowatch/web"
)

func dist(t *testing.T) fs.FS {
	t.Helper()
	d, err := web.Dist()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func read(t *testing.T, d fs.FS, name string) string {
	t.Helper()
	b, err := fs.ReadFile(d, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var (
	inIndex = regexp.MustCompile(`(?:href|src|content)="(assets/[^"]+)"`)
	inStyle = regexp.MustCompile(`url\(["']?([^"')]+)["']?\)`)
)

func TestEverythingThatThePageNamesIsThere(t *testing.T) {
	t.Parallel()
	d := dist(t)
	named := map[string]bool{}
	kinds := map[string]bool{}
	for _, m := range inIndex.FindAllStringSubmatch(read(t, d, "index.html"), -1) {
		named[m[1]] = true
		kinds[path.Ext(m[1])] = true
		if path.Ext(m[1]) != ".css" {
			continue
		}
		for _, u := range inStyle.FindAllStringSubmatch(read(t, d, m[1]), -1) {
			named[path.Join(path.Dir(m[1]), u[1])] = true
		}
	}
	for _, kind := range []string{".js", ".css", ".woff2", ".svg", ".txt"} {
		if !kinds[kind] {
			t.Errorf("index.html names no %s file", kind)
		}
	}
	for name := range named {
		if read(t, d, name) == "" {
			t.Errorf("%s is empty", name)
		}
	}
	files, err := fs.Glob(d, "assets/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !named[file] {
			t.Errorf("%s is left over: nothing names it", file)
		}
	}
}

func TestAssetNamesChangeWithTheirContent(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(dist(t), "assets/*")
	if err != nil {
		t.Fatal(err)
	}
	hashed := regexp.MustCompile(`-[0-9A-Z]{8}\.[a-z0-9]+$`)
	for _, file := range files {
		if !hashed.MatchString(file) {
			t.Errorf("%s has no hash in its name, but is served to be kept for a year", file)
		}
	}
}

// The content security policy allows nothing inline and no other host.
func TestThePageHasNothingInlineAndNoOtherHost(t *testing.T) {
	t.Parallel()
	index := read(t, dist(t), "index.html")
	for _, placeholder := range []string{"__BASE_HREF__", "__SETTINGS__", "__OPENING__"} {
		if strings.Count(index, placeholder) != 1 {
			t.Errorf("index.html has %d %s, want 1", strings.Count(index, placeholder), placeholder)
		}
	}
	for _, bad := range []string{"style=", "<style", "onload=", "http:", "https:", `href="/`, `src="/`} {
		if strings.Contains(index, bad) {
			t.Errorf("index.html contains %s", bad)
		}
	}
	data := `<script type="application/json" id="macrowatch-opening">__OPENING__</script>` // browsers run no script of this type
	if regexp.MustCompile(`<script[^>]*>[^<]`).MatchString(strings.Replace(index, data, "", 1)) {
		t.Error("index.html has an inline script")
	}
}
