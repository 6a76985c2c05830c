package chart_test

import (
	"fmt"
	"testing"

	"macrowatch/internal/testkit/paneltest"
)

// TestLinksOfSeveralSeriesAreWrittenOnce draws two series with links to the instant, and then with links that lead elsewhere.
func TestLinksOfSeveralSeriesAreWrittenOnce(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	const sql = `SELECT t::timestamptz AS time, m AS metric, v::float8 AS v FROM (VALUES
		('2025-05-30 06:00Z', 'a', 1), ('2025-05-30 06:00Z', 'b', 2), ('2025-05-30 07:00Z', 'a', 3)) x(t, m, v) ORDER BY 1`
	linked := func(url string) string {
		return fmt.Sprintf(`"fieldConfig": {"defaults": {"links": [{"title": "There", "url": %q}]}, "overrides": []}`, url)
	}

	day := b.View("timeseries", sql, linked("/d/x?at=${__value.time}")).TimeSeries.Series
	if links := day[0].Links; day[0].LinksOf != nil || len(links) != 2 || links[0][0].Href != "/d/x?at=1748584800000" || links[1][0].Href != "/d/x?at=1748588400000" {
		t.Errorf("the first series has the links %+v", links)
	}
	if of := day[1].LinksOf; of == nil || *of != 0 || len(day[1].Links) != 0 {
		t.Errorf("the second series has the links of %v and %+v", of, day[1].Links)
	}

	own := b.View("timeseries", sql, linked("/d/x?of=${__field.name}")).TimeSeries.Series
	if len(own[0].Links) != 2 || len(own[1].Links) != 1 || own[1].LinksOf != nil {
		t.Errorf("links of the series' own: %+v and %+v", own[0].Links, own[1].Links)
	}
}
