package desk

import (
	"os"
	"strings"
	"testing"
)

// docs/words.md lists what is built in, each word in the row of its meaning.
func TestTheDocumentListsEveryBuiltInWord(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/words.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if meaning, words, found := strings.Cut(strings.TrimPrefix(line, "| "), " | "); found && strings.HasPrefix(line, "| ") {
			rows[meaning] = words
		}
	}
	listed := map[string][]string{}
	for status, words := range builtInStatuses() {
		listed[string(status)] = words
	}
	for direction, words := range builtInDirections() {
		listed[string(direction)] = words
	}
	for meaning, words := range listed {
		if want := "`" + strings.Join(words, "`, `") + "` |"; !strings.HasPrefix(rows[meaning], want) {
			t.Errorf("docs/words.md has for %s\n  %s\nwant\n  %s", meaning, rows[meaning], want)
		}
	}
}
