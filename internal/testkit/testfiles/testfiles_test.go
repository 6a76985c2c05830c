package testfiles

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// The files are found in whatever folder a test runs.
func TestFilesAreFoundFromAnyFolder(t *testing.T) {
	const name = "market/instruments.csv"
	before, packed := Read(t, name), Read(t, "published-risk/edhec.csv")
	if _, source, _, _ := runtime.Caller(0); filepath.IsAbs(source) { // with -trimpath, the files are found only from the test's folder
		t.Chdir(t.TempDir())
	}
	if !bytes.Equal(Read(t, name), before) || !bytes.Equal(Read(t, "published-risk/edhec.csv"), packed) {
		t.Error("another folder has other files")
	}
	written, err := os.ReadFile(Unpack(t, "published-risk/edhec.csv"))
	if err != nil || !bytes.Equal(written, packed) || !bytes.HasPrefix(packed, []byte("date,")) {
		t.Errorf("%d bytes were unpacked, want %d: %v", len(written), len(packed), err)
	}
}

// A program that was compiled with -trimpath does not know where its sources were.
func TestTheModuleIsAboveAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	deep := filepath.Join(dir, "a", "b")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a", "go.mod"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, folder, want string }{
		{"deep below", deep, filepath.Join(dir, "a")},
		{"the module's own", filepath.Join(dir, "a"), filepath.Join(dir, "a")},
		{"outside", dir, ""},
		{"a package's path", "macrowatch/internal/testkit/testfiles", ""},
		{"no folder", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := moduleAbove(c.folder); got != c.want {
				t.Errorf("above %q: got %q, want %q", c.folder, got, c.want)
			}
		})
	}
}

func TestThePriceHistoryIsWhole(t *testing.T) {
	t.Parallel()
	instruments, prices := Instruments(t), Prices(t)
	if len(instruments) != 51 || len(prices) != 327_876 {
		t.Fatalf("%d instruments and %d prices, want 51 and 327,876", len(instruments), len(prices))
	}
	known := map[string]int{}
	for _, i := range instruments {
		known[i.Name] = 0
	}
	for n, p := range prices {
		if _, ok := known[p.Instrument]; !ok || p.Validate() != nil {
			t.Fatalf("price %d: %+v: %v", n, p, p.Validate())
		}
		if before := prices[max(n-1, 0)]; n > 0 && !before.Date.Before(p.Date) && (before.Date != p.Date || before.Instrument >= p.Instrument) {
			t.Fatalf("%+v stands after %+v", p, before)
		}
		known[p.Instrument]++
	}
	for _, row := range Rows(t, "market/sources.csv") {
		var rows int
		if err := json.Unmarshal([]byte(row["rows"]), &rows); err != nil {
			t.Fatal(err)
		}
		known[row["instrument"]] -= rows
	}
	for name, left := range known {
		if left != 0 {
			t.Errorf("%s: %d prices more than its sources are said to have", name, left)
		}
	}
}

// everyFile visits the files of testdata by their names without .gz.
func everyFile(t *testing.T, visit func(name, onDisk string, size int64)) {
	t.Helper()
	folder := filepath.Join(root(t), "testdata")
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "README.md" {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		onDisk, err := filepath.Rel(folder, path)
		visit(strings.TrimSuffix(filepath.ToSlash(onDisk), ".gz"), filepath.ToSlash(onDisk), info.Size())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryFileIsReadableAndItsSourceIsSaid(t *testing.T) {
	t.Parallel()
	readme, total, files := string(Read(t, "README.md")), int64(0), 0
	everyFile(t, func(name, onDisk string, size int64) {
		total, files = total+size, files+1
		if !strings.Contains(readme, "`"+onDisk+"`") {
			t.Errorf("README.md does not say where %s comes from", onDisk)
		}
		content := Read(t, name)
		switch filepath.Ext(name) {
		case ".csv":
			if len(Rows(t, name)) == 0 {
				t.Errorf("%s has no rows", name)
			}
		case ".json":
			if !json.Valid(content) {
				t.Errorf("%s is not JSON", name)
			}
		case ".jsonl":
			for n, line := range bytes.Split(bytes.TrimSpace(content), []byte("\n")) {
				if !json.Valid(line) {
					t.Errorf("%s: line %d is not JSON", name, n+1)
				}
			}
		case ".sql":
			if !bytes.HasPrefix(content, []byte("-- ")) {
				t.Errorf("%s does not say what it is", name)
			}
		default:
			t.Errorf("%s is of an unknown kind", name)
		}
	})
	if files < 30 || total > 4<<20 {
		t.Errorf("%d files of %d bytes", files, total)
	}
}

func TestForeignDashboardsAreLookedForWhereTheyMayBe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	project, beside, named, empty := filepath.Join(dir, "clone"), filepath.Join(dir, "shared", "data", "dashboards"), filepath.Join(dir, "clone", "mine"), filepath.Join(dir, "empty")
	for _, folder := range []string{project, named, empty} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	look := func(variable string, want ...string) {
		t.Helper()
		got, err := foreignDashboards(project, variable)
		if err != nil || strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%q: got %q, %v, want %q", variable, got, err, want)
		}
	}
	look("")
	for _, folder := range []string{beside, named} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "one.json"), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	look("", filepath.Join(beside, "one.json"))
	look(named, filepath.Join(named, "one.json"))
	look("mine", filepath.Join(named, "one.json"))
	if _, err := foreignDashboards(project, empty); err == nil || !strings.Contains(err.Error(), empty) {
		t.Errorf("an empty folder that is named: %v", err)
	}
}
