package e2e

import (
	"strings"
	"testing"
)

// Like a record of an earlier version, this record does not say which edition of the sample desk wrote it.
func TestADemoShowsTheRecordOfAnotherVersionAndDoesNotChangeIt(t *testing.T) {
	t.Parallel()
	dir := deskDir(t)
	s := servePrivate(t, dir)
	url := databaseURL(t, dir)
	mustSQL(t, url, "DELETE FROM macrowatch_settings WHERE key = 'sample_edition'")
	const contents = `SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM portfolio_state t`
	before := scalar[string](t, url, contents)
	s.stop(t)
	demo := demoAt(t, dir)
	if !strings.Contains(demo.log.String(), "made by another version") {
		t.Errorf("demo says %q", demo.log)
	}
	if after := scalar[string](t, url, contents); after != before {
		t.Error("the positions have changed")
	}
	if status, body := get(t, strings.TrimRight(demo.url, "/")+"/api/dashboards/uid/portfolio-performance/panels?from=now-10y&to=now"); status != 200 || strings.Contains(body, `"error"`) {
		t.Errorf("the record is not shown: %d", status)
	}
}
