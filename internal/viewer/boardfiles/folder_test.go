package boardfiles_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"macrowatch/internal/viewer/boardfiles"
	"macrowatch/internal/viewer/model"
)

// folder is a folder of dashboards that a test writes, with a clock that it moves.
type folder struct {
	t    *testing.T
	dir  string
	now  time.Time
	read *boardfiles.Folder
}

func newFolder(t *testing.T) *folder {
	f := &folder{t: t, dir: t.TempDir(), now: time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)}
	f.read = boardfiles.New(f.dir, boardfiles.Options{Taken: map[string]string{"pipeline-health": "Pipeline Health"}, Now: func() time.Time { return f.now }})
	return f
}

// write writes a file as a plain program does, and dates it an hour back.
func (f *folder) write(path, text string) {
	f.t.Helper()
	full := filepath.Join(f.dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
		f.t.Fatal(err)
	}
	f.date(path, f.now.Add(-time.Hour))
}

func (f *folder) date(path string, at time.Time) {
	f.t.Helper()
	if err := os.Chtimes(filepath.Join(f.dir, path), at, at); err != nil {
		f.t.Fatal(err)
	}
}

// does ends the test if something could not be done.
func (f *folder) does(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// list reads the folder and returns a line for each dashboard.
func (f *folder) list() []string {
	f.t.Helper()
	var all []string
	uids := map[string]bool{}
	for _, b := range f.read.Read() {
		if uids[b.UID] || b.UID == "pipeline-health" || b.UID == "" || b.Slug == "" || b.Title == "" {
			f.t.Errorf("%+v can't be served beside the others", b)
		}
		uids[b.UID] = true
		if (b.Fault == "") == (b.JSON == nil) {
			f.t.Errorf("%s has both or neither of a dashboard and a fault", b.File)
		}
		line := b.File + " " + b.Title
		if b.Fault != "" {
			line = b.File + ": " + b.Fault
		} else if _, err := model.Parse(b.JSON); err != nil {
			f.t.Errorf("%s: %v", b.File, err)
		}
		all = append(all, line)
	}
	return all
}

func (f *folder) has(want ...string) {
	f.t.Helper()
	if got := f.list(); !slices.Equal(got, want) {
		f.t.Errorf("the folder has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// titled is a small dashboard.
func titled(title, more string) string {
	return fmt.Sprintf(`{"title": %q, "schemaVersion": 39%s, "panels": [{"type": "stat", "gridPos": {"x": 0, "y": 0, "w": 8, "h": 4}, "targets": [{"rawSql": "SELECT 1"}]}]}`, title, more)
}

func TestChangesOfFilesAreNoticed(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.has()
	f.write("a.json", titled("A", ""))
	f.write("notes.txt", "no dashboard")
	f.write(".hidden.json", "{")
	f.write("fx/carry.JSON", titled("Carry", ""))
	f.has("a.json A", "fx/carry.JSON Carry")

	t.Log("written in place")
	f.write("a.json", titled("Another", ""))
	f.has("a.json Another", "fx/carry.JSON Carry")

	t.Log("written in place with as many bytes, at a later time")
	f.write("a.json", titled("Onother", ""))
	f.date("a.json", f.now.Add(-time.Minute))
	f.has("a.json Onother", "fx/carry.JSON Carry")

	t.Log("replaced by a file of the same length and date, as cp -p and mv do")
	f.write("x.tmp", titled("Unother", ""))
	f.date("x.tmp", f.now.Add(-time.Minute))
	f.does(os.Rename(filepath.Join(f.dir, "x.tmp"), filepath.Join(f.dir, "a.json")))
	f.has("a.json Unother", "fx/carry.JSON Carry")

	t.Log("broken and repaired")
	f.write("a.json", "{")
	f.has("a.json: It is not JSON: it ends too early, in line 1.", "fx/carry.JSON Carry")
	f.write("a.json", titled("A", ""))
	f.has("a.json A", "fx/carry.JSON Carry")

	t.Log("a folder renamed, a file removed")
	f.does(os.Rename(filepath.Join(f.dir, "fx"), filepath.Join(f.dir, "rates")))
	f.has("a.json A", "rates/carry.JSON Carry")
	f.does(os.Remove(filepath.Join(f.dir, "a.json")))
	f.has("rates/carry.JSON Carry")

	t.Log("the folder itself gone and back")
	f.does(os.Rename(f.dir, f.dir+"-away"))
	f.has(": The folder can't be read: it does not exist, or its link leads to nothing.")
	f.does(os.Rename(f.dir+"-away", f.dir))
	f.has("rates/carry.JSON Carry")
}

// Kubernetes mounts a config map as links through a link "..data", and exchanges that one link for all files at once.
func TestAnExchangedLinkChangesAllFiles(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.write("..2026_01/a.json", titled("A 1", ""))
	f.write("..2026_01/b.json", titled("B 1", ""))
	f.write("..2026_02/a.json", titled("A 2", ""))
	f.write("..2026_02/b.json", titled("B 2", ""))
	f.does(os.Symlink("..2026_01", filepath.Join(f.dir, "..data")))
	f.does(os.Symlink("..data/a.json", filepath.Join(f.dir, "a.json")))
	f.does(os.Symlink("..data/b.json", filepath.Join(f.dir, "b.json")))
	f.has("a.json A 1", "b.json B 1")
	f.does(os.Symlink("..2026_02", filepath.Join(f.dir, "..data_tmp")))
	f.does(os.Rename(filepath.Join(f.dir, "..data_tmp"), filepath.Join(f.dir, "..data")))
	f.has("a.json A 2", "b.json B 2")
}

// An editor may be writing a file when it is read. The dashboard of before stays until the file is whole, or until it has
// been left as it is for a while.
func TestAFileThatIsBeingWrittenBreaksNothing(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.write("a.json", titled("A", ""))
	f.has("a.json A")
	f.write("a.json", titled("Longer", "")[:40])
	f.date("a.json", f.now)
	f.has("a.json A")
	f.write("a.json", titled("Longer", ""))
	f.date("a.json", f.now)
	f.has("a.json Longer")
	f.write("a.json", "")
	f.date("a.json", f.now)
	f.has("a.json Longer")
	f.now = f.now.Add(3 * time.Second)
	f.has("a.json: It is empty, and not JSON.")
	f.write("b.json", "{") // was never in order
	f.date("b.json", f.now)
	f.has("a.json: It is empty, and not JSON.", "b.json: It is not JSON: it ends too early, in line 1.")
}

func TestABrokenFileSaysWhyAndBreaksNothingElse(t *testing.T) {
	t.Parallel()
	wide := strings.Repeat(`{"type":"stat"},`, 501)
	for want, text := range map[string]string{
		"It is empty, and not JSON.":                                             "  \n",
		"It is not JSON: line 2, column 2 is wrong.":                             "{\n a: 1}",
		"It is not JSON: line 1, column 1 is wrong.":                             "secret: value",
		"It is not a text in UTF-8.":                                             "{\"title\": \"\xff\"}",
		"It is JSON, but not a dashboard of Grafana's: it has no panels.":        `{"title": "x", "apiVersion": 1}`,
		"It is JSON, but not a dashboard of Grafana's: that is an object with p": `[1, 2]`,
		"It has no title.":                                                       `{"panels": []}`,
		"It has no title. ":                                                      titled("\u202e \u200b", ""),
		"Title is a JSON number where Grafana has another type.":                 `{"title": 7, "panels": []}`,
		"Panels.id is a JSON string where Grafana has another type.":             `{"title": "x", "panels": [{"id": "one"}]}`,
		"The dashboard has schema version 22":                                    `{"title": "x", "schemaVersion": 22, "panels": []}`,
		"The dashboard has the form that Grafana used before version 5 (rows).":  `{"title": "x", "rows": [{"panels": []}]}`,
		"The dashboard has the form of a resource (dashboard.grafana.app/v2)":    `{"apiVersion": "dashboard.grafana.app/v2", "spec": {"title": "x"}}`,
		"Its uid has other characters than letters, digits, - and _":             titled("x", `, "uid": "../../etc"`),
		"Its uid has other characters than letters, digits, - and _, or":         titled("x", `, "uid": "`+strings.Repeat("u", 41)+`"`),
		"Its uid pipeline-health is that of the dashboard Pipeline Health":       titled("x", `, "uid": "pipeline-health"`),
		"Its uid fx is also that of the file good.json.":                         titled("x", `, "uid": "fx"`),
		"It is larger than 2 MiB.":                                               titled("x", `, "pad": "`+strings.Repeat("x", 2<<20)+`"`),
		"Its JSON has lists and objects more than 64 deep within each other.":    titled("x", `, "pad": `+strings.Repeat("[", 100)+strings.Repeat("]", 100)),
		"Its JSON has lists and objects more than 64 deep within each":           strings.Repeat("[", 100_000),
		"It has 501 panels, and 500 is the most.":                                `{"title": "x", "panels": [` + strings.TrimSuffix(wide, ",") + `]}`,
		"It has 502 panels, and 500 is the most.":                                `{"title": "x", "panels": [{"type": "row", "panels": [` + strings.TrimSuffix(wide, ",") + `]}]}`,
		"One of its panels has 51 queries, and 50 is the most.":                  `{"title": "x", "panels": [{"targets": [` + strings.TrimSuffix(strings.Repeat(`{},`, 51), ",") + `]}]}`,
		"It has 101 variables, and 100 is the most.":                             titled("x", `, "templating": {"list": [`+strings.TrimSuffix(strings.Repeat(`{},`, 101), ",")+`]}`),
		"The values of its inputs make it too large.":                            titled("x", `, "__inputs": [{"name": "V", "type": "constant", "value": "`+strings.Repeat("v", 100_000)+`"}], "pad": "`+strings.Repeat("${V}", 100_000)+`"`),
	} {
		t.Run(want, func(t *testing.T) {
			f := newFolder(t)
			f.write("good.json", titled("Good", `, "uid": "fx"`))
			f.write("zz/bad.json", text)
			got := f.list()
			if len(got) != 2 || got[0] != "good.json Good" || !strings.HasPrefix(got[1], "zz/bad.json: "+strings.TrimSpace(want)) || !strings.HasSuffix(got[1], ".") {
				t.Errorf("%q, want %q", got, want)
			}
			if strings.Contains(got[1], "secret") {
				t.Error("the sentence repeats what the file says")
			}
		})
	}
}

func TestFilesThatAreNoneSayWhy(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.write("good.json", titled("Good", ""))
	f.does(os.Symlink("circle.json", filepath.Join(f.dir, "circle.json")))
	f.does(os.Symlink("nowhere", filepath.Join(f.dir, "dangling.json")))
	f.does(syscall.Mkfifo(filepath.Join(f.dir, "pipe.json"), 0o600))
	f.does(os.Symlink("/dev/zero", filepath.Join(f.dir, "zero.json")))
	f.does(os.Mkdir(filepath.Join(f.dir, "loop"), 0o755))
	f.does(os.Symlink("..", filepath.Join(f.dir, "loop", "up")))
	f.does(os.Symlink("good.json", filepath.Join(f.dir, "linked.json")))
	f.does(os.MkdirAll(filepath.Join(f.dir, "1/2/3/4/5/6/7/8/9"), 0o755))
	f.has(
		"circle.json: It can't be read: its link leads in a circle.",
		"dangling.json: It can't be read: it does not exist, or its link leads to nothing.",
		"good.json Good", "linked.json Good",
		"pipe.json: It is no file that can be read, but a pipe, a socket or a device.",
		"zero.json: It is no file that can be read, but a pipe, a socket or a device.",
		"1/2/3/4/5/6/7/8/9: It lies more than 8 folders deep.",
		"loop/up: It is a link to a folder that it is in itself.",
	)
}

func TestAFolderWithTooMuchSaysSo(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	for i := range 1001 {
		f.write(fmt.Sprintf("%04d.json", i), titled(fmt.Sprintf("%04d", i), ""))
	}
	if got := f.list(); len(got) != 1001 || got[1000] != ": The folder has more than 1000 dashboards or 20000 files. The others are left out." {
		t.Errorf("%d dashboards, the last is %s", len(got), got[len(got)-1])
	}
	f = newFolder(t)
	pad := strings.Repeat("x", 2<<20-1000)
	for i := range 34 {
		f.write(fmt.Sprintf("%02d.json", i), titled(fmt.Sprintf("%02d", i), `, "pad": "`+pad+`"`))
	}
	got := f.list()
	if len(got) != 34 || got[31] != "31.json 31" || got[33] != "33.json: The files of the folder have more than 64 MiB together, and this one is left out." {
		t.Errorf("%d dashboards: %q", len(got), got[31:])
	}
}

// Nobody takes another file's page away: not a file with an earlier name, and not one in another folder.
func TestTheUidStaysWithTheFileThatHasIt(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.write("fx/carry.json", titled("Carry", `, "uid": "carry"`))
	f.has("fx/carry.json Carry")
	for _, thief := range []string{"0.json", "fx/a.json", "zz/z.json"} {
		f.write(thief, titled("Thief", `, "uid": "carry"`))
		for range 2 {
			if got := strings.Join(f.list(), "\n"); !strings.Contains(got, "fx/carry.json Carry") || !strings.Contains(got, thief+": Its uid carry is also that of the file fx/carry.json.") {
				t.Errorf("%s: %s", thief, got)
			}
		}
		f.does(os.Remove(filepath.Join(f.dir, thief)))
	}
	f.write("a.json", titled("Other", `, "uid": "carry"`))
	f.does(os.Remove(filepath.Join(f.dir, "fx/carry.json")))
	f.has("a.json Other")
	t.Log("at the start, the file in the fewest folders has it")
	f = newFolder(t)
	f.write("a/carry.json", titled("Deep", `, "uid": "carry"`))
	f.write("b.json", titled("High", `, "uid": "carry"`))
	f.write("c.json", titled("High", `, "uid": "carry"`))
	f.has("c.json: Its uid carry is also that of the file b.json. Give one of them another uid.", "b.json High", "a/carry.json: Its uid carry is also that of the file b.json. Give one of them another uid.")
}

func TestAFileWithoutAUidHasAStableOne(t *testing.T) {
	t.Parallel()
	uids := func(f *folder) map[string]string {
		out := map[string]string{}
		for _, b := range f.read.Read() {
			out[b.File] = b.UID
		}
		return out
	}
	f := newFolder(t)
	f.write("a.json", titled("A", ""))
	f.write("b/a.json", titled("A", `, "uid": null`))
	f.write("c.json", titled("C", `, "uid": "carry"`))
	first := uids(f)
	if first["a.json"] == first["b/a.json"] || len(first["a.json"]) > 40 || first["c.json"] != "carry" {
		t.Fatalf("%v", first)
	}
	t.Log("another program, another title, other files: the uid stays")
	again := newFolder(t)
	again.write("0.json", titled("0", ""))
	again.write("a.json", titled("Another", ""))
	again.write("b/a.json", "{")
	if second := uids(again); second["a.json"] != first["a.json"] || second["b/a.json"] != first["b/a.json"] {
		t.Errorf("%v, then %v", first, second)
	}
	t.Log("a file that breaks keeps its uid, so that the open page says what is wrong with it")
	f.write("c.json", "{")
	if got := uids(f); got["c.json"] != "carry" {
		t.Errorf("%v", got)
	}
	t.Log("unless another file has taken the uid")
	f.write("d.json", titled("D", `, "uid": "carry"`))
	if got := uids(f); got["c.json"] == "carry" || got["d.json"] != "carry" {
		t.Errorf("%v", got)
	}
	t.Log("a file can't take the uid of another's page")
	f.write("0.json", titled("Thief", `, "uid": "`+first["a.json"]+`"`))
	if got := uids(f); got["0.json"] != first["a.json"] || got["a.json"] == first["a.json"] || got["a.json"] == "" {
		t.Errorf("%v", got)
	}
}
