package cli

import (
	"strings"
	"testing"
)

func TestMisspelledWordsAreRecognised(t *testing.T) {
	t.Parallel()
	known := []string{"bash", "zsh", "fish", "import", "demo", "pipeline-runs"}
	for word, want := range map[string]string{
		"improt": "import", "bsh": "bash zsh", "dem": "demo", "pipelineruns": "pipeline-runs", "IMPORT": "import", "frobnicate": "", "": "",
	} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(similarWords(word, known), " "); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}
