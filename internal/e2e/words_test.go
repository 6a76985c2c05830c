package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/testkit/pgtest"
)

// foreignWords makes tables of other tools, which use words of their own for statuses and directions.
func foreignWords(t *testing.T) (url string) {
	t.Helper()
	db := pgtest.New(t)
	for _, sql := range []string{
		foreignRuns,
		`INSERT INTO pipeline_runs SELECT gen_random_uuid(), 'fred', status, now() - n * interval '1 minute', now() - n * interval '1 minute', 0, NULL
			FROM unnest(ARRAY['success', 'success', 'upstream_failed', 'weird', NULL, ' Queued ']) WITH ORDINALITY u(status, n)`,
		`CREATE TABLE strategy_signals (strategy_id text, instrument text, direction smallint, strength float8, confidence float8, generated_at timestamptz)`,
		`INSERT INTO strategy_signals SELECT 'FX_' || direction, 'USDBRL', direction, 1, 1, now() FROM unnest(ARRAY[1, -1, 2]) direction`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	return db.Config().ConnString()
}

// lists reports whether an output has a line of these words, whatever the blanks between them.
func lists(output string, parts ...string) bool {
	for line := range strings.Lines(output) {
		if strings.Join(strings.Fields(line), " ") == strings.Join(parts, " ") {
			return true
		}
	}
	return false
}

func TestTheWordsOfOtherToolsAreListedWithWhatTheyAreReadAs(t *testing.T) {
	t.Parallel()
	url := foreignWords(t)
	file := filepath.Join(t.TempDir(), "words.yaml")
	if err := os.WriteFile(file, []byte("statuses:\n  Weird: CANCELLED\ndirections:\n  2: SHORT\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const weird, two = `status "weird" 1 row`, `direction "2" 1 row`
	const unknown = "not known: shown as it is; --words-file can say what it means"
	for _, c := range []struct {
		args        []string
		environment map[string]string
		weird, two  string
	}{
		{[]string{"migrate", "status"}, nil, unknown, unknown}, // macrowatch has no tables yet
		{[]string{"migrate"}, nil, unknown, unknown},
		{[]string{"migrate"}, map[string]string{"MACROWATCH_WORDS_FILE": file}, "read as CANCELLED", "read as SHORT"},
		{[]string{"migrate"}, nil, "read as CANCELLED", "read as SHORT"}, // the database remembers the words
		{[]string{"migrate", "status"}, nil, "read as CANCELLED", "read as SHORT"},
		{[]string{"dashboards", "check", "--dir", "../.."}, nil, "read as CANCELLED", "read as SHORT"},
		{[]string{"migrate", "--words-file", os.DevNull}, nil, unknown, unknown},
	} {
		var environment []string
		for name, value := range c.environment {
			environment = append(environment, name+"="+value)
		}
		r := run(t, environment, append(c.args, "--database-url", url)...)
		for _, line := range []string{
			weird + " " + c.weird, two + " " + c.two, `status "success" 2 rows read as SUCCESS`, `status "upstream_failed" 1 row read as FAILED`,
			`status (none) 1 row not known: shown as NO STATUS`, `status "Queued" 1 row read as QUEUED`, `direction "-1" 1 row read as SHORT`,
		} {
			if !lists(r.out, line) {
				t.Errorf("%v does not list %s:\n%s%s", c.args, line, r.out, r.errout)
			}
		}
		if missing := len(c.args) == 2 && strings.Contains(r.errout, "migrations are missing"); r.status != 0 && !missing {
			t.Errorf("%v: %d %s", c.args, r.status, r.errout)
		}
	}
}

func TestAWordsFileThatIsWrongIsRefused(t *testing.T) {
	t.Parallel()
	url := foreignWords(t)
	dir := t.TempDir()
	for text, says := range map[string]string{
		"statuses:\n  weird: GOOD\n": `status "weird" can't mean "GOOD"; allowed is SUCCESS, RUNNING, FAILED, CANCELLED, SKIPPED or QUEUED`,
		"words: {}\n":                `unknown field "words"`,
		"statuses: [":                "read the words of",
	} {
		t.Run(says, func(t *testing.T) {
			file := filepath.Join(dir, "words.yaml")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			mustRefuse(t, run(t, nil, "migrate", "--database-url", url, "--words-file", file), 1, says)
		})
	}
	mustRefuse(t, run(t, nil, "migrate", "--database-url", url, "--words-file", filepath.Join(dir, "none.yaml")), 1, "none.yaml: no such file or directory")
}

func TestImportsTakeTheWordsThatTheDatabaseKnows(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t).Config().ConnString()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	runs := write("runs.csv", "run_id,step_name,status,started_at,finished_at\n1,fred,Crashed,2026-03-02T06:00:00Z,2026-03-02T06:01:00Z\n2,fred,fertig,2026-03-02T06:00:00Z,2026-03-02T06:01:00Z\n")
	if r := run(t, nil, "migrate", "--database-url", url); r.status != 0 {
		t.Fatal(r.errout)
	}
	mustRefuse(t, run(t, nil, "import", "--database-url", url, "pipeline-runs", runs), 1, `line 3, status "fertig": not RUNNING, SUCCESS, FAILED, CANCELLED or SKIPPED`)
	if r := run(t, nil, "migrate", "--database-url", url, "--words-file", write("words.yaml", "statuses: {Fertig: SUCCESS}")); r.status != 0 {
		t.Fatal(r.errout)
	}
	if r := run(t, nil, "import", "--database-url", url, "pipeline-runs", runs); r.status != 0 || !strings.Contains(r.out, "2 inserted") {
		t.Errorf("%d %s%s", r.status, r.out, r.errout)
	}
}

// A words file that is given to serve counts for every page. A word that it does not explain stays unknown.
func TestAServedDashboardUsesTheWordsFile(t *testing.T) {
	t.Parallel()
	url := foreignWords(t)
	if r := run(t, nil, "migrate", "--database-url", url); r.status != 0 {
		t.Fatal(r.errout)
	}
	file := filepath.Join(t.TempDir(), "words.yaml")
	if err := os.WriteFile(file, []byte("statuses: {weird: CANCELLED}"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, nil, "serve", "--database-url", url, "--words-file", file, "--open=false", "--listen", "127.0.0.1:0")
	for id, want := range map[int][]string{
		7: {"1 run has a status that is not known: NO STATUS 1.", "fred CANCELLED", "fred FAILED", "fred NO STATUS", "fred QUEUED", "fred SUCCESS"},
		8: {"1 run has a status that is not known: NO STATUS 1.", `"CANCELLED"`, `"FAILED"`, `"NO STATUS"`, `"QUEUED"`, `"SUCCESS"`},
		9: {"1 run has a status that is not known: NO STATUS 1", "No message was recorded (the status is upstream_failed)"},
	} {
		status, body := get(t, fmt.Sprintf("%s/api/dashboards/uid/pipeline-health/panels/%d?from=now-1h&to=now", strings.TrimSuffix(s.url, "/"), id))
		_, drawn, _ := strings.Cut(body, `"view"`)
		for _, text := range want {
			if status != 200 || !strings.Contains(drawn, text) {
				t.Errorf("panel %d does not say %s: %d %s", id, text, status, drawn)
			}
		}
		if strings.Contains(drawn, "weird") {
			t.Errorf("panel %d does not follow the words file: %s", id, drawn)
		}
	}
	_, body := get(t, strings.TrimSuffix(s.url, "/")+"/api/dashboards/uid/signal-overview/panels/1?from=now-1h&to=now")
	if _, drawn, _ := strings.Cut(body, `"view"`); !strings.Contains(drawn, `1 signal has a direction that is not known: \"2\" 1.`) {
		t.Errorf("the heatmap says %s", drawn)
	}
}

// The list of words and the queries work in databases that can't hold every character.
func TestWordsInDatabasesOfOtherEncodings(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"LATIN1", "SQL_ASCII"} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			url := pgtest.EncodedURL(t, encoding)
			config, err := pgxpool.ParseConfig(url)
			if err != nil {
				t.Fatal(err)
			}
			config.ConnConfig.RuntimeParams["client_encoding"] = "UTF8"
			pool, err := pgxpool.NewWithConfig(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			defer pool.Close()
			for _, sql := range []string{foreignRuns, `INSERT INTO pipeline_runs SELECT gen_random_uuid(), 'fred', status, now(), now(), 0, NULL FROM unnest(ARRAY['échec', 'ÉCHEC', 'crashed', 'ß']) status`} {
				if _, err := pool.Exec(t.Context(), sql); err != nil {
					t.Fatal(err)
				}
			}
			file := filepath.Join(t.TempDir(), "words.yaml")
			if err := os.WriteFile(file, []byte("statuses: {Échec: FAILED}"), 0o600); err != nil {
				t.Fatal(err)
			}
			r := run(t, nil, "migrate", "--database-url", url, "--words-file", file)
			for _, line := range []string{`status "échec" 1 row read as FAILED`, `status "ÉCHEC" 1 row read as FAILED`, `status "crashed" 1 row read as FAILED`,
				`status "ß" 1 row not known: shown as it is; --words-file can say what it means`} {
				if r.status != 0 || !lists(r.out, line) {
					t.Errorf("%s is not listed: %d %s%s", line, r.status, r.out, r.errout)
				}
			}
			s := start(t, nil, "serve", "--database-url", url, "--open=false", "--listen", "127.0.0.1:0")
			for id, says := range map[int]string{7: "fred FAILED", 8: "FAILED", 9: "a status that is not known: \\\"ß\\\" 1"} {
				status, body := get(t, fmt.Sprintf("%s/api/dashboards/uid/pipeline-health/panels/%d?from=now-1h&to=now", strings.TrimSuffix(s.url, "/"), id))
				if _, drawn, _ := strings.Cut(body, `"view"`); status != 200 || !strings.Contains(drawn, says) || id != 9 && strings.Contains(drawn, "ÉCHEC") {
					t.Errorf("panel %d does not say %s: %d %s", id, says, status, drawn)
				}
			}
		})
	}
}
