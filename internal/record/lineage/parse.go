package lineage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// fields are the fields of a JSON object.
type fields map[string]json.RawMessage

// parser reads one event and notes its faults.
type parser struct{ faults []Fault }

// mostFaults bounds how many faults of one event are named.
const mostFaults = 20

func (p *parser) fault(field string, value json.RawMessage, format string, args ...any) {
	if len(p.faults) < mostFaults {
		p.faults = append(p.faults, Fault{field, shown(value), fmt.Sprintf(format, args...)})
	}
}

// shown returns a value for a person: a text without its quotes, and of anything long the beginning.
func shown(value json.RawMessage) string {
	text := string(value[:min(len(value), 1000)])
	var unquoted string
	if !absent(value) && json.Unmarshal(value, &unquoted) == nil {
		text = unquoted
	}
	if short := firstRunes(text, 200); short != text {
		return short + "…"
	}
	return text
}

// absent reports whether a field is missing. Java writes null for a field that is not set.
func absent(value json.RawMessage) bool { return len(value) == 0 || bytes.Equal(value, []byte("null")) }

// object reads an object that may be missing. It returns nil if it is.
func (p *parser) object(field string, value json.RawMessage) fields {
	if absent(value) {
		return nil
	}
	var all fields
	if json.Unmarshal(value, &all) != nil {
		p.fault(field, value, "not an object")
		return nil
	}
	return all
}

// required notes a fault if a field is missing, and reports whether it is there.
func (p *parser) required(field string, value json.RawMessage) bool {
	if absent(value) {
		p.fault(field, value, "missing")
		return false
	}
	return true
}

// text reads a text that must be there and not be empty.
func (p *parser) text(field string, value json.RawMessage) string {
	var text string
	switch {
	case !p.required(field, value):
	case json.Unmarshal(value, &text) != nil:
		p.fault(field, value, "not a text")
	case strings.TrimSpace(text) == "":
		p.fault(field, value, "empty")
	}
	return text
}

// time reads a time.
func (p *parser) time(field string, value json.RawMessage) time.Time {
	before := len(p.faults)
	text := p.text(field, value)
	if len(p.faults) > before {
		return time.Time{}
	}
	t, ok := parseTime(text)
	switch {
	case !ok:
		p.fault(field, value, "not a time; expected is one such as 2026-03-02T06:00:00.123Z")
	case t.Before(earliest()):
		p.fault(field, value, "before 1970")
	}
	return t
}

// Parse reads one event. If it has faults, they are returned instead.
func Parse(text []byte) (Event, []Fault) {
	p := &parser{}
	var all fields
	if err := json.Unmarshal(text, &all); err != nil || all == nil {
		p.fault("", text, "not a JSON object")
		return Event{}, p.faults
	}
	e := p.event(all)
	return e, p.faults
}

func (p *parser) event(all fields) Event {
	e := Event{About: p.about(all), Type: p.eventType(all["eventType"]), Time: p.time("eventTime", all["eventTime"])}
	p.datasets("inputs", all["inputs"], nil)
	p.datasets("outputs", all["outputs"], &e)
	switch e.About {
	case AboutDataset:
		p.dataset("dataset", all["dataset"])
	case AboutJob:
		e.Job = p.job("job", all["job"])
	case AboutRun:
		e.Job = p.job("job", all["job"])
		p.run(&e, p.object("run", all["run"]))
	}
	return e
}

// about finds out what an event is about.
func (p *parser) about(all fields) Subject {
	switch hasType := !absent(all["eventType"]); {
	case !absent(all["run"]):
		return AboutRun
	case !hasType && !absent(all["dataset"]):
		return AboutDataset
	case !hasType && !absent(all["job"]):
		return AboutJob
	}
	p.fault("run", nil, "missing; an event has run and job, or without an eventType only job or dataset")
	return ""
}

func (p *parser) eventType(value json.RawMessage) Type {
	if absent(value) {
		return Other
	}
	text := strings.ToUpper(p.text("eventType", value))
	if text != "" && !slices.Contains(Types(), text) {
		p.fault("eventType", value, "unknown; allowed are %s", strings.Join(Types(), ", "))
	}
	return Type(text)
}

// name reads a name of OpenLineage as a name of the desk.
func (p *parser) name(field string, value json.RawMessage) string {
	before := len(p.faults)
	if text := p.text(field, value); len(p.faults) == before {
		return DeskName(text)
	}
	return ""
}

func (p *parser) job(field string, value json.RawMessage) Job {
	if !p.required(field, value) {
		return Job{}
	}
	all := p.object(field, value)
	if all == nil {
		return Job{}
	}
	p.facets(field+".facets", all["facets"], jobFacets())
	return Job{p.name(field+".namespace", all["namespace"]), p.name(field+".name", all["name"])}
}

// run reads the run of an event and the facets that say something about it.
func (p *parser) run(e *Event, run fields) {
	if run == nil {
		return // which is noted
	}
	e.RunID = p.runID(run["runId"])
	facets := p.facets("run.facets", run["facets"], runFacets())
	if parent := facets["parent"]; parent != nil {
		e.Parent = p.link("run.facets.parent", p.object("run.facets.parent", parent))
		if root := p.object("run.facets.parent.root", p.object("", parent)["root"]); root != nil {
			e.Root = p.link("run.facets.parent.root", root)
		}
	}
	if failure := facets["errorMessage"]; failure != nil {
		e.Error = errorText(p.object("run.facets.errorMessage", failure))
	}
	if nominal := facets["nominalTime"]; nominal != nil {
		e.NominalStart = p.time("run.facets.nominalTime.nominalStartTime", p.object("run.facets.nominalTime", nominal)["nominalStartTime"])
	}
}

// runID reads the ID of a run in its one canonical form. OpenLineage demands a UUID.
func (p *parser) runID(value json.RawMessage) string {
	before := len(p.faults)
	text := p.text("run.runId", value)
	if len(p.faults) > before {
		return ""
	}
	id, err := uuid.Parse(text)
	if err != nil || len(text) != len(id.String()) {
		p.fault("run.runId", value, "not a UUID")
		return ""
	}
	return id.String()
}

// link reads a parent. Its ID is kept as it is, since some producers send one that is no UUID.
func (p *parser) link(field string, all fields) *Link {
	job, run := p.object(field+".job", all["job"]), p.object(field+".run", all["run"])
	return &Link{
		RunID: p.name(field+".run.runId", run["runId"]),
		Job:   Job{p.name(field+".job.namespace", job["namespace"]), p.name(field+".job.name", job["name"])},
	}
}

// datasets checks a list of datasets. If e is given, they are its outputs, whose rows are counted.
func (p *parser) datasets(field string, value json.RawMessage, e *Event) {
	if absent(value) {
		return
	}
	var list []json.RawMessage
	if json.Unmarshal(value, &list) != nil {
		p.fault(field, value, "not a list")
		return
	}
	for i, one := range list {
		at := field + "[" + strconv.Itoa(i) + "]"
		all := p.dataset(at, one)
		p.facets(at+".inputFacets", all["inputFacets"], inputFacets())
		written := p.facets(at+".outputFacets", all["outputFacets"], nil)["outputStatistics"]
		if e == nil || written == nil {
			continue
		}
		if rows, ok := p.count(at+".outputFacets.outputStatistics.rowCount", p.object(at+".outputFacets.outputStatistics", written)["rowCount"]); ok {
			if e.Rows == nil {
				e.Rows = new(int64)
			}
			*e.Rows = saturated(*e.Rows, rows)
		}
	}
}

// saturated adds two counts. What is too large stays the largest number.
func saturated(a, b int64) int64 {
	if sum := a + b; sum >= a {
		return sum
	}
	return 1<<63 - 1
}

// count reads a number of rows that may be missing.
func (p *parser) count(field string, value json.RawMessage) (int64, bool) {
	if absent(value) {
		return 0, false
	}
	var n int64
	if json.Unmarshal(value, &n) != nil || n < 0 {
		p.fault(field, value, "not a whole number of at least 0")
		return 0, false
	}
	return n, true
}

func (p *parser) dataset(field string, value json.RawMessage) fields {
	if !p.required(field, value) {
		return nil
	}
	all := p.object(field, value)
	if all == nil {
		return nil
	}
	p.text(field+".namespace", all["namespace"])
	p.text(field+".name", all["name"])
	p.facets(field+".facets", all["facets"], datasetFacets())
	return all
}
