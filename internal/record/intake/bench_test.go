package intake_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/intake"
	"macrowatch/internal/record/store"
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

// largeFile describes a CSV file of any length.
type largeFile struct {
	kind, table, header string
	row                 func(n int) string
}

func largeFiles() []largeFile {
	begin := time.Date(2000, 1, 3, 9, 0, 0, 0, time.UTC)
	return []largeFile{
		{"prices", "instrument_prices", "instrument,price_date,price", func(n int) string {
			return fmt.Sprintf("I%03d,%s,%.4f", n%100, begin.AddDate(0, 0, n/100).Format(time.DateOnly), 100+float64(n%997)/7)
		}},
		{"signals", "strategy_signals", "strategy_id,instrument,direction,strength,confidence,generated_at", func(n int) string {
			return fmt.Sprintf("FX_%02d,I%03d,LONG,0.25,%.3f,%s", n%10, n%100/10, float64(n%1000)/1000, begin.Add(time.Duration(n/100)*time.Minute).Format(time.RFC3339))
		}},
		{"portfolio-states", "portfolio_state", "timestamp,strategy_id,instrument,weight,total_equity", func(n int) string {
			return fmt.Sprintf("%s,FX_%02d,I%03d,%.4f,%d", begin.Add(time.Duration(n/100)*time.Hour).Format(time.RFC3339), n%10, n%100/10, float64(n%199-99)/1000, 100+n/100)
		}},
		{"pipeline-runs", "pipeline_runs", "run_id,step_name,status,started_at,finished_at,duration_seconds,error_message", func(n int) string {
			at := begin.Add(time.Duration(n) * time.Minute)
			return fmt.Sprintf("run-%08d,step_%d,SUCCESS,%s,%s,42.5,", n, n%20, at.Format(time.RFC3339), at.Add(42*time.Second).Format(time.RFC3339))
		}},
	}
}

func (l largeFile) write(t testing.TB, rows int) string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), l.kind+"-*.csv")
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, l.header)
	for n := range rows {
		fmt.Fprintln(w, l.row(n))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Name()
}

// BenchmarkImportBesidePsql writes the same million rows into the same empty table, once with Import and once with
// psql's \copy. \copy checks no row and names no line.
func BenchmarkImportBesidePsql(b *testing.B) {
	const rows = 1_000_000
	client := psql(b)
	for _, l := range largeFiles() {
		path := l.write(b, rows)
		ways := map[string]func(b *testing.B, s *store.Store, address string){
			"import": func(b *testing.B, s *store.Store, _ string) {
				file, err := os.Open(path)
				if err != nil {
					b.Fatal(err)
				}
				defer file.Close()
				if result, err := intake.Import(b.Context(), s, l.kind, file, path, intake.Options{}); err != nil || result.Inserted != rows {
					b.Fatalf("%+v, %v", result, err)
				}
			},
			"psql": func(b *testing.B, _ *store.Store, address string) {
				copying := fmt.Sprintf(`\copy %s (%s) from '%s' csv header`, l.table, strings.ReplaceAll(l.header, "timestamp", `"timestamp"`), path)
				if out, err := exec.Command(client, "-X", "-q", "-v", "ON_ERROR_STOP=1", address, "-c", copying).CombinedOutput(); err != nil {
					b.Fatalf("%v: %s", err, out)
				}
			},
		}
		for _, name := range []string{"import", "psql"} {
			b.Run(l.kind+"/"+name, func(b *testing.B) { benchmarkLoad(b, l.table, rows, ways[name]) })
		}
	}
}

func benchmarkLoad(b *testing.B, table string, rows int, load func(*testing.B, *store.Store, string)) {
	address := pgtest.MigratedURL(b)
	pool, err := pgxpool.New(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(b.Context(), "INSERT INTO instruments SELECT 'I' || to_char(n, 'FM000'), 'price', 'USD' FROM generate_series(0, 99) n"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		if _, err := pool.Exec(b.Context(), "TRUNCATE "+table); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		load(b, store.New(pool, nil), address)
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
