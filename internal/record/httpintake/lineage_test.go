package httpintake_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"macrowatch/internal/record/httpintake"
	"macrowatch/internal/record/lineage"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testfiles"
)

// lineageAnswer is what the answer to events says.
type lineageAnswer struct {
	Events, Runs, Ignored, Inserted, Updated, Unchanged, Renamed int64
	WithoutRun                                                   int64 `json:"without_run"`
}

// events sends events, which must be taken.
func (s *service) events(t testing.TB, body string, headers ...string) lineageAnswer {
	t.Helper()
	a := s.post(t, "/api/v1/lineage", body, headers...)
	var said lineageAnswer
	if err := json.Unmarshal([]byte(a.body), &said); err != nil || a.status != http.StatusOK {
		t.Fatalf("%d %s, %v", a.status, a.body, err)
	}
	return said
}

// eventText is an event of a run.
func eventText(kind, at, job string) string {
	return fmt.Sprintf(`{"eventType":%q,"eventTime":"2026-03-02T%sZ","run":{"runId":"41fb5137-f0fd-4ee5-ba5c-56f8571d1bd7"},"job":{"namespace":"airflow","name":%q}}`, kind, at, job)
}

// statusesOf counts the runs of each status.
func (s *service) statusesOf(t testing.TB) string {
	t.Helper()
	return s.text(t, `SELECT coalesce(string_agg(status || ' ' || n, ', ' ORDER BY status), '') FROM (SELECT status, count(*) n FROM pipeline_runs GROUP BY 1) s`)
}

// Each file is sent as its producer sends it, an event in each request, and again as one batch.
func TestRealEventsOfEveryProducerAreTaken(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	for name, want := range map[string]string{
		"airflow_bigquery_and_python_dag.jsonl":     "SUCCESS 6",
		"spark_dataproc_bigquery_shakespeare.jsonl": "SUCCESS 3",
		"datarentgen_airflow.jsonl":                 "SUCCESS 2",
		"datarentgen_spark.jsonl":                   "SUCCESS 2",
		"datarentgen_unknown.jsonl":                 "SUCCESS 1",
		"dbt_postgres_failed_run.jsonl":             "FAILED 3, SUCCESS 1",
		"dbt_postgres_seed.jsonl":                   "SUCCESS 6",
		"dbt_postgres_build_with_failure.jsonl":     "FAILED 2, SUCCESS 91",
		"dbt_bigquery_run.jsonl":                    "SUCCESS 2",
		"dbt_orchestrated_run_anonymised.jsonl":     "SUCCESS 7",
	} {
		if _, err := s.store.Pool().Exec(t.Context(), "TRUNCATE pipeline_runs, lineage_runs, lineage_jobs"); err != nil {
			t.Fatal(err)
		}
		text := string(testfiles.Read(t, "openlineage/events/"+name))
		var sent int64
		for line := range strings.Lines(text) {
			s.send(t, http.MethodPost, "/api/v1/lineage", gzipped(t, line), "Content-Encoding", "gzip")
			sent++
		}
		if got := s.statusesOf(t); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		again := s.events(t, text, "Content-Type", "application/x-ndjson")
		if again.Events != sent || again.Unchanged != again.Runs || again.Runs == 0 || again.Inserted+again.Updated != 0 || s.statusesOf(t) != want {
			t.Errorf("%s, sent again as a batch: %+v", name, again)
		}
	}
}

func TestFixturesAreTakenOrRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	folder, err := os.ReadDir(testfiles.Path(t, "openlineage/fixtures"))
	if err != nil || len(folder) < 14 {
		t.Fatal(len(folder), err)
	}
	refused := map[string]string{
		"openlineage_event_no_run_id.json":         "run.runId: missing",
		"openlineage_event_invalid_run_facet.json": "run.facets.parent.run.runId: missing",
		"openlineage_event_invalid_job_facet.json": "job.facets.ownership.owners[0].name: missing",
		"openlineage_expected_failed.json":         "eventTime: missing",
	}
	for _, file := range folder {
		a := s.send(t, http.MethodPost, "/api/v1/lineage", testfiles.Read(t, "openlineage/fixtures/"+file.Name()))
		want, isRefused := refused[file.Name()]
		switch {
		case !isRefused && a.status != http.StatusOK:
			t.Errorf("%s: %d %s", file.Name(), a.status, a.body)
		case isRefused && (a.status != http.StatusBadRequest || len(a.said.Rows) == 0 || a.said.Rows[0].Field+": "+a.said.Rows[0].Problem != want):
			t.Errorf("%s: %d %s, want %s", file.Name(), a.status, a.body, want)
		}
	}
}

func TestOneBadEventRefusesItsWholeRequest(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	good, bad := eventText("START", "06:00:00", "fred"), eventText("DONE", "06:00:00", "fred")
	for body, want := range map[string]string{
		"[" + good + "," + bad + "]":           "1 eventType",
		good + "\n" + bad + "\n" + good:        "1 eventType",
		good + "\n{":                           "1 ",
		"":                                     "",
		good + strings.Repeat("\n7", 30):       "1 ",
		`{"eventTime":"2026-03-02T06:00:00Z"}`: "0 run",
		`{"eventType":"START","eventTime":"2026-03-02"}`: "0 run",
	} {
		a := s.post(t, "/api/v1/lineage/batch", body)
		got := ""
		if len(a.said.Rows) > 0 {
			got = fmt.Sprintf("%d %s", a.said.Rows[0].Index, a.said.Rows[0].Field)
		}
		if a.status != http.StatusBadRequest || got != want || a.said.Message == "" || len(a.said.Rows) > 20 {
			t.Errorf("%.60q: %d %s; want the fault %q", body, a.status, a.body, want)
		}
	}
	if a := s.post(t, "/api/v1/lineage", good+strings.Repeat("\n7", 30)); a.said.Faults != 30 {
		t.Errorf("%d faults are counted, want 30", a.said.Faults)
	}
	long := strings.Replace(good, `"name":"fred"`, `"name":"fred","x":"`+strings.Repeat("x", lineage.LongestEvent)+`"`, 1)
	if a := s.send(t, http.MethodPost, "/api/v1/lineage", gzipped(t, long), "Content-Encoding", "gzip"); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a huge event: %d %s", a.status, a.body)
	}
	if n := s.count(t, "pipeline_runs") + s.count(t, "lineage_runs"); n != 0 {
		t.Errorf("%d rows are stored", n)
	}
}

func TestEventsNeedATokenForRuns(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	for name, c := range map[string]struct {
		authorization string
		status        int
	}{
		"no token":                 {"", http.StatusUnauthorized},
		"a wrong token":            {"Bearer mwt_wrong", http.StatusUnauthorized},
		"a token for other rows":   {"Bearer " + s.newToken(t, store.Token{Name: "p", Kinds: []string{"prices"}}), http.StatusForbidden},
		"a token for another step": {"Bearer " + s.newToken(t, store.Token{Name: "q", Kinds: []string{"pipeline-runs"}, Steps: []string{"yahoo"}}), http.StatusForbidden},
		"a token for the step":     {"Bearer " + s.newToken(t, store.Token{Name: "r", Kinds: []string{"pipeline-runs"}, Steps: []string{"fred"}}), http.StatusOK},
	} {
		if a := s.post(t, "/api/v1/lineage", eventText("START", "06:00:00", "fred"), "Authorization", c.authorization); a.status != c.status {
			t.Errorf("%s: %d %s, want %d", name, a.status, a.body, c.status)
		}
	}
}

func TestEventsWithoutARunAreCounted(t *testing.T) {
	t.Parallel()
	db := store.New(pgtest.Migrated(t), nil)
	rules, err := lineage.ReadRules("rules.yaml", []byte("rules: [{job: 'desk\\.(\\w+)', step: '{1}'}, {job: 'x.*', ignore: true}]"))
	if err != nil {
		t.Fatal(err)
	}
	s, in := serveRules(t, db, rules)
	job := `{"eventTime":"2026-03-02T06:00:00Z","job":{"namespace":"n","name":"j"}}`
	dataset := `{"eventTime":"2026-03-02T06:00:00Z","dataset":{"namespace":"n","name":"d"}}`
	body := strings.Join([]string{job, dataset, dataset, eventText("START", "06:00:00", "desk.fred"), eventText("COMPLETE", "06:01:00", "desk.fred"), eventText("START", "06:00:00", "xyz")}, "\n")
	if got := s.events(t, body); got != (lineageAnswer{Events: 6, Runs: 1, WithoutRun: 3, Ignored: 1, Inserted: 1}) {
		t.Errorf("%+v", got)
	}
	s.post(t, "/api/v1/lineage", eventText("DONE", "06:00:00", "x")) // refused, so not counted
	if got := s.text(t, `SELECT step_name || ' ' || status || ' ' || duration_seconds FROM pipeline_runs`); got != "fred SUCCESS 60" {
		t.Error(got)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(in)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var counted []string
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if family.GetName() == "macrowatch_intake_lineage_events_total" {
				counted = append(counted, fmt.Sprintf("%s %v", m.GetLabel()[0].GetValue(), m.GetCounter().GetValue()))
			}
		}
	}
	if got := strings.Join(counted, ", "); got != "COMPLETE 1, START 1, dataset 2, ignored 1, job 1" {
		t.Error(got)
	}
}

func TestTheErrorOfARunIsMaskedAndBounded(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	failed := strings.Replace(eventText("FAIL", "06:00:00", "fred"), `bd7"}`, `bd7","facets":{"errorMessage":{"message":"postgres://desk:hunter2@db refused `+strings.Repeat("x", 100_000)+` the end"}}}`, 1)
	s.events(t, failed)
	for _, column := range []string{"(SELECT error_message FROM pipeline_runs)", "(SELECT error_message FROM lineage_runs)"} {
		got := s.text(t, "SELECT "+column)
		if strings.Contains(got, "hunter2") || !strings.HasPrefix(got, "postgres://desk:***@db refused") || !strings.HasSuffix(got, "the end") || len(got) > 4100 {
			t.Errorf("%s: %d bytes: %.60s", column, len(got), got)
		}
	}
}

// serveRules starts an intake with rules for the steps of jobs.
func serveRules(t testing.TB, db *store.Store, rules lineage.Rules) (*service, *httpintake.Intake) {
	t.Helper()
	now := nine
	in, err := httpintake.New(httpintake.Config{Store: db, LineageRules: rules, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	s := &service{Server: httptest.NewServer(in), store: db, now: &now}
	t.Cleanup(s.Close)
	s.token = s.newToken(t, store.Token{Name: "all"})
	return s, in
}

// A client that checks its events against the description sends what is taken.
func TestTheDescriptionOfAnEventFitsRealEvents(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	d := description(t, s)
	of, example := d.rowSchema(t, "/api/v1/lineage")
	rules := d.compiled(t, of.name)
	for _, name := range []string{"airflow_bigquery_and_python_dag", "spark_dataproc_bigquery_shakespeare", "dbt_postgres_failed_run", "dbt_orchestrated_run_anonymised"} {
		for line := range strings.Lines(string(testfiles.Read(t, "openlineage/events/"+name+".jsonl"))) {
			if err := follows(t, rules, []byte(line)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for field, values := range map[string][]any{
		"eventType": {"DONE", 1.0, []any{}}, "eventTime": {nil, 1.0, true}, "job": {"fred", []any{}, map[string]any{}},
		"run": {"fred", map[string]any{}, map[string]any{"runId": "x"}, map[string]any{"runId": 1.0}}, "inputs": {"x", map[string]any{}, []any{map[string]any{}}}, "outputs": {1.0, []any{1.0}},
	} {
		for _, bad := range values {
			broken := maps.Clone(example)
			broken[field] = bad
			text := mustJSON(t, broken)
			if a := s.send(t, http.MethodPost, "/api/v1/lineage", text); follows(t, rules, text) == nil || a.status != http.StatusBadRequest ||
				len(a.said.Rows) == 0 || !strings.HasPrefix(a.said.Rows[0].Field, field) {
				t.Errorf("%s: described as wrong: %v, answered %d %s", text, follows(t, rules, text) != nil, a.status, a.body)
			}
		}
	}
}
