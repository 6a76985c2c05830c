package spool

import (
	"reflect"
	"testing"
)

// FuzzRecord reads any content of a file in the spool. A record that is read is a run that the database takes, and is the
// same run when it is written and read once more: nothing may be lost each time that a delivery fails.
func FuzzRecord(f *testing.F) {
	const start = `"version":1,"target":"db","run_id":"a","step_name":"fred","started_at":"2026-03-02T12:00:00Z"`
	f.Add([]byte(`{` + start + `,"status":"RUNNING"}`))
	f.Add([]byte(`{` + start + `,"status":"FAILED","finished_at":"2026-03-02T12:01:00-03:00","duration_seconds":60,"error_message":"HTTP 503"}`))
	f.Add([]byte(`{` + start + `,"status":"SUCCESS","duration_seconds":1e308}`))
	f.Add([]byte(`{"version":2}`))
	f.Add([]byte(`{` + start))
	in := New(f.TempDir(), "db", Options{}).targetFolder()
	f.Fuzz(func(t *testing.T, text []byte) {
		run, err := in.decode(text)
		if err != nil {
			return
		}
		if err := run.Validate(); err != nil {
			t.Fatalf("%s is read as a run that can't be recorded: %v", text, err)
		}
		written, err := in.encode(run, "the database is away")
		if err != nil {
			t.Fatalf("%s can't be kept again: %v", text, err)
		}
		first, err := in.decode(written)
		if err != nil {
			t.Fatalf("%s became %s, which is refused: %v", text, written, err)
		}
		again, err := in.encode(first, "")
		if err != nil {
			t.Fatal(err)
		}
		second, err := in.decode(again)
		if err != nil || !reflect.DeepEqual(first, second) || !first.StartedAt.Equal(run.StartedAt) || first.Status != run.Status || first.ID != run.ID {
			t.Errorf("%s became %+v and then %+v: %v", text, first, second, err)
		}
	})
}
