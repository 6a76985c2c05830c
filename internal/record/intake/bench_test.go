package intake_test

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/benchtarget"
	"macrowatch/internal/testkit/pgtest"
)

// psql returns the path of the client psql, which may stand on PATH or beside the programs of the server.
func psql(t testing.TB) string {
	t.Helper()
	if path, err := exec.LookPath("psql"); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/psql")
	if len(found) == 0 {
		t.Skip("psql is not installed")
	}
	return found[len(found)-1]
}

// largeFile describes a CSV file of any length. Files of another version have the same keys in the same order, and other
// values.
type largeFile struct {
	kind, table, header string
	row                 func(n, version int) string
}

func largeFiles() []largeFile {
	begin := time.Date(2000, 1, 3, 9, 0, 0, 0, time.UTC)
	return []largeFile{
		{"prices", "instrument_prices", "instrument,price_date,price", func(n, version int) string {
			return fmt.Sprintf("I%03d,%s,%.4f", n%100, begin.AddDate(0, 0, n/100).Format(time.DateOnly), 100+float64(version)+float64(n%997)/7)
		}},
		{"signals", "strategy_signals", "strategy_id,instrument,direction,strength,confidence,generated_at", func(n, version int) string {
			return fmt.Sprintf("FX_%02d,I%03d,LONG,0.25,%.3f,%s", n%10, n%100/10, float64((n+version)%1000)/1000, begin.Add(time.Duration(n/100)*time.Minute).Format(time.RFC3339))
		}},
		{"portfolio-states", "portfolio_state", "timestamp,strategy_id,instrument,weight,total_equity", func(n, version int) string {
			return fmt.Sprintf("%s,FX_%02d,I%03d,%.4f,%d", begin.Add(time.Duration(n/100)*time.Hour).Format(time.RFC3339), n%10, n%100/10, float64((n+version)%199-99)/1000, 100+n/100)
		}},
		{"pipeline-runs", "pipeline_runs", "run_id,step_name,status,started_at,finished_at,duration_seconds,error_message", func(n, version int) string {
			at := begin.Add(time.Duration(n) * time.Minute)
			return fmt.Sprintf("run-%08d,step_%d,SUCCESS,%s,%s,%d.5,", n, n%20, at.Format(time.RFC3339), at.Add(time.Duration(42+version)*time.Second).Format(time.RFC3339), 42+version)
		}},
	}
}

func (l largeFile) write(t testing.TB, rows, version int) string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), l.kind+"-*.csv")
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, l.header)
	for n := range rows {
		fmt.Fprintln(w, l.row(n, version))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Name()
}

// BenchmarkImportBesidePsql writes a million rows with psql's \copy into an empty table, and then with Import
// into the same table: when it is empty, when it has all rows already, and when it has all of their keys with other values. It
// takes turns. Of the fastest turn of each way it reports the rows a second, which percentage they are of \copy's, and the
// processor time of the server and of the program for a row. \copy checks no row and names no line.
func BenchmarkImportBesidePsql(b *testing.B) {
	const rows = 1_000_000
	client, all := psql(b), int64(rows)
	for _, l := range largeFiles() {
		b.Run(l.kind, func(b *testing.B) {
			turns := newImportTurns(b, l, rows)
			for b.Loop() {
				turns.exec("TRUNCATE " + l.table)
				turns.take("psql", func() { turns.copyWith(client) })
				turns.exec("TRUNCATE " + l.table)
				turns.take("import", func() { turns.load(0, desk.Counts{Inserted: all}) })
				turns.take("again", func() { turns.load(0, desk.Counts{Unchanged: all}) })
				turns.take("changed", func() { turns.load(1, desk.Counts{Updated: all}) })
			}
			turns.report(rows)
		})
	}
}

// turnTimes are how long a turn took, and the processor time of it.
type turnTimes struct{ passed, server, program time.Duration }

// importTurns are the ways to write the files of one kind into one database.
type importTurns struct {
	b       *testing.B
	file    largeFile
	paths   [2]string // by version
	address string
	pool    *pgxpool.Pool
	fastest map[string]turnTimes
}

func newImportTurns(b *testing.B, l largeFile, rows int) importTurns {
	b.Helper()
	address := pgtest.MigratedURL(b)
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		b.Fatal(err)
	}
	config.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	t := importTurns{b, l, [2]string{l.write(b, rows, 0), l.write(b, rows, 1)}, address, pool, map[string]turnTimes{}}
	t.exec("INSERT INTO instruments SELECT 'I' || to_char(n, 'FM000'), 'price', 'USD' FROM generate_series(0, 99) n")
	return t
}

// take takes a turn, and remembers its times if it is the fastest of its way.
func (t importTurns) take(way string, work func()) {
	t.b.Helper()
	t.exec("CHECKPOINT")
	_, sessions := t.sessions()
	server, program, began := t.endedTime(nil), programTime(t.b), time.Now()
	work()
	times := turnTimes{passed: time.Since(began), program: programTime(t.b) - program}
	times.server = t.endedTime(sessions) - server
	if fastest, known := t.fastest[way]; !known || times.passed < fastest.passed {
		t.fastest[way] = times
	}
}

func (t importTurns) report(rows int) {
	leastOfPsql := map[string]float64{"import": 90, "again": 40, "changed": 40}
	perRow := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 / float64(rows) }
	for way, times := range t.fastest {
		t.b.ReportMetric(float64(rows)/times.passed.Seconds(), way+"-rows/s")
		t.b.ReportMetric(perRow(times.server), way+"-server-µs")
		t.b.ReportMetric(perRow(times.program), way+"-program-µs")
		if way != "psql" {
			benchtarget.AtLeast(t.b, 100*float64(t.fastest["psql"].passed)/float64(times.passed), way+"-%_of_psql", leastOfPsql[way])
		}
	}
}

// sessions returns the process of the server, and of the sessions and helpers that it has now. It returns 0 where the system
// does not say.
func (t importTurns) sessions() (server int, all map[string]bool) {
	t.b.Helper()
	var own int
	if err := t.pool.QueryRow(t.b.Context(), "SELECT pg_backend_pid()").Scan(&own); err != nil {
		t.b.Fatal(err)
	}
	const parent = 3 // in /proc/PID/stat, counted from 0
	numbers := processNumbers(own)
	if len(numbers) <= parent {
		return 0, nil
	}
	server = numbers[parent]
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", server))
	all = map[string]bool{}
	for _, child := range strings.Fields(string(children)) {
		all[child] = true
	}
	return server, all
}

// endedTime waits until the server has only sessions of a list, and returns the processor time of those that have ended, or 0
// where the system does not say.
func (t importTurns) endedTime(still map[string]bool) time.Duration {
	t.b.Helper()
	for {
		server, all := t.sessions()
		maps.DeleteFunc(all, func(session string, _ bool) bool { return still == nil || still[session] })
		if len(all) > 0 {
			time.Sleep(time.Millisecond)
			continue
		}
		const user, system = 15, 16 // as above
		numbers := processNumbers(server)
		if len(numbers) <= system {
			return 0
		}
		return time.Duration(numbers[user]+numbers[system]) * time.Second / 100
	}
}

// processNumbers returns the numbers of /proc/PID/stat by their places. Texts are 0. It returns none if there is no such file.
func processNumbers(pid int) []int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	numbers := []int{0, 0}
	for _, field := range strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) {
		number, _ := strconv.Atoi(field)
		numbers = append(numbers, number)
	}
	return numbers
}

// programTime returns the processor time of this program and of the programs that it has run.
func programTime(t testing.TB) time.Duration {
	t.Helper()
	var spent time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		if err := syscall.Getrusage(who, &usage); err != nil {
			t.Fatal(err)
		}
		spent += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	return spent
}

func (t importTurns) exec(sql string) {
	t.b.Helper()
	if _, err := t.pool.Exec(t.b.Context(), sql); err != nil {
		t.b.Fatal(err)
	}
}

// load imports the file of a version, with connections of its own as the command does.
func (t importTurns) load(version int, want desk.Counts) {
	t.b.Helper()
	file, err := os.Open(t.paths[version])
	if err != nil {
		t.b.Fatal(err)
	}
	defer file.Close()
	pool, err := pgxpool.New(t.b.Context(), t.address)
	if err != nil {
		t.b.Fatal(err)
	}
	defer pool.Close()
	result, err := intake.Import(t.b.Context(), store.New(pool, nil), t.file.kind, file, file.Name(), intake.Options{})
	if err != nil || result.Counts != want {
		t.b.Fatalf("%+v, %v, want %+v", result.Counts, err, want)
	}
}

// copyWith copies the first file with psql.
func (t importTurns) copyWith(client string) {
	t.b.Helper()
	columns := strings.ReplaceAll(t.file.header, "timestamp", `"timestamp"`)
	copying := fmt.Sprintf(`\copy %s (%s) from '%s' csv header`, t.file.table, columns, t.paths[0])
	address := regexp.MustCompile(`require_auth=[a-z0-9-]+&?`).ReplaceAllString(t.address, "") // which psql knows since version 16
	if out, err := exec.Command(client, "-X", "-q", "-v", "ON_ERROR_STOP=1", address, "-c", copying).CombinedOutput(); err != nil {
		t.b.Fatalf("%v: %s", err, out)
	}
}
