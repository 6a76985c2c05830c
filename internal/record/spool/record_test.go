package spool

import (
	"reflect"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// A run that is kept must come back whole: a field that record leaves out would be lost whenever the database
// is away. So this fails when desk.Run gets a field and record does not.
func TestARecordHasEveryFieldOfARun(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	run := desk.Run{
		ID: "a", Step: "fred", Status: desk.Failed, StartedAt: start, FinishedAt: start.Add(time.Minute),
		DurationSeconds: 60, ErrorMessage: "HTTP 503",
	}
	given := reflect.ValueOf(run)
	for i := range given.NumField() {
		if given.Field(i).IsZero() {
			t.Errorf("this test gives no value to %s", given.Type().Field(i).Name)
		}
	}
	in := New(t.TempDir(), "db", Options{}).targetFolder()
	text, err := in.encode(run, "")
	if err != nil {
		t.Fatal(err)
	}
	got, err := in.decode(text)
	if err != nil || !reflect.DeepEqual(got, run) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, run)
	}
}
