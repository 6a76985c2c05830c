package e2e

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// The intake stands behind the same door as the pages: the names, the origin, the base path. Open pages learn of new
// rows, and the metrics count them.
func TestTheIntakeIsAPartOfTheServer(t *testing.T) {
	t.Parallel()
	database := pgtest.MigratedURL(t)
	s := start(t, []string{"DATABASE_URL=" + database}, "serve", "--listen", "127.0.0.1:0", "--open=false", "--base-path", "/macro")
	token := madeToken(t, database, "all")
	base := strings.TrimSuffix(s.url, "/")
	changed := func() string { _, body := get(t, base+"/api/changes"); return body }
	eventually(t, "serve listens for changes", func() (bool, string) {
		before := changed()
		if p := post(t, s, token, "/api/v1/ping/probe", ""); p.status != http.StatusOK {
			t.Fatalf("%d %s", p.status, p.body)
		}
		return changed() != before, before
	})
	before := changed()
	if p := post(t, s, token, "/api/v1/signals", oneSignal); p.status != http.StatusOK {
		t.Fatalf("%d %s", p.status, p.body)
	}
	eventually(t, "an open page learns of the row", func() (bool, string) { now := changed(); return now != before, now })

	for name, c := range map[string]struct {
		header, value string
		status        int
	}{
		"a page of another site": {"Sec-Fetch-Site", "cross-site", http.StatusForbidden},
		"another origin":         {"Origin", "https://evil.example", http.StatusForbidden},
		"a good origin":          {"Origin", base[:strings.LastIndex(base, "/")], http.StatusOK},
	} {
		if p, err := tryPost(t, s, token, "/api/v1/signals", oneSignal, c.header, c.value); err != nil || p.status != c.status {
			t.Errorf("%s: %v %d %s", name, err, p.status, p.body)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/api/v1/signals", strings.NewReader(oneSignal))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "evil.example"
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("another host: %d", resp.StatusCode)
	}
	if status, body := get(t, base+"/api/openapi.json"); status != http.StatusOK || !strings.Contains(body, `"servers":[{"url":"/macro"}]`) {
		t.Errorf("%d %.200s", status, body)
	}
	_, metrics := get(t, base+"/metrics")
	for _, want := range []string{`macrowatch_intake_requests_total{operation="signals",outcome="accepted"} 2`, `macrowatch_intake_rows_total{change="inserted",operation="signals"} 1`,
		`macrowatch_intake_rows_total{change="unchanged",operation="signals"} 1`, `macrowatch_intake_body_bytes 0`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	if n := scalar[int64](t, database, `SELECT count(*) FROM strategy_signals`); n != 1 {
		t.Errorf("%d signals", n)
	}
}

// serve on a login that only reads shows the pages, and says why it takes no data.
func TestServeOnAReadingLoginTakesNothing(t *testing.T) {
	t.Parallel()
	database := pgtest.MigratedURL(t)
	role := fmt.Sprintf("intake_reader_%d", scalar[int64](t, database, `SELECT oid::bigint FROM pg_database WHERE datname = current_database()`))
	mustSQL(t, database, `CREATE ROLE `+role+` LOGIN`)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		conn, err := pgx.Connect(ctx, database)
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close(ctx)
		if _, err := conn.Exec(ctx, `DROP OWNED BY `+role+`; DROP ROLE `+role); err != nil {
			t.Error(err)
		}
	})
	token := madeToken(t, database, "all")
	for _, table := range scalar[[]string](t, database, `SELECT array_agg(relname::text) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT IN ('macrowatch_tokens', 'macrowatch_requests')`) {
		mustSQL(t, database, `GRANT SELECT ON `+table+` TO `+role)
	}
	s := start(t, []string{"DATABASE_URL=" + database, "PGOPTIONS=-c role=" + role}, "serve", "--listen", "127.0.0.1:0", "--open=false")
	p := post(t, s, token, "/api/v1/signals", oneSignal)
	if p.status != http.StatusServiceUnavailable || !strings.Contains(p.body, "database login only reads") || p.header.Get("Retry-After") == "" {
		t.Errorf("%d %q %s", p.status, p.header.Get("Retry-After"), p.body)
	}
	// Nobody can silence anything there, and the API says why.
	const why = "this server's database login only reads, so nothing can be silenced here"
	if _, body := get(t, s.path("/api/alerts")); !strings.Contains(body, `"silencing":{"may":false,"why":"`+why) {
		t.Errorf("the page may silence: %s", body)
	}
	if p := post(t, s, "", "/api/silences", `{"subject":"fred","for":"1h","reason":"it moves"}`); p.status != http.StatusServiceUnavailable || !strings.Contains(p.body, why) {
		t.Errorf("%d %s", p.status, p.body)
	}
}

// Whoever sits at the machine of a server without a login silences with the login that writes, although the dashboards'
// queries have one that only reads.
func TestSilencesAreWrittenByTheLoginThatWrites(t *testing.T) {
	t.Parallel()
	s := start(t, nil, "serve", "--private", "--data-dir", deskDir(t), "--listen", "127.0.0.1:0", "--open=false")
	if p := post(t, s, "", "/api/silences", `{"subject":"fred","for":"1h","reason":"it moves"}`); p.status != http.StatusCreated || !strings.Contains(p.body, `"by":"somebody at `) {
		t.Errorf("%d %s", p.status, p.body)
	}
	if _, body := get(t, s.path("/api/alerts")); !strings.Contains(body, `"reason":"it moves"`) || !strings.Contains(body, `"may":true`) {
		t.Errorf("the page does not say it: %s", body)
	}
}
