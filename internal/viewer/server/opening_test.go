package server_test

import (
	"encoding/json"
	"html"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"macrowatch/internal/testkit/pgtest"
)

// TestThePageHasWhatItNeedsFirst reads from the page what the calls for the list and for the dashboard answer.
func TestThePageHasWhatItNeedsFirst(t *testing.T) {
	t.Parallel()
	hostile := board("hostile", "</script><!--__SETTINGS__", "SELECT 'secret query'")
	cfg := config(t, string(hostile.JSON), pgtest.New(t))
	cfg.Page = fstest.MapFS{"index.html": {Data: []byte(`<meta content="__SETTINGS__"><script type="application/json" id="macrowatch-opening">__OPENING__</script>`)}}
	ts := serve(t, cfg)
	read := func(text []byte) (v any) {
		_ = json.Unmarshal(text, &v) // nil if there is nothing
		return v
	}
	whole := get(t, ts.URL+"/api/dashboards/uid/hostile?queries=none").body
	for path, dashboard := range map[string]string{
		"/":                  whole,
		"/d/hostile/hostile": whole,
		"/d/cheese/cheese":   "",
	} {
		page := get(t, ts.URL+path).body
		m := regexp.MustCompile(`^<meta content="([^"]*)"><script type="application/json" id="macrowatch-opening">([^<]*)</script>$`).FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("%s answers with %s", path, page)
		}
		if settings := html.UnescapeString(m[1]); !json.Valid([]byte(settings)) {
			t.Errorf("%s: the settings are %s", path, settings)
		}
		if strings.Contains(page, "secret query") {
			t.Errorf("%s has a query", path)
		}
		var opening struct{ Search, Dashboard json.RawMessage }
		if err := json.Unmarshal([]byte(m[2]), &opening); err != nil {
			t.Fatalf("%s: %v in %s", path, err, m[2])
		}
		if want := get(t, ts.URL+"/api/search").body; !reflect.DeepEqual(read(opening.Search), read([]byte(want))) {
			t.Errorf("%s lists %s, want %s", path, opening.Search, want)
		}
		if !reflect.DeepEqual(read(opening.Dashboard), read([]byte(dashboard))) {
			t.Errorf("%s has the dashboard %s, want %s", path, opening.Dashboard, dashboard)
		}
	}
}
