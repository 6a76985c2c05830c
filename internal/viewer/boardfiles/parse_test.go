package boardfiles_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"macrowatch/internal/testkit/testfiles"
	"macrowatch/internal/viewer/boardfiles"
	"macrowatch/internal/viewer/model"
)

// one reads a folder with one file.
func one(t testing.TB, text string) boardfiles.Board {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	all := boardfiles.New(dir, boardfiles.Options{}).Read()
	if len(all) != 1 {
		t.Fatalf("%d dashboards in one file", len(all))
	}
	return all[0]
}

// in returns what stands in a dashboard at a path of keys and positions.
func in(t *testing.T, b boardfiles.Board, path ...any) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(b.JSON, &v); err != nil {
		t.Fatalf("%v; %s", err, b.Fault)
	}
	for _, step := range path {
		switch step := step.(type) {
		case string:
			v = v.(map[string]any)[step]
		case int:
			v = v.([]any)[step]
		}
	}
	return v
}

func TestEveryFormOfADashboardIsRead(t *testing.T) {
	t.Parallel()
	plain := titled("Carry", `, "uid": "carry", "tags": ["fx", "em"]`)
	for name, text := range map[string]string{
		"plain":                  plain,
		"with a byte order mark": "\ufeff" + plain,
		"of the API":             `{"meta": {"folderTitle": "FX"}, "dashboard": ` + plain + `}`,
		"to be imported":         `{"dashboard": ` + plain + `, "overwrite": true, "folderUid": "x"}`,
		"a resource":             `{"apiVersion": "dashboard.grafana.app/v1beta1", "kind": "Dashboard", "metadata": {"name": "other"}, "spec": ` + plain + `}`,
		"a resource named":       `{"apiVersion": "dashboard.grafana.app/v0alpha1", "kind": "Dashboard", "metadata": {"name": "carry"}, "spec": ` + strings.Replace(plain, `"uid": "carry", `, "", 1) + `}`,
		"an export":              strings.Replace(plain, "{", `{"__inputs": [], "__elements": {}, "__requires": [{"type": "grafana"}], `, 1),
	} {
		if b := one(t, text); b.Fault != "" || b.UID != "carry" || b.Title != "Carry" || b.Slug != "carry" || !reflect.DeepEqual(b.Tags, []string{"fx", "em"}) || b.Folder != "Own dashboards" {
			t.Errorf("%s: %+v", name, b)
		}
	}
	if b := one(t, `{"title": "Empty", "panels": []}`); b.Fault != "" {
		t.Errorf("an empty dashboard: %s", b.Fault)
	}
}

func TestTheDataSourceIsTheDesksDatabase(t *testing.T) {
	t.Parallel()
	desk := map[string]any{"type": "grafana-postgresql-datasource", "uid": "timescaledb"}
	head := `{"title": "x", "schemaVersion": 39, "__inputs": [{"name": "DS_DESK", "type": "datasource", "pluginId": "postgres"},
		{"name": "DS_PROM", "type": "datasource", "pluginId": "prometheus"}, {"name": "VAR_BOOK", "type": "constant", "value": "MACRO"}],
		"templating": {"list": [{"name": "source", "type": "datasource", "query": "grafana-postgresql-datasource"}, {"name": "logs", "type": "datasource", "query": "loki"},
		{"name": "step", "type": "query", "datasource": "${DS_DESK}", "query": "SELECT '${VAR_BOOK}'"}]},
		"annotations": {"list": [{"name": "a", "datasource": {"uid": "$source"}, "rawQuery": "SELECT 1"}]},
		"panels": [{"type": "stat", "datasource": `
	for given, want := range map[string]any{
		`{"type": "postgres", "uid": "${DS_DESK}"}`: desk,
		`{"uid": "${DS_DESK}"}`:                     desk,
		`"${DS_DESK}"`:                              desk,
		`"$source"`:                                 desk,
		`{"uid": "[[source]]"}`:                     desk,
		`{"type": "postgres", "uid": "elsewhere"}`:  map[string]any{"type": "postgres", "uid": "elsewhere"},
		`{"uid": "${DS_PROM}"}`:                     map[string]any{"type": "prometheus", "uid": "${DS_PROM}"},
		`{"uid": "$logs"}`:                          map[string]any{"type": "loki", "uid": "$logs"},
		`null`:                                      nil,
	} {
		b := one(t, head+given+`, "targets": [{"rawSql": "SELECT 1", "datasource": `+given+`}]}]}`)
		if got := in(t, b, "panels", 0, "datasource"); !reflect.DeepEqual(got, want) {
			t.Errorf("%s became %v", given, got)
		}
		if got := in(t, b, "panels", 0, "targets", 0, "datasource"); !reflect.DeepEqual(got, want) {
			t.Errorf("of a query %s became %v", given, got)
		}
		if got := in(t, b, "templating", "list", 2); !reflect.DeepEqual(got.(map[string]any)["datasource"], any(desk)) || got.(map[string]any)["query"] != "SELECT 'MACRO'" {
			t.Errorf("a variable: %v", got)
		}
		if got := in(t, b, "annotations", "list", 0, "datasource"); !reflect.DeepEqual(got, any(desk)) {
			t.Errorf("an annotation: %v", got)
		}
		if got := in(t, b, "templating", "list", 0); got.(map[string]any)["type"] != "constant" || got.(map[string]any)["query"] != "timescaledb" {
			t.Errorf("there is nothing to choose: %v", got)
		}
	}
}

func TestTitlesDoNotImitateThePage(t *testing.T) {
	t.Parallel()
	b := one(t, `{"title": "Pipe\u202eline\n\tHealth\u200b", "uid": "x", "schemaVersion": 39, "tags": ["a\u0000b"],
		"panels": [{"type": "row", "title": "\u2067Row\u2069"}, {"type": "text", "title": "`+strings.Repeat("long ", 100)+`", "description": "line\nline\u202d",
			"options": {"content": "# A\n\ttab \u202e"}, "targets": [{"rawSql": "SELECT '\u202ex'\n"}], "links": [{"title": "go\r\n", "url": "https://example.com"}]}],
		"links": [{"title": "\u202elink", "url": "/d/x", "tooltip": "a\nb"}], "templating": {"list": [{"name": "v", "label": "\u202eLabel", "type": "custom", "query": "a\u202e,b"}]}}`)
	for want, got := range map[string]any{
		"Pipeline Health": b.Title, "Row": in(t, b, "panels", 0, "title"), "line\nline": in(t, b, "panels", 1, "description"), "# A\n\ttab ": in(t, b, "panels", 1, "options", "content"),
		"SELECT 'x'\n": in(t, b, "panels", 1, "targets", 0, "rawSql"), "go": in(t, b, "panels", 1, "links", 0, "title"), "link": in(t, b, "links", 0, "title"), "a b": in(t, b, "links", 0, "tooltip"),
		"Label": in(t, b, "templating", "list", 0, "label"), "a,b": in(t, b, "templating", "list", 0, "query"), "ab": b.Tags[0],
	} {
		if got != want {
			t.Errorf("%q is shown, want %q", got, want)
		}
	}
	if got := in(t, b, "panels", 1, "title").(string); utf8.RuneCountInString(got) != 201 || !strings.HasSuffix(got, "…") {
		t.Errorf("a title of %d letters", utf8.RuneCountInString(got))
	}
	dir := t.TempDir()
	odd := "Macro Trading\u202e\n"
	if err := os.MkdirAll(filepath.Join(dir, odd, "b\xff"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, odd, "b\xff", "\u202ex\n.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	got := boardfiles.New(dir, boardfiles.Options{}).Read()[0]
	if got.Folder != "Own dashboards / Macro Trading / b" || got.File != "Macro Trading/b/x .json" || got.Title != "x .json" {
		t.Errorf("names of files and folders are shown as %q, %q, %q", got.Folder, got.File, got.Title)
	}
}

func TestPanelsStandWhereThePageCanShowThem(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		`[{"x":0,"y":0,"w":12,"h":8}, {"x":12,"y":0,"w":12,"h":4}, {"x":12,"y":4,"w":12,"h":4}]`: `0 0 12 8, 12 0 12 4, 12 4 12 4`, // as it should be
		`[{"x":0,"y":0,"w":24,"h":4}, {"x":0,"y":1000000,"w":24,"h":4}]`:                         `0 0 24 4, 0 4 24 4`,             // a mile below
		`[{"x":0,"y":0,"w":1000000000,"h":1e300}, {"x":-5,"y":-7,"w":-3,"h":0}]`:                 `0 0 24 200, 0 200 1 1`,          // beyond the grid
		`[{"x":0,"y":0,"w":12,"h":8}, {"x":6,"y":2,"w":12,"h":8}]`:                               `0 0 12 8, 6 8 12 8`,             // one upon the other
		`[{"x":0.4,"y":0,"w":7.6,"h":8.5}, {"x":23,"y":0,"w":8,"h":3}]`:                          `0 0 8 9, 16 0 8 3`,              // broken, and over the edge
		`[null, {"x":"one"}, "none"]`:                                                            `0 0 12 8, 0 8 12 8, 0 16 12 8`,  // no place
	} {
		var places []json.RawMessage
		if err := json.Unmarshal([]byte(given), &places); err != nil {
			t.Fatal(err)
		}
		var panels []string
		for _, p := range places {
			panels = append(panels, `{"type":"stat","gridPos":`+string(p)+`}`)
		}
		list := strings.Join(panels, ",")
		for form, text := range map[string]string{"open": list, "in a row": `{"type":"row","gridPos":{"x":3,"y":99,"w":2,"h":9},"panels":[` + list + `]}`} {
			b := one(t, `{"title":"x","schemaVersion":39,"panels":[`+text+`]}`)
			d, err := model.Parse(b.JSON)
			if err != nil {
				t.Fatal(err, b.Fault)
			}
			var got []string
			for _, p := range d.Panels {
				if p.Type == "row" {
					if p.GridPos != (model.GridPos{X: 0, Y: 0, W: 24, H: 1}) {
						t.Errorf("the row is at %v", p.GridPos)
					}
					continue
				}
				got = append(got, strings.Trim(strings.ReplaceAll(jsonOf(t, []int{p.GridPos.X, p.GridPos.Y, p.GridPos.W, p.GridPos.H}), ",", " "), "[]"))
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("%s, %s: %s, want %s", given, form, strings.Join(got, ", "), want)
			}
		}
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestAPageDoesNotLoadAllTheTime(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]any{`"1ms"`: "5s", `"999ms"`: "5s", `"1s"`: "5s", `"4s"`: "5s", `"5s"`: "5s", `"30s"`: "30s", `"1m"`: "1m", `""`: "", `false`: false, `"0s"`: "0s", `"99999999999999999999s"`: "99999999999999999999s"} {
		if got := in(t, one(t, titled("x", `, "refresh": `+given)), "refresh"); got != want {
			t.Errorf("refresh %s became %v", given, got)
		}
	}
}

// FuzzFile reads any file. It is a dashboard that the viewer can parse and the page can lay out, or it has a sentence that says
// why it is none.
func FuzzFile(f *testing.F) {
	f.Add([]byte(titled("x", `, "__inputs": [{"name": "V", "type": "constant", "value": "${V}"}], "templating": {"list": [{"name": "s", "type": "datasource"}]}`)))
	f.Add([]byte(`{"dashboard": {"title": "x", "panels": [{"type": "row", "panels": [{"gridPos": {"x": 1e300, "y": -1}}]}]}}`))
	f.Add([]byte(`{"rows": [{"panels": []}], "title": "\u202e"}`))
	f.Add(testfiles.Read(f, "grafana/proved-panels.json"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b := one(t, string(raw))
		if b.Fault != "" {
			if strings.ContainsAny(b.Fault, "\n\x00\u202e") || !strings.HasSuffix(b.Fault, ".") && !strings.HasSuffix(b.Fault, "…") && !strings.HasSuffix(b.Fault, "!") || b.JSON != nil {
				t.Errorf("%q is no sentence", b.Fault)
			}
			return
		}
		d, err := model.Parse(b.JSON)
		if err != nil || b.Title == "" || b.UID == "" || len(d.Panels) > 501 {
			t.Fatalf("%v: %+v", err, b)
		}
		for _, p := range d.Panels {
			if g := p.GridPos; g.X < 0 || g.W < 1 || g.X+g.W > 24 || g.Y < 0 || g.H < 1 || g.H > 200 || g.Y > 501*200 {
				t.Errorf("panel %d is at %+v", p.ID, g)
			}
			if strings.ContainsAny(p.Title, "\n\x00\u202e") {
				t.Errorf("panel %d has the title %q", p.ID, p.Title)
			}
		}
	})
}
