package httpintake_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"macrowatch/internal/record/httpintake"
	"macrowatch/internal/record/intake"
)

// schema is what the tests need of a JSON schema.
type schema struct {
	Type                 any // a text, or a list of texts
	Properties           map[string]schema
	Required             []string
	Enum                 []any
	Format               string
	MinLength, MaxLength *int
	Minimum, Maximum     *float64
	ExclusiveMinimum     *float64
	AdditionalProperties any
	OneOf                []schema
	Ref                  string `json:"$ref"`
	Items                *schema

	name string // of the component
}

// described is an API's description.
type described struct {
	text       []byte
	Paths      map[string]map[string]describedCall
	Components struct{ Schemas map[string]schema }
}

// refPrefix begins a reference to a component.
const refPrefix = "#/components/schemas/"

// resultName names the component that describes an answer with a status.
func (c describedCall) resultName(status string) string {
	return strings.TrimPrefix(c.Responses[status].Content["application/json"].Schema.Ref, refPrefix)
}

type describedCall struct {
	Responses map[string]struct {
		Content map[string]struct{ Schema schema }
	}
	OperationID string
	RequestBody *struct {
		Content map[string]struct {
			Schema  schema
			Example json.RawMessage
		}
	}
}

// description returns the API's description, which needs no token.
func description(t testing.TB, s *service) described {
	t.Helper()
	a := s.send(t, http.MethodGet, httpintake.DescriptionPath, nil, "Authorization", "")
	d := described{text: []byte(a.body)}
	if err := json.Unmarshal(d.text, &d); err != nil || a.status != http.StatusOK {
		t.Fatalf("%d %v %s", a.status, err, a.body)
	}
	return d
}

// rowSchema returns the schema of a row, and an example, of the call at a path.
func (d described) rowSchema(t testing.TB, path string) (schema, map[string]any) {
	t.Helper()
	content := d.Paths[path]["post"].RequestBody.Content["application/json"]
	of := content.Schema
	if len(of.OneOf) > 0 {
		of = of.OneOf[0]
	}
	var example map[string]any
	if err := json.Unmarshal(content.Example, &example); err != nil {
		t.Fatalf("%s has no example: %v", path, err)
	}
	found := d.Components.Schemas[strings.TrimPrefix(of.Ref, refPrefix)]
	found.name = strings.TrimPrefix(of.Ref, refPrefix)
	return found, example
}

// compiled returns the schema of a component, as a validator of JSON Schema 2020-12 reads it.
func (d described) compiled(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("mem://api.json", document); err != nil {
		t.Fatal(err)
	}
	found, err := c.Compile("mem://api.json#/components/schemas/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// follows reports whether a JSON text is as a schema says.
func follows(t testing.TB, of *jsonschema.Schema, text []byte) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return of.Validate(value)
}

func TestEverySchemaOfTheDescriptionIsValid(t *testing.T) {
	t.Parallel()
	d := description(t, serve(t, httpintake.Limits{}))
	for name := range d.Components.Schemas {
		d.compiled(t, name)
	}
	if len(d.Components.Schemas) < len(intake.Kinds())+4 {
		t.Errorf("there are only %d schemas", len(d.Components.Schemas))
	}
}

func TestEveryKindIsDescribedWithItsFields(t *testing.T) {
	t.Parallel()
	d := description(t, serve(t, httpintake.Limits{}))
	for _, kind := range intake.Kinds() {
		of, _ := d.rowSchema(t, "/api/v1/"+kind)
		columns, err := intake.Columns(kind)
		if err != nil {
			t.Fatal(err)
		}
		var names, required []string
		for _, c := range columns {
			names = append(names, c.Name)
			if c.Required {
				required = append(required, c.Name)
			}
		}
		slices.Sort(names)
		slices.Sort(required)
		if got := slices.Sorted(maps.Keys(of.Properties)); !slices.Equal(got, names) {
			t.Errorf("%s is described with %q, and takes %q", kind, got, names)
		}
		if got := slices.Sorted(slices.Values(of.Required)); !slices.Equal(got, required) {
			t.Errorf("%s is described as needing %q, and needs %q", kind, got, required)
		}
	}
}

// prepare writes what the examples take for granted.
func prepare(t testing.TB, s *service) {
	t.Helper()
	for path, body := range map[string]string{
		"/api/v1/instruments":         `{"instrument":"USDBRL","kind":"price","quoted_in":"BRL","asset_class":"FX"}`,
		"/api/v1/pipeline-runs/start": `{"step_name":"fred","run_id":"begun"}`,
	} {
		if a := s.post(t, path, body); a.status >= 300 {
			t.Fatal(a.body)
		}
	}
}

func TestEveryDescribedCallIsAcceptedAndAnswersAsDescribed(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	prepare(t, s)
	d := description(t, s)
	filled := strings.NewReplacer("{step}", "fred", "{signal}", "start", "{id}", "begun")
	calls := 0
	for path, methods := range d.Paths {
		for method, call := range methods {
			calls++
			bodies := []string{""}
			if call.RequestBody != nil {
				if example := call.RequestBody.Content["application/json"].Example; example != nil {
					bodies = []string{string(example)}
					if len(call.RequestBody.Content["application/json"].Schema.OneOf) > 0 {
						bodies = append(bodies, "["+string(example)+"]")
					}
				}
			}
			for _, body := range bodies {
				req, err := http.NewRequestWithContext(t.Context(), strings.ToUpper(method), s.URL+filled.Replace(path), strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("Authorization", "Bearer "+s.token)
				if req.Header.Set("Content-Type", "application/json"); body == "" {
					req.Header.Set("Content-Type", "text/plain")
				}
				resp, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				text, _ := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode >= 300 {
					t.Errorf("%s: the example is refused: %d %s", call.OperationID, resp.StatusCode, text)
				}
				if method != "head" {
					if err := follows(t, d.compiled(t, call.resultName(fmt.Sprint(resp.StatusCode))), text); err != nil {
						t.Errorf("%s: the answer is not as described: %v: %s", call.OperationID, err, text)
					}
				}
			}
		}
	}
	if calls < len(intake.Kinds())+2+6 {
		t.Errorf("only %d calls are described", calls)
	}
}

// violations returns values of a field that its schema forbids.
func violations(of schema) []any {
	types, _ := json.Marshal(of.Type)
	var bad []any
	if of.MinLength != nil && *of.MinLength > 0 {
		bad = append(bad, strings.Repeat("x", *of.MinLength-1))
	}
	if of.MaxLength != nil {
		bad = append(bad, strings.Repeat("x", *of.MaxLength+1))
	}
	if of.Minimum != nil {
		bad = append(bad, *of.Minimum-0.001)
	}
	if of.ExclusiveMinimum != nil {
		bad = append(bad, *of.ExclusiveMinimum)
	}
	if of.Maximum != nil {
		bad = append(bad, *of.Maximum+0.001)
	}
	if len(of.Enum) > 0 {
		bad = append(bad, "none of them")
	}
	if strings.Contains(string(types), "number") {
		bad = append(bad, "many", true, []any{1.0}, map[string]any{})
	}
	if strings.Contains(string(types), "string") {
		bad = append(bad, true, []any{"x"}, map[string]any{"x": 1.0})
	}
	if strings.HasPrefix(of.Format, "date") {
		bad = append(bad, "soon", "2026-13-01T00:00:00Z", 5.0)
	}
	if !strings.Contains(string(types), "null") {
		bad = append(bad, nil)
	}
	return bad
}

// Each constraint of the description is broken once in each field. The server refuses the row, names the row and the
// field, and writes nothing.
func TestWhatTheDescriptionForbidsIsRefused(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	prepare(t, s)
	d := description(t, s)
	broken := 0
	refuse := func(of *jsonschema.Schema, path, field string, row map[string]any, good any) {
		t.Helper()
		broken++
		body := mustJSON(t, []any{good, row})
		if follows(t, of, mustJSON(t, good)) != nil || follows(t, of, mustJSON(t, row)) == nil {
			t.Errorf("%s %s: the description does not tell a good row from a bad one: %s", path, field, body)
		}
		a := s.send(t, http.MethodPost, path, body)
		if a.status != http.StatusBadRequest || len(a.said.Rows) == 0 || a.said.Rows[0].Index != 1 || a.said.Rows[0].Field != field && a.said.Rows[0].Field != "" {
			t.Errorf("%s %s: %d %s for %s", path, field, a.status, a.body, body)
		}
	}
	for _, kind := range intake.Kinds() {
		path := "/api/v1/" + kind
		of, example := d.rowSchema(t, path)
		rules := d.compiled(t, of.name)
		for name, field := range of.Properties {
			for _, bad := range violations(field) {
				row := maps.Clone(example)
				row[name] = bad
				refuse(rules, path, name, row, example)
			}
		}
		for _, name := range of.Required {
			if types := fmt.Sprint(of.Properties[name].Type); strings.Contains(types, "null") {
				continue // the import takes a missing field as null
			}
			row := maps.Clone(example)
			delete(row, name)
			refuse(rules, path, name, row, example)
		}
		row := maps.Clone(example)
		row["nobody_knows"] = "x"
		refuse(rules, path, "", row, example)
	}
	if broken < 200 {
		t.Errorf("only %d constraints were broken", broken)
	}
	for _, table := range []string{"strategy_signals", "portfolio_state", "instrument_prices", "risk_metrics_daily", "stress_test_results", "risk_limits_status"} {
		if n := s.count(t, table); n != 0 {
			t.Errorf("%s has %d rows", table, n)
		}
	}
}

func TestWhatTheCallsForOneRunForbidIsRefused(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	prepare(t, s)
	d := description(t, s)
	for _, path := range []string{"/api/v1/pipeline-runs/start", "/api/v1/pipeline-runs/{id}/finish"} {
		of, example := d.rowSchema(t, path)
		for name, field := range of.Properties {
			for _, bad := range violations(field) {
				if bad == nil && !slices.Contains(of.Required, name) {
					continue // null stands for a field that is missing
				}
				row := maps.Clone(example)
				row[name] = bad
				body, _ := json.Marshal(row)
				if a := s.send(t, http.MethodPost, strings.Replace(path, "{id}", "begun", 1), body); a.status != http.StatusBadRequest {
					t.Errorf("%s: %d %s for %s", path, a.status, a.body, body)
				}
			}
		}
		for _, body := range []string{"", "[]", "null", "{", `{}`, `{"nobody_knows":1}`, string(mustJSON(t, example)) + "{}", "\xff", `"x"`} {
			if a := s.post(t, strings.Replace(path, "{id}", "begun", 1), body); a.status != http.StatusBadRequest {
				t.Errorf("%s: %d %s for %q", path, a.status, a.body, body)
			}
		}
	}
	if n := s.count(t, "pipeline_runs"); n != 1 {
		t.Errorf("there are %d runs", n)
	}
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
