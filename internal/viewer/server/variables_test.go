package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/view"
)

const chosen = `{"uid":"chosen","title":"Chosen","time":{"from":"now-24h","to":"now"},"templating":{"list":[
{"name":"region","label":"Region","type":"custom","query":"EU,US","includeAll":true,"current":{"value":"EU","text":"EU"}},
{"name":"host","type":"query","multi":true,"query":"SELECT r || n FROM unnest(ARRAY[$region]) r, generate_series(1, 2) n ORDER BY 1"},
{"name":"days","type":"query","hide":2,"query":"SELECT count(*) FROM generate_series($__timeFrom()::timestamptz, $__timeTo()::timestamptz - interval '1 s', '1 day')"},
{"name":"text","type":"textbox","query":"any"}]},
"panels":[{"id":1,"type":"stat","title":"$host","gridPos":{"x":0,"y":0,"w":8,"h":4},
"targets":[{"refId":"A","format":"table","rawSql":"SELECT array_to_string(ARRAY[$host], '+') || ' $days $text' AS v"}],
"options":{"reduceOptions":{"fields":"/.*/"}}}]}`

func serveChosen(t *testing.T) *httptest.Server {
	t.Helper()
	return serve(t, config(t, chosen, pgtest.Migrated(t)))
}

func TestVariablesAreOfferedForTheRangeAsked(t *testing.T) {
	t.Parallel()
	ts := serveChosen(t)
	for address, want := range map[string]string{
		"":                                   "EU; EU1; 1; any",
		"?from=now-7d&to=now":                "EU; EU1; 7; any",
		"?var-region=US&var-host=US2":        "US; US2; 1; any",
		"?var-region=US&var-host=EU1":        "US; US1; 1; any", // what the choice of a region took away
		"?var-region=$__all&var-host=$__all": "All; EU1; 1; any",
		"?var-host=EU2&var-host=EU1":         "EU; EU2 + EU1; 1; any",
		"?var-text=it%27s&var-other=1":       "EU; EU1; 1; it's",
	} {
		t.Run(address, func(t *testing.T) {
			a := get(t, ts.URL+"/api/dashboards/uid/chosen/variables"+address)
			var got view.Variables
			if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.status != http.StatusOK {
				t.Errorf("%s: %d %s", address, a.status, a.body)
				return
			}
			var all []string
			for _, v := range got.Variables {
				all = append(all, v.Text)
			}
			if s := strings.Join(all, "; "); s != want {
				t.Errorf("%s: got %s, want %s", address, s, want)
			}
		})
	}
	a := get(t, ts.URL+"/api/dashboards/uid/chosen/variables")
	if !strings.Contains(a.body, `{"name":"region","label":"Region","kind":"custom","includeAll":true,"options":[{"text":"EU","value":"EU"},{"text":"US","value":"US"}],"current":["EU"],"text":"EU"}`) {
		t.Errorf("got %s", a.body)
	}
}

func TestPanelsTakeVariablesFromTheAddress(t *testing.T) {
	t.Parallel()
	ts := serveChosen(t)
	for address, want := range map[string]string{
		"": "EU1 1 any", "?var-host=EU1&var-host=EU2&var-text=it%27s": "EU1+EU2 1 it's", "?var-region=US&from=now-3d": "US1 3 any", "?var-unknown=x": "EU1 1 any",
	} {
		t.Run(address, func(t *testing.T) {
			for _, call := range []string{"/panels/1", "/panels"} {
				a := get(t, ts.URL+"/api/dashboards/uid/chosen"+call+address)
				var p view.Panel
				if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.View == nil || p.View.Stat == nil || p.View.Stat.Items[0].Value.Text != want {
					t.Errorf("%s%s: got %d %s, want %s", call, address, a.status, a.body, want)
				}
			}
		})
	}
}

func TestAVariablesValueThatIsNoChoiceIsABadRequest(t *testing.T) {
	t.Parallel()
	ts := serveChosen(t)
	for address, want := range map[string]string{
		"?var-region=Mars":             `the variable "region" has no value "Mars"; its values are: EU, US`,
		"?var-region=EU&var-region=US": `the variable "region" takes one value, not 2`,
		"?var-host=%27%20OR%20%271":    `the variable "host" has no value "' OR '1"; its values are: EU1, EU2`,
		"?var-days=1%3BDROP":           `the variable "days" has no value "1;DROP"; its values are: 1`,
		"?var-text=%00":                `the variable "text" holds bytes that are no text`,
	} {
		t.Run(address, func(t *testing.T) {
			for _, call := range []string{"/panels/1", "/panels", "/variables"} {
				if call == "/variables" && (strings.Contains(address, "host") || strings.Contains(address, "days")) {
					continue // the choices of a query may have changed: the bar falls back
				}
				a := get(t, ts.URL+"/api/dashboards/uid/chosen"+call+address)
				var got struct{ Message string }
				if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.status != http.StatusBadRequest || got.Message != want {
					t.Errorf("%s%s: got %d %s, want %s", call, address, a.status, a.body, want)
				}
			}
		})
	}
}
