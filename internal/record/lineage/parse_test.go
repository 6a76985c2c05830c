package lineage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/record/lineage"
	"macrowatch/internal/testkit/testfiles"
)

func TestTheFixturesOfOtherProjectsAreTakenOrRefusedWithTheField(t *testing.T) {
	t.Parallel()
	for name, fields := range map[string][]string{
		"marquez_event_dataset_event":         nil,
		"marquez_event_full":                  nil,
		"marquez_event_required_only":         nil,
		"marquez_event_simple":                nil,
		"marquez_event_unicode":               nil,
		"marquez_event_without_schema_url":    nil,
		"marquez_null_nominal_end_time":       nil,
		"openlineage_event_full":              nil,
		"openlineage_event_simple":            nil,
		"openlineage_serde_example_run_event": nil,
		"openlineage_event_no_run_id":         {"run.runId"},
		"openlineage_event_invalid_run_facet": {"run.facets.parent.run.runId"},
		"openlineage_event_invalid_job_facet": {"job.facets.ownership.owners[0].name"},
		"openlineage_expected_failed":         {"eventTime", "run.runId"},
	} {
		_, faults := lineage.Parse(testfiles.Read(t, "openlineage/fixtures/"+name+".json"))
		var found []string
		for _, f := range faults {
			found = append(found, f.Field)
		}
		if !slices.Equal(found, fields) {
			t.Errorf("%s: faults %v, want those of %q", name, faults, fields)
		}
	}
}

const goodID = "41fb5137-f0fd-4ee5-ba5c-56f8571d1bd7"

// event returns a good event with one thing replaced by another.
func event(old, by string) string {
	const good = `{"eventType":"COMPLETE","eventTime":"2026-03-02T06:00:00Z","run":{"runId":"` + goodID + `","facets":{}},` +
		`"job":{"namespace":"ns","name":"job","facets":{}},"inputs":[],"outputs":[]}`
	if !strings.Contains(good, old) {
		panic("a good event does not have " + old)
	}
	return strings.Replace(good, old, by, 1)
}

func TestAnEventThatIsWrongIsRefusedWithFieldValueAndProblem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[]`:                          "||[]|not a JSON object",
		`null`:                        "||null|not a JSON object",
		event(`"COMPLETE"`, `"DONE"`): "|eventType|DONE|unknown; allowed are START, RUNNING, COMPLETE, FAIL, ABORT, OTHER",
		event(`"COMPLETE"`, `7`):      "|eventType|7|not a text",
		event(`"2026-03-02T06:00:00Z"`, `"yesterday"`):                     "|eventTime|yesterday|not a time; expected is one such as 2026-03-02T06:00:00.123Z",
		event(`"2026-03-02T06:00:00Z"`, `1772431200000`):                   "|eventTime|1772431200000|not a text",
		event(`"2026-03-02T06:00:00Z"`, `"0001-01-01T00:00:00Z"`):          "|eventTime|0001-01-01T00:00:00Z|before 1970",
		event(`"2026-03-02T06:00:00Z"`, `"2026-02-30T06:00:00Z"`):          "|eventTime|2026-02-30T06:00:00Z|not a time; expected is one such as 2026-03-02T06:00:00.123Z",
		event(`"eventTime"`, `"EVENTTIME"`):                                "|eventTime||missing",
		event(`"`+goodID+`"`, `"run 7"`):                                   "|run.runId|run 7|not a UUID",
		event(`"`+goodID+`"`, `"urn:uuid:`+goodID+`"`):                     "|run.runId|urn:uuid:" + goodID + "|not a UUID",
		event(`"`+goodID+`"`, `12`):                                        "|run.runId|12|not a text",
		event(`"ns"`, `""`):                                                "|job.namespace||empty",
		event(`"job",`, `null,`):                                           "|job.name|null|missing",
		event(`"job":{`, `"jobs":{`):                                       "|job||missing",
		event(`"run":{`, `"ran":{`):                                        "|run||missing; an event has run and job, or without an eventType only job or dataset",
		event(`"inputs":[]`, `"inputs":{}`):                                "|inputs|{}|not a list",
		event(`"inputs":[]`, `"inputs":[{"namespace":"n"}]`):               "|inputs[0].name||missing",
		event(`"facets":{}`, `"facets":[]`):                                "|run.facets|[]|not an object",
		event(`"facets":{}`, `"facets":{"errorMessage":{"message":3}}`+``): "|run.facets.errorMessage.message|3|not a text",
		event(`"facets":{}`, `"facets":{"parent":{"run":{"runId":"p"},"job":{"namespace":"n","name":["x"]}}}`):                `|run.facets.parent.job.name|["x"]|not a text`,
		event(`"facets":{}`, `"facets":{"nominalTime":{"nominalStartTime":"noon"}}`):                                          "|run.facets.nominalTime.nominalStartTime|noon|not a time; expected is one such as 2026-03-02T06:00:00.123Z",
		event(`"name":"job","facets":{}`, `"name":"job","facets":{"sql":{}}`):                                                 "|job.facets.sql.query||missing",
		event(`"outputs":[]`, `"outputs":[{"namespace":"n","name":"o","outputFacets":{"outputStatistics":{"rowCount":-1}}}]`): "|outputs[0].outputFacets.outputStatistics.rowCount|-1|not a whole number of at least 0",
		event(`"outputs":[]`, `"outputs":[{"namespace":"n","name":"o","facets":{"schema":{"fields":[{"name":"a"},{}]}}}]`):    "|outputs[0].facets.schema.fields[1].name||missing",
	} {
		_, faults := lineage.Parse([]byte(text))
		if len(faults) != 1 {
			t.Errorf("%s: faults %v, want one", text, faults)
			continue
		}
		if got := fmt.Sprintf("|%s|%s|%s", faults[0].Field, faults[0].Value, faults[0].Problem); got != want && "|"+got != want {
			t.Errorf("%s:\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestTimesAreReadInTheFormsInWhichProducersSendThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-03-02T06:00:00Z":                    "2026-03-02T06:00:00Z",
		"2026-03-02T06:00:00.123456789Z":          "2026-03-02T06:00:00.123456Z",
		"2026-03-02T06:00:00.1234567890123Z":      "2026-03-02T06:00:00.123456Z",
		"2026-03-02T06:00:00,5Z":                  "2026-03-02T06:00:00.5Z",
		"2026-03-02T06:00:00.123+05:30":           "2026-03-02T00:30:00.123Z",
		"2026-03-02T06:00:00-0300":                "2026-03-02T09:00:00Z",
		"2026-03-02T06:00:00+01":                  "2026-03-02T05:00:00Z",
		"2026-03-02T06:00:00+01:00[Europe/Paris]": "2026-03-02T05:00:00Z",
		"2026-03-02T06:00Z":                       "2026-03-02T06:00:00Z",
		"2026-03-02T06:00:00.427343":              "2026-03-02T06:00:00.427343Z",
		"2026-03-02 06:00:00+00:00":               "2026-03-02T06:00:00Z",
		"2026-03-02t06:00:00z":                    "2026-03-02T06:00:00Z",
		"2026-03-02":                              "2026-03-02T00:00:00Z",
	} {
		e, faults := lineage.Parse([]byte(event("2026-03-02T06:00:00Z", text)))
		if got := e.Time.Format(time.RFC3339Nano); len(faults) > 0 || got != want {
			t.Errorf("%s: %s, %v; want %s", text, got, faults, want)
		}
	}
}

func TestWhatMacrowatchDoesNotKnowIsIgnored(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		event(`"COMPLETE"`, `"complete"`),
		event(`"facets":{}`, `"facets":null`),
		event(`"facets":{}`, `"facets":{"our_own":{"deep":[[[1,{"x":null}]]]},"parent":null,"errorMessage":{"_deleted":true}}`),
		event(`"inputs":[],`, `"inputs":null,"producer":17,"schemaURL":null,"more":[],`),
		event(`"`+goodID+`"`, `"`+strings.ToUpper(goodID)+`"`),
	} {
		e, faults := lineage.Parse([]byte(text))
		if len(faults) > 0 || e.RunID != goodID || e.Type != lineage.Complete || e.Parent != nil || e.Error != "" {
			t.Errorf("%s: %+v, %v", text, e, faults)
		}
	}
}

func TestWhatAnEventSaysIsRead(t *testing.T) {
	t.Parallel()
	text := event(`"facets":{}`, `"facets":{"errorMessage":{"message":" it broke\u0000 ","stackTrace":"at x"},`+
		`"parent":{"run":{"runId":"not a uuid"},"job":{"namespace":"n","name":"dag"},"root":{"run":{"runId":"r"},"job":{"namespace":"n","name":"top"}}},`+
		`"nominalTime":{"nominalStartTime":"2026-03-01T00:00:00Z","nominalEndTime":null}}`)
	text = strings.Replace(text, `"outputs":[]`, `"outputs":[{"namespace":"n","name":"a","outputFacets":{"outputStatistics":{"rowCount":3}}},`+
		`{"namespace":"n","name":"b","outputFacets":{"outputStatistics":{"rowCount":4,"size":9}}},{"namespace":"n","name":"c","outputFacets":{"outputStatistics":{"size":1}}}]`, 1)
	e, faults := lineage.Parse([]byte(text))
	if len(faults) > 0 || e.Error != "it broke" || e.Rows == nil || *e.Rows != 7 ||
		*e.Parent != (lineage.Link{RunID: "not a uuid", Job: lineage.Job{Namespace: "n", Name: "dag"}}) ||
		e.Root == nil || e.Root.Job.Name != "top" || !e.NominalStart.Equal(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v, %v", e, faults)
	}
}

func TestEventsAreReadInEveryForm(t *testing.T) {
	t.Parallel()
	one := event("", "")
	broken := "not valid JSON, or it ends too early"
	for _, c := range []struct {
		text   string
		events int
		fault  string // of the last
	}{
		{one, 1, ""}, {"\xef\xbb\xbf " + one + "\n", 1, ""}, {one + "\n" + one + "\r\n\n", 2, ""}, {one + one, 2, ""},
		{"[" + one + ",\n" + one + "]\n", 2, ""}, {" [] ", 0, ""}, {"", 0, ""},
		{"[" + one, 2, broken}, {"[" + one + "," + one[:20], 2, broken}, {one[:20], 1, broken}, {"{]", 1, broken},
		{"[" + one + "] x", 2, broken}, {"[" + one + "]" + one, 2, broken}, {"[" + one + " " + one + "]", 2, broken}, {"nonsense", 1, broken},
		{one + "\n7\n" + one, 3, ""},
	} {
		events, fault := 0, ""
		err := lineage.Read(strings.NewReader(c.text), 0, func(place int64, _ lineage.Event, faults []lineage.Fault) {
			if place != int64(events) {
				t.Errorf("%q: place %d, want %d", c.text, place, events)
			}
			events, fault = events+1, ""
			if len(faults) > 0 {
				fault = faults[0].Problem
			}
		})
		if err != nil || events != c.events || fault != c.fault {
			t.Errorf("%q: %d events, %q, %v; want %d, %q", c.text, events, fault, err, c.events, c.fault)
		}
	}
}

func TestTooLongAnEventAndTooManyAreRefused(t *testing.T) {
	t.Parallel()
	long := event(`"inputs":[]`, `"inputs":[],"x":"`+strings.Repeat("x", lineage.LongestEvent)+`"`)
	many := "[" + strings.Repeat("7,", 100) + "7]"
	for _, text := range []string{long, "[" + long + "]", strings.Repeat(" ", 2*lineage.LongestEvent), many} {
		err := lineage.Read(strings.NewReader(text), 100, func(int64, lineage.Event, []lineage.Fault) {})
		if err == nil || !strings.Contains(err.Error(), "than ") {
			t.Errorf("%.40q: %v", text, err)
		}
	}
	big := event(`"inputs":[]`, `"inputs":[],"x":"`+strings.Repeat("x", lineage.LongestEvent/2)+`"`)
	if events := read(t, big+big+big); len(events) != 3 {
		t.Errorf("%d large events, want 3", len(events))
	}
}
