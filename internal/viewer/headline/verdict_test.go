package headline_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/headline"
	"macrowatch/internal/viewer/request"
)

// verdictSettings are the settings of a stat that shows the columns word and line.
const verdictSettings = `"options": {"textMode": "value", "reduceOptions": {"values": false, "calcs": ["lastNotNull"], "fields": "/^(word|line)$/"}},
	"fieldConfig": {"defaults": {"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": [{"value": null, "color": "text"}]}},
	"overrides": [{"matcher": {"id": "byName", "options": "word"}, "properties": [{"id": "mappings", "value": [{"type": "value", "options": {
		"GOOD": {"color": "green", "index": 0, "text": "GOOD"}, "SLOW": {"color": "yellow", "index": 1, "text": "SLOW"}, "BAD": {"color": "red", "index": 2, "text": "BAD"},
		"IDLE": {"color": "#8e8e8e", "index": 3, "text": "IDLE"}}}]}]}]}`

func TestAVerdictIsWhatThePanelSaysAndWhatItsQuerySaysBesides(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	at := time.Date(2025, time.May, 30, 6, 1, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		sql  string
		want *headline.Verdict
	}{
		"bad": {"SELECT 'BAD' AS word, 'Today: 1 of 3 done' AS line, '2 failed' AS brief, 2::bigint AS wrong, timestamptz '2025-05-30 06:01Z' AS since",
			&headline.Verdict{Word: "BAD", Severity: headline.Critical, Text: "Today: 1 of 3 done", Brief: "2 failed", Wrong: 2, Since: at}},
		"slow": {"SELECT 'SLOW' AS word, 'x' AS line, '1 late' AS brief, 1::bigint AS wrong, timestamptz '2025-05-30 06:01Z' AS since",
			&headline.Verdict{Word: "SLOW", Severity: headline.Warning, Text: "x", Brief: "1 late", Wrong: 1, Since: at}},
		"good, since never": {"SELECT 'GOOD' AS word, 'x' AS line, 'All done' AS brief, 0::bigint AS wrong, NULL::timestamptz AS since",
			&headline.Verdict{Word: "GOOD", Severity: headline.OK, Text: "x", Brief: "All done"}},
		"idle": {"SELECT 'IDLE' AS word, 'x' AS line, 'Nothing due' AS brief, 0::bigint AS wrong, NULL::timestamptz AS since",
			&headline.Verdict{Word: "IDLE", Text: "x", Brief: "Nothing due"}},
		"it is about now, whatever the hour": {"SELECT 'GOOD' AS word, to_char($__timeTo()::timestamptz AT TIME ZONE 'UTC', 'HH24:MI') AS line, 'All done' AS brief",
			&headline.Verdict{Word: "GOOD", Severity: headline.OK, Text: "12:00", Brief: "All done"}},
		"nothing to judge":         {"SELECT 'IDLE' AS word, 'x' AS line, NULL::text AS brief, 0::bigint AS wrong, NULL::timestamptz AS since", nil},
		"a query without a column": {"SELECT 'IDLE' AS word, 'x' AS line", nil},
		"no row":                   {"SELECT 'IDLE' AS word, 'x' AS line, 'x' AS brief WHERE false", nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := b.Dashboard(boardOf("stat", c.sql, verdictSettings))
			got, err := headline.ReadVerdict(t.Context(), paneltest.Runner(b.Pool), d, 1, headline.Options{Now: paneltest.Noon()})
			if err != nil {
				t.Fatal(err)
			}
			if got != nil {
				got.Since = got.Since.UTC()
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAVerdictThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for name, c := range map[string]struct {
		board, part string
		panel       int
	}{
		"a table is missing": {boardOf("stat", "SELECT v AS word FROM no_such_table", verdictSettings), "no_such_table", 1},
		"no such panel":      {boardOf("stat", "SELECT 1 AS word", verdictSettings), "panel 7", 7},
		"it is no stat":      {boardOf("table", "SELECT 'BAD' AS word, 'x' AS brief", ""), "shows no value", 1},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := headline.ReadVerdict(t.Context(), paneltest.Runner(b.Pool), b.Dashboard(c.board), c.panel, headline.Options{Now: paneltest.Noon()})
			if err == nil || got != nil || !strings.Contains(err.Error(), c.part) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// counting counts the queries that it passes on.
type counting struct {
	request.Querier
	queries int
}

func (c *counting) Query(ctx context.Context, sql, format string, fill *data.FillMissing) (*data.Frame, error) {
	c.queries++
	return c.Querier.Query(ctx, sql, format, fill)
}

func TestAVerdictAsksOneQueryWhateverVariablesTheDashboardHas(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	const variable = `{"templating": {"list": [{"name": "step", "type": "query", "query": "SELECT 'a'", "datasource": {"type": "grafana-postgresql-datasource"}}]}, `
	board := variable + strings.TrimPrefix(boardOf("stat", "SELECT 'GOOD' AS word, 'x' AS line, 'All done' AS brief", verdictSettings), "{")
	q := &counting{Querier: paneltest.Runner(b.Pool)}
	d := b.Dashboard(board)
	got, err := headline.ReadVerdict(t.Context(), q, d, 1, headline.Options{Now: paneltest.Noon()})
	if err != nil || got == nil || got.Brief != "All done" || q.queries != 1 || len(d.Variables) != 1 {
		t.Errorf("%+v, %v after %d queries", got, err, q.queries)
	}
}
