package lineage_test

import (
	"strings"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/lineage"
)

const someRules = `
rules:
  - job: '.*\.sql\.\d+'
    ignore: true
  - namespace: 'airflow.*'
    job: 'desk_daily\.(\w+)'
    step: '{1}'
  - job: 'model\.(?P<project>[a-z]+)\.(?P<model>.+)'
    parent: 'dbt-run-.*'
    step: 'dbt {project}/{model}'
  - root: 'nightly'
    step: '{root}: {namespace} {job} of {parent}'
`

func rules(t testing.TB, text string) lineage.Rules {
	t.Helper()
	r, err := lineage.ReadRules("rules.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func link(name string) *lineage.Link { return &lineage.Link{Job: lineage.Job{Name: name}} }

func TestTheFirstRuleThatFitsNamesTheStep(t *testing.T) {
	t.Parallel()
	r := rules(t, someRules)
	for _, c := range []struct {
		namespace, job string
		parent, root   *lineage.Link
		want           lineage.Named
	}{
		{"x", "a.sql.12", nil, nil, lineage.Named{Ignore: true}},
		{"x", "a.sql.12b", nil, nil, lineage.Named{}},
		{"airflow-prod", "desk_daily.fred", nil, nil, lineage.Named{Step: "fred"}},
		{"our airflow", "desk_daily.fred", nil, nil, lineage.Named{}}, // the pattern fits the whole or not at all
		{"airflow", "desk_daily.fred.x", nil, nil, lineage.Named{}},
		{"dbt", "model.shop.orders", link("dbt-run-shop"), nil, lineage.Named{Step: "dbt shop/orders"}},
		{"dbt", "model.shop.orders", nil, nil, lineage.Named{}},
		{"n", "j", link("p"), link("nightly"), lineage.Named{Step: "nightly: n j of p"}},
		{"n", "j", nil, link("nightly"), lineage.Named{Step: lineage.DeskName("nightly: n j of ")}},
	} {
		if got := r.Name(lineage.Job{Namespace: c.namespace, Name: c.job}, c.parent, c.root); got != c.want {
			t.Errorf("%s %s: %+v, want %+v", c.namespace, c.job, got, c.want)
		}
	}
	if got := (lineage.Rules{}).Name(lineage.Job{Namespace: "n", Name: "j"}, nil, nil); got != (lineage.Named{}) {
		t.Errorf("without rules: %+v", got)
	}
}

func TestAWrongRuleIsRefusedWithItsNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"rules: [{job: '(', step: x}]":              "rule 1: job is not a regular expression",
		"rules: [{job: 'a)|(b', step: x}]":          "rule 1: job is not a regular expression",
		"rules: [{job: a, step: b}, {step: x}]":     "rule 2: has none of namespace, job, parent and root",
		"rules: [{job: a}]":                         "rule 1: needs step or ignore",
		"rules: [{job: a, step: ' '}]":              "rule 1: needs step or ignore",
		"rules: [{job: a, step: b, ignore: true}]":  "rule 1: has both step and ignore",
		"rules: [{job: a, step: '{2}'}]":            "step has {2}, which stands for nothing",
		"rules: [{job: '(?P<x>a)', step: '{y}'}]":   "{namespace}, {job}, {parent}, {root}, {1}, {x}",
		"rules: [{job: a, step: '{job'}]":           "a brace that is not closed",
		"rules: [{jobs: a, step: b}]":               "unknown field",
		"rules: 7":                                  "rules.yaml",
		"rule: []":                                  "unknown field",
		"rules: [{job: a, step: b, ignore: maybe}]": "rules.yaml",
	} {
		if _, err := lineage.ReadRules("rules.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", text, err, want)
		}
	}
	for _, empty := range []string{"", "# nothing yet\n", "rules: []", "rules:\n"} {
		if _, err := lineage.ReadRules("rules.yaml", []byte(empty)); err != nil {
			t.Errorf("%q: %v", empty, err)
		}
	}
}

// Any text of a producer becomes a name that the desk takes, and two texts become two names.
func TestEveryNameOfAJobBecomesANameOfTheDesk(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, text := range []string{
		"job", "myjob.buggy_task🕷", " job", "job\n", "a\tb", "a\u202eb", "", " ", strings.Repeat("x", 200), strings.Repeat("x", 201), strings.Repeat("x", 202),
		strings.Repeat("ü", 5000), "\u0301", "a\u0301", " \u0301b", "\xff", "\xfe", "a\x00b", "\u200b", "日本語", "~",
	} {
		name := lineage.DeskName(text)
		if err := desk.ValidateStep(name); err != nil {
			t.Errorf("%q becomes %q: %v", text, name, err)
		}
		if other, twice := seen[name]; twice {
			t.Errorf("%q and %q both become %q", text, other, name)
		}
		seen[name] = text
		if desk.ValidateStep(text) == nil && name != text {
			t.Errorf("%q becomes %q, want no change", text, name)
		}
	}
}

// TestTwoNamespacesThatShareANameGetBothIntoTheirSteps shows the steps of a preview. The database is tested elsewhere.
func TestTwoNamespacesThatShareANameGetBothIntoTheirSteps(t *testing.T) {
	t.Parallel()
	p := lineage.NewPreview(rules(t, "rules: [{namespace: dev, job: fred, step: 'dev fred'}]"), nil)
	ids := []string{"10000000-0000-0000-0000-000000000001", "10000000-0000-0000-0000-000000000002", "10000000-0000-0000-0000-000000000003",
		"10000000-0000-0000-0000-000000000004", "10000000-0000-0000-0000-000000000005"}
	for i, job := range []lineage.Job{{"a", "load"}, {"b", "load"}, {"a", "fred"}, {"dev", "fred"}, {"b", "other"}} {
		text := strings.NewReplacer(goodID, ids[i], `"ns"`, `"`+job.Namespace+`"`, `"name":"job"`, `"name":"`+job.Name+`"`).Replace(event("", ""))
		p.Add(read(t, text)[0])
	}
	var steps []string
	for _, run := range p.Runs() {
		steps = append(steps, run.Step)
	}
	if got := strings.Join(steps, ", "); got != "a/load, b/load, fred, dev fred, other" {
		t.Error(got)
	}
}
