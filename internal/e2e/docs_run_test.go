package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testfiles"
)

// notRunFromDocs are the calls in the docs that the test does not run, each with the reason.
var notRunFromDocs = map[string]string{
	`*/10 * * * *  DATABASE_URL=postgres://… macrowatch status --only pipeline > /tmp/pipeline.txt || mail -s "pipeline" desk@example.com < /tmp/pipeline.txt`: "it is a line of a crontab and sends a mail",
	"command_line  /usr/bin/macrowatch status --only risk":                                                                       "it is a line of Nagios' configuration",
	"macrowatch serve --listen 0.0.0.0:8443 --tls-cert tls.crt --tls-key tls.key --users-file users --allowed-host desk.example": "it needs a certificate; the tests of the login run it",
	"macrowatch serve --listen 0.0.0.0:8443 --tls-cert tls.crt --tls-key tls.key --allowed-host desk.example --oidc-issuer https://login.example/realms/desk --oidc-client-id macrowatch --oidc-client-secret-file secret.txt --viewer-group traders --operator-group desk-operators": "it needs a provider; the tests of the login run it",
	"macrowatch serve --users-file users --metrics-listen 127.0.0.1:9102": "it listens on a port that may be in use; the tests of the login run it",
	"macrowatch alert test --alerts-file alerts.yaml":                     "it sends messages; the tests of alerts run it",
	"macrowatch alert test --report --alerts-file alerts.yaml":            "it sends messages; TestTheReportIsSentAtOnceAsATest runs it",
	"macrowatch status --watch":                                           "it runs until it is interrupted; the tests of status run it",
	"macrowatch serve --private --dashboards ./our-dashboards":            "there is no such folder; the tests of own dashboards run it with one",
	"macrowatch dashboards check ./our-dashboards":                        "there is no such folder; the tests of own dashboards run it with one",
	"macrowatch serve --database-url postgres://macro_owner@db.example/macro_trading --reader-url postgres://macro_user@db.example/macro_trading --dashboards /srv/our-dashboards": "it names a database that is not there; the tests of own dashboards run it with one",
	"DATABASE_URL=postgres://postgres:…@host/macro_trading macrowatch migrate --reader-role macro_user":                                                                            "it takes rights from every login of a server; the tests of the reader's role run it",
}

// TestEveryCommandOfTheDocsRuns runs each call of macrowatch in the README and in docs/, in their order, with the files
// that the calls name.
func TestEveryCommandOfTheDocsRuns(t *testing.T) {
	t.Parallel()
	reader := newDocReader(t)
	seen, ran := map[string]bool{}, 0
	for _, c := range docCommands(t) {
		seen[c.line] = true
		if notRunFromDocs[c.line] == "" {
			ran++
			reader.follow(t, c)
		}
	}
	for line := range notRunFromDocs {
		if !seen[line] {
			t.Errorf("the docs no longer have the line that is not run: %s", line)
		}
	}
	if ran < 35 {
		t.Errorf("only %d calls were run", ran)
	}
}

// docReader does what the docs say, as a person would.
type docReader struct {
	home, work string
	env        []string // without DATABASE_URL
	database   string   // its URL
}

// newDocReader prepares what the docs take for granted: a database with the tables and a session of ana, a private
// PostgreSQL that runs, and the files that the calls name.
func newDocReader(t *testing.T) *docReader {
	t.Helper()
	r := &docReader{home: filepath.Dir(dataDir(t)), database: pgtest.MigratedURL(t)}
	r.work = filepath.Join(r.home, "work")
	r.anaLogsIn(t)
	desk, bin := emptyDir(t), filepath.Join(r.home, "bin")
	servePrivate(t, desk)
	for _, dir := range []string{r.work, bin, filepath.Join(r.home, ".config")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// Go itself reads the examples here, so that it runs the test again when one of them has changed.
	if err := os.CopyFS(filepath.Join(r.work, "examples"), os.DirFS("../../examples")); err != nil {
		t.Fatalf("copy the examples: %v", err)
	}
	if err := os.Symlink(program(t), filepath.Join(bin, "macrowatch")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(r.home, ".config"), "macrowatch.yaml", "database-url: "+r.database+"\n")
	write(t, r.work, "ana.txt", "correct horse battery\n")
	write(t, r.work, "signals.jsonl", `{"strategy_id":"FX_CARRY","instrument":"USDBRL","direction":"LONG","confidence":0.5,"generated_at":"2026-01-30T10:00:00"}`+"\n")
	prices := realPrices(t, "2017-01-02", "2019-06-28")[1]
	for name, text := range map[string][]byte{"prices.csv": readAll(t, prices), "instruments.csv": testfiles.Read(t, "market/instruments.csv")} {
		write(t, r.work, name, string(text))
	}
	r.env = append(ownEnv(t), "HOME="+r.home, "PATH="+bin+":"+os.Getenv("PATH"), "MACROWATCH_DATA_DIR="+desk,
		"MACROWATCH_SPOOL_DIR="+filepath.Join(r.home, "spool"), "MACROWATCH_LISTEN=127.0.0.1:0", "MACROWATCH_OPEN=false")
	return r
}

// anaLogsIn begins a session, which lasts when its server has ended.
func (r *docReader) anaLogsIn(t *testing.T) {
	t.Helper()
	s := start(t, []string{"DATABASE_URL=" + r.database}, "serve", "--open=false", "--listen", "127.0.0.1:0", "--users-file", usersFile(t))
	if status := personAt(t, s.url).logsIn("ana", password); status != http.StatusSeeOther {
		t.Fatalf("ana can't log in: %d", status)
	}
	s.stop(t)
}

func readAll(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// servesPages finds a call that runs until it is ended.
var servesPages = regexp.MustCompile(`(^|\s)macrowatch (serve|demo)(\s|$)`)

// follow runs a call, and fails the test if the call does not do what the docs say.
func (r *docReader) follow(t *testing.T, c docCommand) {
	t.Helper()
	client := clientOfPostgreSQL.FindString(c.line)
	if client != "" {
		if _, err := exec.LookPath(client); err != nil {
			t.Logf("%s is not run, because there is no %s: %s", c.page, client, c.line)
			return
		}
	}
	line := c.line
	if client != "" && majorVersion(t, client) < 16 { // the docs say so
		line = strings.ReplaceAll(line, "macrowatch database url", "macrowatch database url --old-client")
	}
	if servesPages.MatchString(line) {
		s := startCommand(t, r.shell(context.Background(), line)) // the test itself ends it
		answersReady(t, c, s)
		if !strings.Contains(line, "--private") { // else the calls that follow use its PostgreSQL
			s.stop(t)
		}
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	shell := r.shell(ctx, line)
	var out, errout bytes.Buffer
	shell.Stdout, shell.Stderr = &out, &errout
	err := shell.Run()
	if ctx.Err() != nil || shell.ProcessState == nil {
		t.Fatalf("%s: %s did not run to its end: %v", c.page, c.line, err)
	}
	if fault := c.fault(shell.ProcessState.ExitCode(), out.String(), errout.String()); fault != "" {
		t.Errorf("%s: %s: %s\nexit status %d\n%s%s", c.page, c.line, fault, shell.ProcessState.ExitCode(), out.String(), errout.String())
	}
}

// shell returns a shell that runs a line. A line that names a data directory means the private PostgreSQL in it, so it
// gets no DATABASE_URL.
func (r *docReader) shell(ctx context.Context, line string) *exec.Cmd {
	shell := exec.CommandContext(ctx, "bash", "-c", line)
	shell.Dir, shell.Env = r.work, r.env
	if !strings.Contains(line, "--data-dir") {
		shell.Env = append(slices.Clone(r.env), "DATABASE_URL="+r.database)
	}
	return shell
}

// answersByStatus finds a call whose exit status is an answer: 0, 1 or 2.
var answersByStatus = regexp.MustCompile(`(^|\s)macrowatch (status|doctor)(\s|$)`)

// fault says in what way a call did not do what the docs say, or "".
func (c docCommand) fault(status int, out, errout string) string {
	switch {
	case c.output != "":
		if printed := out + errout; printed != c.output {
			return "it does not print what the page shows"
		}
		if failed := strings.HasPrefix(c.output, "macrowatch:"); failed != (status != 0) {
			return "its exit status does not fit what the page shows"
		}
	case answersByStatus.MatchString(c.line):
		if status > 2 || strings.Contains(errout, "macrowatch:") || out == "" {
			return "it did not answer"
		}
	case status != 0:
		return "it failed"
	case strings.Contains(c.line, " import ") && errout != "":
		return "it warned"
	case strings.Contains(errout, "macrowatch:"): // the shell may hide the exit status
		return "it failed within the line"
	}
	return ""
}

// answersReady waits until a server says that it can work.
func answersReady(t *testing.T, c docCommand, s *service) {
	t.Helper()
	eventually(t, c.line+" is ready", func() (bool, string) {
		status, body := get(t, strings.TrimSuffix(s.url, "/")+"/readyz")
		return status == http.StatusOK, fmt.Sprint(status, " ", body)
	})
}

// clientOfPostgreSQL finds the programs of PostgreSQL that the docs call.
var clientOfPostgreSQL = regexp.MustCompile(`^(psql|pg_dump|pg_restore)\b`)

// majorVersion returns the major version of a program of PostgreSQL.
func majorVersion(t *testing.T, name string) int {
	t.Helper()
	out, err := exec.Command(name, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	major, err := strconv.Atoi(regexp.MustCompile(`\d+`).FindString(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	return major
}

// The check of the docs must see each way in which a call can go wrong.
func TestFaultsOfDocCommandsAreSeen(t *testing.T) {
	for _, c := range []struct {
		command     docCommand
		status      int
		out, errout string
		want        string
	}{
		{docCommand{line: "macrowatch risk"}, 0, "Risk", "", ""},
		{docCommand{line: "macrowatch risk"}, 1, "", "macrowatch: no", "it failed"},
		{docCommand{line: "macrowatch import prices p.csv"}, 0, "1 inserted", "p.csv: looks wrong", "it warned"},
		{docCommand{line: "macrowatch status --only risk"}, 2, "CRITICAL", "", ""},
		{docCommand{line: "macrowatch doctor"}, 1, "", "macrowatch: no database", "it did not answer"},
		{docCommand{line: "source <(macrowatch completion bash)"}, 0, "", "macrowatch: no shell", "it failed within the line"},
		{docCommand{line: "macrowatch improt", output: "macrowatch: no\n"}, 2, "", "macrowatch: no\n", ""},
		{docCommand{line: "macrowatch improt", output: "macrowatch: no\n"}, 2, "", "macrowatch: never\n", "it does not print what the page shows"},
		{docCommand{line: "macrowatch improt", output: "macrowatch: no\n"}, 0, "macrowatch: no\n", "", "its exit status does not fit what the page shows"},
	} {
		if got := c.command.fault(c.status, c.out, c.errout); got != c.want {
			t.Errorf("%s with %d, %q, %q: %q, want %q", c.command.line, c.status, c.out, c.errout, got, c.want)
		}
	}
}
