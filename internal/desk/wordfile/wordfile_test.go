package wordfile_test

import (
	"strconv"
	"strings"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/desk/wordfile"
)

func TestReadingAFileOfWords(t *testing.T) {
	t.Parallel()
	words, err := wordfile.Read("words.yaml", []byte(`# what our scheduler says
statuses:
  DONE_OK: SUCCESS
  échec: failed
  0: SUCCESS
  "3": Cancelled
  true: SUCCESS
  no: FAILED
directions:
  Achat: LONG
  -2: short
`))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"done ok": "SUCCESS", "ÉCHEC": "FAILED", "0": "SUCCESS", "3.0": "CANCELLED", "TRUE": "SUCCESS", "No": "FAILED", "Achat": "",
	} {
		if got, _ := words.Read(desk.StatusWord, text); got != want {
			t.Errorf("the status %q is read as %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"ACHAT": "LONG", "-2": "SHORT", "-2.00": "SHORT", "2": ""} {
		if got, _ := words.Read(desk.DirectionWord, text); got != want {
			t.Errorf("the direction %q is read as %q, want %q", text, got, want)
		}
	}
}

func TestAFileWithoutWords(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "# nothing yet\n", "statuses:\ndirections:\n", "statuses: {}"} {
		t.Run(strconv.Quote(text), func(t *testing.T) {
			words, err := wordfile.Read("words.yaml", []byte(text))
			if err != nil || len(words.List()) > 0 {
				t.Errorf("%v, %v", words.List(), err)
			}
		})
	}
}

func TestFilesOfWordsThatAreRefused(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"status:\n  X: FAILED":                  `unknown field "status"`,
		"statuses: [FAILED]":                    "read the words of words.yaml: ",
		"directions:\n  X:\n    Y: LONG":        "line 3: a word is given more than one word as its meaning",
		"statuses:\n  X: [FAILED]":              "line 2: a word is given more than one word as its meaning",
		"statuses:\n  X: FAILED\n  X: SUCCESS":  "read the words of words.yaml: ",
		"statuses:\n  X: GREAT":                 `status "X" can't mean "GREAT"; allowed is SUCCESS, RUNNING`,
		"statuses:\n  X:":                       `status "X" can't mean ""`,
		"directions:\n  SHORT: LONG":            `direction "SHORT" is macrowatch's own word and can't mean LONG`,
		"directions:\n  a-b: LONG\n  AB: SHORT": "means both",
	} {
		t.Run(strconv.Quote(text), func(t *testing.T) {
			_, err := wordfile.Read("words.yaml", []byte(text))
			if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "words.yaml") {
				t.Errorf("%v, want %q", err, says)
			}
		})
	}
}
