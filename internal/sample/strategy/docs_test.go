package strategy

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestTheDocumentationListsTheStrategies(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../../docs/sample-desk.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, s := range All() {
		row := fmt.Sprintf("| `%s` | %s | %s |\n", s.ID, s.Rule, s.Source)
		if !strings.Contains(string(raw), row) {
			t.Errorf("docs/sample-desk.md lacks the row %s", row)
		}
		rows++
	}
	if listed := strings.Count(string(raw), "\n| `"); listed != rows {
		t.Errorf("docs/sample-desk.md lists %d strategies, there are %d", listed, rows)
	}
}
