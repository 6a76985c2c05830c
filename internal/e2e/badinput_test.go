package e2e

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// mustRefuse checks that a command ended with a status and a message that has these words, and no stack trace.
func mustRefuse(t *testing.T, r result, status int, words ...string) {
	t.Helper()
	if r.status != status {
		t.Errorf("exit status %d, want %d; standard error: %s", r.status, status, r.errout)
	}
	for _, w := range words {
		if !strings.Contains(r.errout, w) {
			t.Errorf("standard error lacks %q: %s", w, r.errout)
		}
	}
	for _, trace := range []string{"goroutine ", "panic:", ".go:", "SQLSTATE"} {
		if strings.Contains(r.errout, trace) {
			t.Errorf("standard error shows %q: %s", trace, r.errout)
		}
	}
}

func TestWrongUseIsAUsageError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args  []string
		words []string
	}{
		"unknown command":             {[]string{"frobnicate"}, []string{"frobnicate"}},
		"unknown flag":                {[]string{"demo", "--colour"}, []string{"--colour", "macrowatch demo --help"}},
		"flag without value":          {[]string{"demo", "--listen"}, []string{"--listen"}},
		"address without port":        {[]string{"demo", "--listen", "localhost"}, []string{"localhost", "HOST:PORT"}},
		"serve without database":      {[]string{"serve"}, []string{"DATABASE_URL", "--private"}},
		"serve with both":             {[]string{"serve", "--private", "--database-url", "postgres://h/d"}, []string{"--private", "--database-url"}},
		"exec without step":           {[]string{"exec", "--", "true"}, []string{"--step"}},
		"exec with a blank step":      {[]string{"exec", "--step", "a\nb", "--", "true"}, []string{"step", "line break"}},
		"base path without slash":     {[]string{"demo", "--base-path", "macro", "--data-dir", "/nowhere"}, []string{"macro", "slash"}},
		"as-of in the future":         {[]string{"demo", "--as-of", "2999-01-01"}, []string{"2999-01-01", "future"}},
		"neither true nor false":      {[]string{"demo", "--open=maybe"}, []string{"maybe", "true nor false"}},
		"a port that is not a number": {[]string{"demo", "--postgres-port", "many"}, []string{"--postgres-port", "not a whole number"}},
		"a port beyond the last":      {[]string{"serve", "--private", "--postgres-port", "65536"}, []string{"65536", "1 to 65535"}},
		"a port of no server":         {[]string{"serve", "--database-url", "postgres://h/d", "--postgres-port", "5433"}, []string{"--postgres-port", "of a URL"}},
		"an old client by TCP":        {[]string{"database", "url", "--tcp", "--old-client"}, []string{"--tcp", "--old-client", "exclude"}},
		"exec without command":        {[]string{"exec", "--step", "fred"}, []string{"command"}},
		"import without file":         {[]string{"import", "prices"}, nil},
		"import of no kind":           {[]string{"import", "cheese", "x.csv"}, []string{"cheese", "prices"}},
		"timezone of nowhere":         {[]string{"import", "--timezone", "Mars/Olympus", "pipeline-runs", "-"}, []string{"Mars/Olympus"}},
		"a day that is none":          {[]string{"desk", "run", "--from", "January"}, []string{`--from "January" is not a day`, "2024-01-31"}},
		"a run that ends first":       {[]string{"desk", "run", "--from", "2024-02-01", "--to", "2024-01-01"}, []string{"--to 2024-01-01 is before --from 2024-02-01"}},
		"a run in the future":         {[]string{"desk", "run", "--to", "2999-01-01"}, []string{"--to 2999-01-01 is in the future"}},
		"a run with an argument":      {[]string{"desk", "run", "2024"}, []string{"2024", "macrowatch desk run --help"}},
		"no such desk command":        {[]string{"desk", "walk"}, []string{"walk", "macrowatch desk --help"}},
		"instruments of nothing":      {[]string{"demo", "--instruments", "i.csv"}, []string{"--instruments", "--prices"}},
		"prices from a pipe":          {[]string{"desk", "run", "--prices", "-"}, []string{"standard input"}},
		"as-of no time":               {[]string{"demo", "--as-of", "yesterday"}, []string{"yesterday", "2026-01-31"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustRefuse(t, run(t, nil, c.args...), 2, c.words...)
		})
	}
}

func TestConfigurationMistakesAreNamed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "macrowatch.yaml")
	if err := os.WriteFile(file, []byte("lisen: 127.0.0.1:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRefuse(t, run(t, nil, "migrate", "--config", file), 2, "lisen", "listen")
	mustRefuse(t, run(t, nil, "migrate", "--config", file+".missing"), 2, "no such file")
	mustRefuse(t, run(t, []string{"MACROWATCH_OPEN=perhaps"}, "demo"), 2, "MACROWATCH_OPEN", "perhaps")
}

func TestPortTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dir := dataDir(t)
	mustRefuse(t, run(t, nil, "demo", "--open=false", "--data-dir", dir, "--listen", l.Addr().String()), 1,
		l.Addr().String(), "in use", "--listen")
	if _, err := os.Stat(dir); err == nil {
		t.Error("the data directory was made although the port is taken")
	}
}

func TestDataDirectoryThatCannotBeMade(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	mustRefuse(t, run(t, nil, "demo", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", file), 1, file)
	mustRefuse(t, run(t, nil, "demo", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", "/proc/macrowatch"), 1, "/proc/macrowatch")
}

func TestDatabaseThatRefusesOrIsAway(t *testing.T) {
	t.Parallel()
	const away = "127.0.0.1:1" // not a port that was free a moment ago, which another test may have by now
	for _, args := range [][]string{{"serve", "--open=false", "--listen", "127.0.0.1:0"}, {"migrate"}, {"import", "prices", "-"}} {
		mustRefuse(t, run(t, []string{"DATABASE_URL=postgres://u:secretword@" + away + "/d"}, args...), 1, away)
		mustRefuse(t, run(t, []string{"DATABASE_URL=nonsense://"}, args...), 1, "postgres://")
	}
}

func TestImportNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := emptyDir(t)
	for name, c := range map[string]struct {
		kind, text string
		words      []string
	}{
		"bad number":         {"prices", "date,instrument,price\n2026-01-05,SPX,12,5\n", []string{"line 2"}},
		"bad value":          {"prices", "date,instrument,price\n2026-01-05,SPX,much\n", []string{"line 2", "price", "much"}},
		"bad date":           {"prices", "date,instrument,price\n2026-13-05,SPX,1\n", []string{"line 2", "2026-13-05"}},
		"unknown column":     {"prices", "date,instrument,cost\n", []string{"cost", "price"}},
		"unknown instrument": {"prices", "date,instrument,price\n2026-01-05,CHEESE,1\n", []string{"CHEESE", "--kind"}},
		"not a status":       {"pipeline-runs", "run_id,step_name,status,started_at\n1,fred,WEIRD,2026-01-05T09:00:00Z\n", []string{"line 2", "status", "WEIRD", "SUCCESS"}},
		"time without zone":  {"pipeline-runs", "run_id,step_name,status,started_at\n1,fred,RUNNING,2026-01-05 09:00:00\n", []string{"line 2", "started_at", "zone"}},
		"two of one key":     {"prices", "date,instrument,price\n2026-01-05,SPX,1\n2026-01-05,SPX,2\n", []string{"2", "3"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := runIn(t, nil, c.text, "import", c.kind, "-", "--data-dir", dir)
			t.Log(r.errout)
			mustRefuse(t, r, 1, c.words...)
		})
	}
	mustRefuse(t, run(t, nil, "import", "prices", filepath.Join(dir, "none.csv"), "--data-dir", dir), 1, "none.csv", "no such file")
}

func TestHTTPRefusals(t *testing.T) {
	t.Parallel()
	s := sampleDesk(t, monday)
	for path, want := range map[string]struct {
		status int
		words  string
	}{
		"/api/dashboards/uid/none":                                         {404, "pipeline-health"},
		"/api/dashboards/uid/none/panels":                                  {404, "pipeline-health"},
		"/api/dashboards/uid/pipeline-health/panels/9999":                  {404, "9999"},
		"/api/dashboards/uid/pipeline-health/panels/x":                     {404, "x"},
		"/api/dashboards/uid/pipeline-health/panels?from=soon":             {400, "soon"},
		"/api/dashboards/uid/pipeline-health/panels?from=now&to=now-1h":    {400, "later"},
		"/api/dashboards/uid/pipeline-health/panels?theme=pink":            {400, "pink"},
		"/api/dashboards/uid/pipeline-health/panels?timezone=Mars/Olympus": {400, "Mars/Olympus"},
		"/api/dashboards/uid/pipeline-health/panels?frames=some":           {400, `frames \"some\"`},
		"/api/dashboards/uid/pipeline-health/panels?width=1e9":             {400, "1e9"},
		"/api/dashboards/uid/pipeline-health/panels?panels=1,all":          {400, `panels \"1,all\"`},
		"/api/dashboards/uid/pipeline-health/panels?except=":               {400, `except \"\"`},
		"/api/ds/query":      {404, "/api/ds/query"},
		"/assets/../main.go": {404, ""},
		"/assets/none.js":    {404, "none.js"},
		"/nothing/like/this": {404, ""},
	} {
		t.Run(path, func(t *testing.T) {
			status, body := get(t, strings.TrimRight(s.url, "/")+path)
			if status != want.status || !strings.Contains(body, want.words) {
				t.Errorf("%d %s, want %d with %q", status, body, want.status, want.words)
			}
		})
	}
}

// saturday is 10:00 in São Paulo on a Saturday, when the sample desk rests.
const saturday = "2026-11-14T10:00:00-03:00"

// monday is the Monday after saturday, before the daily pipeline starts.
const monday = "2026-11-16T05:30:00-03:00"
