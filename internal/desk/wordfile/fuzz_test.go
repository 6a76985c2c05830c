package wordfile_test

import (
	"slices"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/desk/wordfile"
)

// FuzzRead reads any text as a file of words. A text that is taken has only words with a meaning that macrowatch knows, and
// each of macrowatch's own words still means itself.
func FuzzRead(f *testing.F) {
	f.Add("statuses:\n  DONE_OK: SUCCESS\n  0: failed\n")
	f.Add("directions: {Achat: LONG, -2: short}")
	f.Add("statuses: &a {x: FAILED}\ndirections: *a")
	f.Add("statuses:\n  ? [a]\n  : FAILED")
	f.Add("a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]")
	f.Fuzz(func(t *testing.T, text string) {
		words, err := wordfile.Read("words.yaml", []byte(text))
		if err != nil {
			return
		}
		for _, word := range words.List() {
			if word.Meaning == "" {
				t.Errorf("%q: the word %+v means nothing", text, word)
			}
		}
		for _, status := range []desk.Status{desk.Success, desk.Failed, desk.Running} {
			if got, known := words.Read(desk.StatusWord, string(status)); !known || got != string(status) {
				t.Errorf("%q: %s is read as %q", text, status, got)
			}
		}
		if !slices.Equal(words.List(), words.List()) {
			t.Errorf("%q: the list of words changes", text)
		}
	})
}
