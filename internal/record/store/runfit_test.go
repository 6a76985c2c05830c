package store_test

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// runsTable returns the SQL for a table pipeline_runs as another tool might make it. columns are the columns that
// differ.
func runsTable(columns string) string {
	types := map[string]string{"run_id": "text PRIMARY KEY", "step_name": "text", "status": "text", "started_at": "timestamptz",
		"finished_at": "timestamptz", "duration_seconds": "numeric", "error_message": "text"}
	for _, column := range strings.Split(columns, ";") {
		if name, kind, found := strings.Cut(strings.TrimSpace(column), " "); found {
			types[name] = kind
		}
	}
	var all []string
	for _, name := range []string{"run_id", "step_name", "status", "started_at", "finished_at", "duration_seconds", "error_message"} {
		all = append(all, name+" "+types[name])
	}
	return "CREATE TABLE pipeline_runs (" + strings.Join(all, ", ") + ")"
}

// The test records a run that took three years. Its message is long, and says at its end what went wrong.
func TestTheEndOfARunIsRecordedWhateverTheColumnsTake(t *testing.T) {
	t.Parallel()
	const id = "0198c7a0-5b1e-7c3d-9f00-0123456789ab"
	last := "ValueError: preço em € inválido"
	long := strings.Repeat("  File \"fetch.py\", line 12, in fetch\n", 100) + last
	started := time.Date(2023, 3, 2, 9, 0, 0, 0, time.UTC)
	begun := desk.Run{ID: id, Step: "b3_market_data_settlement", Status: desk.Running, StartedAt: started}
	failed := begun
	failed.Status, failed.ErrorMessage = desk.Failed, long
	failed.DurationSeconds, failed.FinishedAt = 94608000, started.Add(94608000*time.Second)

	for _, c := range []struct{ name, columns, encoding, message, step string }{
		{"short message", "error_message varchar(255)", "UTF8", "[...] .*" + last, ""},
		{"very short message", "error_message varchar(20)", "UTF8", "[...] em € inválido", ""},
		{"tiny message", "error_message varchar(5)", "UTF8", "álido", ""},
		{"a constraint on the message", "error_message text CHECK (length(error_message) < 300)", "UTF8", last, ""},
		{"message that may not be null", "error_message text NOT NULL", "UTF8", last, ""},
		{"numeric duration", "duration_seconds numeric(8,2)", "UTF8", "it took 94608000 s", ""},
		{"short duration", "duration_seconds numeric(4,1) NOT NULL", "UTF8", "it took 94608000 s", ""},
		{"whole duration", "duration_seconds smallint", "UTF8", "it took 94608000 s", ""},
		{"a constraint on the duration", "duration_seconds numeric CHECK (duration_seconds < 86400)", "UTF8", "it took 94608000 s", ""},
		{"a constraint on a duration that may not be null", "duration_seconds integer NOT NULL CHECK (duration_seconds <= 3600)", "UTF8", "it took 94608000 s", ""},
		{"constraints on duration and message", "duration_seconds float8 CHECK (duration_seconds < 1e6); error_message varchar(90) CHECK (error_message !~ '[^ -~\\n]')", "UTF8", "it took 94608000 s", ""},
		{"duration and message", "duration_seconds numeric(6,2); error_message varchar(100)", "UTF8", "it took 94608000 s", ""},
		{"short step", "step_name varchar(12)", "UTF8", last, "b3_mark[...]"},
		{"short run id", "run_id varchar(16) PRIMARY KEY", "UTF8", last, ""},
		{"all short", "run_id varchar(32) PRIMARY KEY; step_name varchar(20); error_message varchar(64); duration_seconds integer", "UTF8", last, "b3_market_data_[...]"},
		{"no euro sign", "", "LATIN1", "preço em ? inválido", ""},
		{"no euro sign, short", "error_message varchar(255)", "LATIN1", "preço em ? inválido", ""},
		{"Cyrillic only", "", "KOI8R", "pre?o em ? inv?lido", ""},
		{"bytes", "error_message varchar(30)", "SQL_ASCII", "em € inválido", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, pgtest.EncodedURL(t, c.encoding), store.Options{})
			if _, err := s.Pool().Exec(t.Context(), runsTable(c.columns)); err != nil {
				t.Fatal(err)
			}
			if err := store.Migrate(t.Context(), s.Pool()); err != nil {
				t.Fatal(err)
			}
			for _, run := range []desk.Run{begun, failed, failed} {
				if err := (store.RunRecorder{Store: s}).RunUpsert(t.Context(), run); err != nil {
					t.Fatal(err)
				}
			}
			runs, err := s.RunsBetween(t.Context(), started, started.Add(time.Hour))
			if err != nil || len(runs) != 1 {
				t.Fatalf("%d runs: %v (%v)", len(runs), runs, err)
			}
			got := runs[0]
			message := c.message
			if cut, end, found := strings.Cut(message, ".*"); found {
				if !strings.HasPrefix(got.ErrorMessage, cut) {
					t.Errorf("the message has no mark: %q", got.ErrorMessage)
				}
				message = end
			}
			if got.Status != desk.Failed || !strings.Contains(got.ErrorMessage, message) {
				t.Errorf("%s, message %q, want %q in it", got.Status, got.ErrorMessage, message)
			}
			if c.step != "" && got.Step != c.step {
				t.Errorf("step %q, want %q", got.Step, c.step)
			}
		})
	}
}

func TestASuccessIsRecordedWhereNothingMayBeNull(t *testing.T) {
	t.Parallel()
	for _, columns := range []string{"error_message text NOT NULL", "error_message varchar(10) NOT NULL; duration_seconds int NOT NULL"} {
		t.Run(columns, func(t *testing.T) {
			s := openStore(t, pgtest.URL(t), store.Options{})
			if _, err := s.Pool().Exec(t.Context(), runsTable(columns)); err != nil {
				t.Fatal(err)
			}
			if err := store.Migrate(t.Context(), s.Pool()); err != nil {
				t.Fatal(err)
			}
			started := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
			run := desk.Run{ID: "a", Step: "fred", Status: desk.Running, StartedAt: started}
			if err := (store.RunRecorder{Store: s}).RunUpsert(t.Context(), run); err != nil {
				t.Errorf("%s: %v", columns, err)
			}
			run.Status, run.DurationSeconds, run.FinishedAt = desk.Success, 60, started.Add(time.Minute)
			if err := (store.RunRecorder{Store: s}).RunUpsert(t.Context(), run); err != nil {
				t.Errorf("%s: %v", columns, err)
			}
			if got, _ := latest(t, s, "fred"); got.Status != desk.Success {
				t.Errorf("%s: %+v", columns, got)
			}
		})
	}
}

// The columns keep whole seconds or tenths of them. Rounding can move the end of a short run before its start, which
// the constraint refuses.
func TestAShortRunIsRecordedWhereTimesAreRounded(t *testing.T) {
	t.Parallel()
	for _, columns := range []string{
		"started_at timestamptz(0); finished_at timestamptz CHECK (finished_at >= started_at)",
		"finished_at timestamptz(0) CHECK (finished_at >= started_at)",
		"started_at timestamptz(1); finished_at timestamptz(0) CHECK (finished_at >= started_at)",
		"started_at timestamptz(0); finished_at timestamptz(3) CHECK (finished_at >= started_at)",
	} {
		t.Run(columns, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, pgtest.URL(t), store.Options{})
			if _, err := s.Pool().Exec(t.Context(), runsTable(columns)); err != nil {
				t.Fatal(err)
			}
			if err := store.Migrate(t.Context(), s.Pool()); err != nil {
				t.Fatal(err)
			}
			minute := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
			for i, milliseconds := range []int{0, 260, 510, 760} {
				run := desk.Run{ID: string(rune('a' + i)), Step: "fred", Status: desk.Running, StartedAt: minute.Add(time.Duration(milliseconds) * time.Millisecond)}
				ended := run
				ended.Status, ended.DurationSeconds, ended.FinishedAt = desk.Success, 0.03, run.StartedAt.Add(30*time.Millisecond)
				for _, r := range []desk.Run{run, ended} {
					if err := (store.RunRecorder{Store: s}).RunUpsert(t.Context(), r); err != nil {
						t.Fatalf("started at %d ms: %v", milliseconds, err)
					}
				}
			}
			runs, err := s.RunsBetween(t.Context(), minute, minute.Add(time.Minute))
			if err != nil || len(runs) != 4 {
				t.Fatalf("%d runs: %v (%v)", len(runs), runs, err)
			}
			for _, run := range runs {
				if run.Status != desk.Success || run.DurationSeconds != 0.03 || run.FinishedAt.Sub(run.StartedAt) > time.Second {
					t.Errorf("%+v", run)
				}
			}
		})
	}
}

func TestAValueThatNothingMakesFitIsStillRefused(t *testing.T) {
	t.Parallel()
	s := openStore(t, pgtest.URL(t), store.Options{})
	if _, err := s.Pool().Exec(t.Context(), runsTable("step_name text CHECK (step_name <> 'fred')")); err != nil {
		t.Fatal(err)
	}
	if err := store.Migrate(t.Context(), s.Pool()); err != nil {
		t.Fatal(err)
	}
	run := desk.Run{ID: "a", Step: "fred", Status: desk.Running, StartedAt: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	err := (store.RunRecorder{Store: s}).RunUpsert(t.Context(), run)
	if err == nil || !strings.Contains(err.Error(), "refuses a row") {
		t.Errorf("got %v", err)
	}
}
