package lineage_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/lineage"
	"macrowatch/internal/testkit/testfiles"
)

// FuzzRead checks that any text is either refused or becomes runs that the desk takes.
func FuzzRead(f *testing.F) {
	for _, text := range eventFiles(f) {
		line, _, _ := strings.Cut(text, "\n")
		f.Add(line)
	}
	for _, name := range []string{"openlineage_expected_failed", "openlineage_event_invalid_run_facet", "marquez_event_dataset_event", "marquez_event_unicode"} {
		f.Add(string(testfiles.Read(f, "openlineage/fixtures/"+name+".json")))
	}
	f.Add("[" + event("", "") + "," + event(`"COMPLETE"`, `"ABORT"`) + "]")
	f.Fuzz(func(t *testing.T, text string) {
		p := lineage.NewPreview(lineage.Rules{}, nil)
		_ = lineage.Read(strings.NewReader(text), 0, func(_ int64, e lineage.Event, faults []lineage.Fault) {
			if len(faults) == 0 {
				p.Add(e)
			}
			for _, fault := range faults {
				if fault.Problem == "" {
					t.Errorf("a fault of %q says nothing", fault.Field)
				}
			}
		})
		for _, run := range p.Runs() {
			if err := run.Validate(); err != nil {
				t.Errorf("%+v: %v", run, err)
			}
			if desk.ValidateStep(run.Job.Namespace) != nil || strings.Contains(run.ErrorMessage, "\x00") || !utf8.ValidString(run.ErrorMessage) {
				t.Errorf("the database would not take %+v", run)
			}
		}
	})
}
