package dashboard

import (
	"bytes"
	"strings"
	"testing"

	"macrowatch/internal/desk"
)

// Once a reader has chosen a datasource, the import screen turns the portable file into the provisioned one. Only the
// question for the datasource differs.
func TestAPortableFileIsTheSameDashboardOnceItsDatasourceIsChosen(t *testing.T) {
	t.Parallel()
	defs, _ := definitions(t, desk.BuiltInRules())
	for _, def := range defs {
		provisioned, err := JSON(def)
		if err != nil {
			t.Fatal(err)
		}
		portable, err := PortableJSON(def)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(provisioned, []byte(`"uid": "timescaledb"`)); n == 0 || bytes.Count(portable, []byte(`"uid": "${DS_TIMESCALEDB}"`)) != n {
			t.Errorf("%s: %d of %d datasources are asked for", def.UID, bytes.Count(portable, []byte("${DS_TIMESCALEDB}")), n)
		}
		if bytes.Contains(portable, []byte(`"timescaledb"`)) {
			t.Errorf("%s: the portable file still names the provisioned datasource", def.UID)
		}
		start, end := bytes.Index(portable, []byte(`"__inputs": [`)), bytes.Index(portable, []byte(`"__requires"`))
		if start < 0 || end < start {
			t.Fatalf("%s: no __inputs", def.UID)
		}
		input := string(portable[start:end])
		for _, part := range []string{`"name": "DS_TIMESCALEDB"`, `"type": "datasource"`, `"pluginId": "grafana-postgresql-datasource"`} {
			if !strings.Contains(input, part) {
				t.Errorf("%s: __inputs lacks %s: %s", def.UID, part, input)
			}
		}
		chosen := string(portable[:start]) + "\"__inputs\": [],\n  " + string(portable[end:])
		if chosen = strings.ReplaceAll(chosen, "${DS_TIMESCALEDB}", "timescaledb"); chosen != string(provisioned) {
			t.Errorf("%s: the portable dashboard is another one", def.UID)
		}
		if again, err := JSON(def); err != nil || !bytes.Equal(again, provisioned) {
			t.Errorf("%s: writing the portable file changed the provisioned one (%v)", def.UID, err)
		}
	}
}
