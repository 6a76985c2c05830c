package cli

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/dashboard/check"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
	"macrowatch/internal/risk/riskrun"
)

// jsonDocuments are the documents of --json, by the commands that write them.
func jsonDocuments() map[string]any {
	return map[string]any{
		"import --json": importJSON{}, "risk --json": riskJSON{}, "desk check --json": deskCheckJSON{}, "risk --backfill --json": backfillJSON{}, "risk --stale --json": staleListJSON{},
		"migrate status --json": migrationsJSON{}, "spool list --json": []keptJSON{}, "dashboards check --json": checkJSON{},
		"exec --check --json": execCheckJSON{}, "version --json": build{}, "status --json": statusJSON{}, "doctor --json": []findingJSON{},
		"token create --json": createdTokenJSON{}, "token list --json": tokensJSON{}, "lineage check --json": lineageJSON{},
		"desk apply --json": planJSON{}, "user list --json": []userJSON{}, "session list --json": []sessionJSON{}, "alert list --json": alertsJSON{},
		"retention --json": retentionJSON{},
	}
}

// keysOf returns the keys of a type's JSON, and of all types in it.
func keysOf(t reflect.Type) []string {
	switch t.Kind() {
	case reflect.Slice, reflect.Pointer:
		return keysOf(t.Elem())
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return nil
		}
	default:
		return nil
	}
	var keys []string
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if strings.Contains(options, "omitempty") {
			name += "`*"
		} else {
			name += "`"
		}
		keys = append(append(keys, "`"+name), keysOf(t.Field(i).Type)...)
	}
	return keys
}

// The keys are an interface: each is documented, with a star if it may be left out, and nothing else is.
func TestEveryKeyOfJSONIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/command-line.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, section := range strings.Split(string(text), "\n### ")[1:] {
		title, body, _ := strings.Cut(section, "\n")
		body, _, _ = strings.Cut(body, "\n## ")
		sections[title] = body
	}
	// A section may refer to another one.
	sections["risk --stale --json"] += sections["risk --backfill --json"]
	sections["token create --json"] += sections["token list --json"]
	sections["dashboards check --json"] += sections["migrate status --json"]
	for command, document := range jsonDocuments() {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			known := map[string]bool{}
			for _, key := range keysOf(reflect.TypeOf(document)) {
				known[strings.Trim(key, "`*")] = true
				if strings.HasSuffix(key, "`") && strings.Contains(sections[command], key+"*") || !strings.Contains(sections[command], key) {
					t.Errorf("the section %q of docs/command-line.md does not have %s so", command, key)
				}
			}
			for _, row := range regexp.MustCompile("(?m)^\\| `.*").FindAllString(sections[command], -1) {
				cell, _, _ := strings.Cut(row[1:], " | ")
				for _, key := range regexp.MustCompile("`([a-z_0-9]+)`").FindAllStringSubmatch(cell, -1) {
					if !known[key[1]] && !strings.HasPrefix(key[1], "migrations") && command != "dashboards check --json" {
						t.Errorf("docs/command-line.md has the key %s, which %s does not write", key[1], command)
					}
				}
			}
		})
	}
	for title := range sections {
		if _, ok := jsonDocuments()[title]; !ok {
			t.Errorf("docs/command-line.md has a section %q, and no command writes it", title)
		}
	}
}

// Nothing that a caller goes through is null: an empty list is [].
func TestEmptyListsOfJSONAreNotNull(t *testing.T) {
	t.Parallel()
	for name, document := range map[string]any{
		"an import":      importJSON{Files: []importedJSON{importedOf("prices.csv", "prices", intake.Result{}, 312_400*time.Microsecond)}},
		"a risk":         riskJSONOf(desk.RiskComputation{}),
		"a backfill":     backfillJSONOf(riskrun.Result{}, time.Second),
		"stale risks":    staleJSONOf(0, nil),
		"adopted tables": adoptedJSONOf([]adoptedTable{{}}),
		"a check":        checkJSONOf(4, nil, check.Result{}, nil),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := json.Marshal(document)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), "null") {
				t.Errorf("%s", text)
			}
		})
	}
}

func TestTooFewReturnsAreNullInJSON(t *testing.T) {
	t.Parallel()
	j := riskJSONOf(desk.RiskComputation{Metric: desk.RiskMetric{NoVaR: true}, Limits: []desk.LimitStatus{{Limit: "var_95_pct", LimitValue: 5, Unknown: true}},
		Backtest: []desk.BacktestSummary{{ConfidencePct: 95}}})
	text, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"var_95_pct":null,"var_99_pct":null,"cvar_95_pct":null`, `"limit_value":5,"current_value":null,"utilization_pct":null,"breach":false`,
		`"kupiec_p":null,"christoffersen_p":null`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s lacks %s", text, want)
		}
	}
}
