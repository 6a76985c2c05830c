package server_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"macrowatch/internal/viewer/view"
)

// TestPagesAskForWhatTheyDraw asks as a page does, which draws neither data frames nor queries.
func TestPagesAskForWhatTheyDraw(t *testing.T) {
	t.Parallel()
	ts := serveSmall(t)
	path := ts.URL + "/api/dashboards/uid/small"
	panel := func(query string) (p view.Panel) {
		t.Helper()
		if err := json.Unmarshal([]byte(get(t, path+"/panels/1"+query).body), &p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	whole, brief := panel("?frames=all"), panel("?frames=none")
	if len(whole.Frames) == 0 || len(brief.Frames) != 0 || !reflect.DeepEqual(whole.View, brief.View) {
		t.Errorf("in whole %+v, without them %+v", whole, brief)
	}
	for _, line := range strings.Split(strings.TrimSpace(get(t, path+"/panels?frames=none").body), "\n") {
		if !strings.Contains(line, `"frames":null`) {
			t.Errorf("a panel has frames: %s", line)
		}
	}
	type dashboard struct {
		Dashboard struct {
			Title  string
			Panels []map[string]any
		}
	}
	read := func(query string) (d dashboard) {
		t.Helper()
		if err := json.Unmarshal([]byte(get(t, path+query).body), &d); err != nil {
			t.Fatal(err)
		}
		return d
	}
	all, layout := read(""), read("?queries=none")
	if len(all.Dashboard.Panels) == 0 || len(layout.Dashboard.Panels) != len(all.Dashboard.Panels) || layout.Dashboard.Title != all.Dashboard.Title {
		t.Fatalf("all of the dashboard: %+v, without them: %+v", all, layout)
	}
	for i, p := range layout.Dashboard.Panels {
		for _, key := range []string{"id", "type", "title", "gridPos"} {
			if !reflect.DeepEqual(p[key], all.Dashboard.Panels[i][key]) {
				t.Errorf("%s of panel %d is %v", key, i, p[key])
			}
		}
		if p["targets"] != nil || p["options"] != nil || p["fieldConfig"] != nil {
			t.Errorf("panel %d has queries: %v", i, p)
		}
	}
	for _, query := range []string{"?queries=no", "/panels?frames=0", "/panels/1?frames=false"} {
		if a := get(t, path+query); a.status != 400 || !strings.Contains(a.body, "all or none") {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
}
