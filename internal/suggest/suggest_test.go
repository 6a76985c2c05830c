package suggest_test

import (
	"strings"
	"testing"

	"macrowatch/internal/suggest"
	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
)

func TestMisspelledWordsAreRecognised(t *testing.T) {
	t.Parallel()
	known := []string{"bash", "zsh", "fish", "import", "demo", "pipeline-runs", "closing_hour", "SUCCESS"}
	for word, want := range map[string]string{
		"improt": "import", "bsh": "bash zsh", "dem": "demo", "pipelineruns": "pipeline-runs", "IMPORT": "import", "frobnicate": "", "": "",
		"closing_time": "", "closing_huor": "closing_hour", "closinghours": "closing_hour", "succes": "SUCCESS", "sucess": "SUCCESS", "pipe": "pipeline-runs", "x": "", "zhs": "zsh", "hsz": "",
	} {
		if got := strings.Join(suggest.Words(word, known), " "); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestHintsAreSentences(t *testing.T) {
	t.Parallel()
	known := []string{"bash", "cash", "dash", "lash", "fish"}
	for word, want := range map[string]string{"fosh": "; did you mean fish?", "fash": "; did you mean bash, cash or dash?", "quux": ""} {
		if got := suggest.Hint(word, known); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestDistances(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"limits", "limits", 0}, {"limts", "limits", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"abcd", "acbd", 1}, {"ca", "abc", 3}} {
		if got, back := suggest.Distance(c.a, c.b), suggest.Distance(c.b, c.a); got != c.want || back != c.want {
			t.Errorf("from %q to %q it is %d, and back %d, want %d", c.a, c.b, got, back, c.want)
		}
	}
}
