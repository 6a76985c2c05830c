package desk

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"macrowatch/internal/suggest"
)

// Subject is what a word is about.
type Subject string

// The subjects: pipeline_runs.status and strategy_signals.direction.
const (
	StatusWord    Subject = "status"
	DirectionWord Subject = "direction"
)

// Word says how a word of another tool is read.
type Word struct {
	Subject Subject
	// Plain is the word as PlainWord writes it. All spellings of a word have the same plain form.
	Plain string
	// Meaning is a Status or a Direction.
	Meaning string
}

// Words say what the statuses and the directions in other tools' tables mean. The zero value knows only
// macrowatch's own words. A word that is not known means nothing: panels show it as it is, and never as a
// success or as neutral.
type Words struct {
	statuses, directions map[string]string // from the plain word to its meaning
}

// Meanings are all that a word of the subject can mean.
func (s Subject) Meanings() []string {
	var all []string
	if s == StatusWord {
		for _, status := range Statuses() {
			all = append(all, string(status))
		}
		return all
	}
	for _, direction := range Directions() {
		all = append(all, string(direction))
	}
	return all
}

// isMeaning reports whether a word is one of the meanings.
func (s Subject) isMeaning(word string) bool {
	if s == StatusWord {
		return slices.Contains(Statuses(), Status(word))
	}
	return slices.Contains(Directions(), Direction(word))
}

// BuiltInWords are the words of common schedulers, brokers and order systems.
func BuiltInWords() Words {
	w := Words{statuses: map[string]string{}, directions: map[string]string{}}
	for status, words := range builtInStatuses() {
		for _, word := range words {
			w.statuses[PlainWord(word)] = string(status)
		}
	}
	for direction, words := range builtInDirections() {
		for _, word := range words {
			w.directions[PlainWord(word)] = string(direction)
		}
	}
	return w
}

// ConfiguredWords returns the words that a desk has configured, each with its meaning. Each word is recognised in
// four spellings: as configured, in capitals, in small letters, and with a first capital. PlainWord makes still more
// spellings the same.
func ConfiguredWords(statuses map[string]Status, directions map[string]Direction) (Words, error) {
	w := Words{statuses: map[string]string{}, directions: map[string]string{}}
	for _, word := range slices.Sorted(maps.Keys(statuses)) {
		if err := w.configure(StatusWord, word, string(statuses[word])); err != nil {
			return Words{}, err
		}
	}
	for _, word := range slices.Sorted(maps.Keys(directions)) {
		if err := w.configure(DirectionWord, word, string(directions[word])); err != nil {
			return Words{}, err
		}
	}
	return w, nil
}

func (w Words) configure(subject Subject, word, meaning string) error {
	plain := PlainWord(word)
	meanings := subject.Meanings()
	switch {
	case plain == "":
		return fmt.Errorf("a %s is empty: blanks, hyphens and underscores do not count", subject)
	case !slices.Contains(meanings, meaning):
		return fmt.Errorf("%s %q can't mean %q; allowed is %s", subject, word, meaning, suggest.Listed(meanings, "or"))
	case slices.Contains(meanings, plain) && plain != meaning:
		return fmt.Errorf("%s %q is macrowatch's own word and can't mean %s", subject, word, meaning)
	}
	known := w.of(subject)
	for _, spelling := range spellings(word) {
		if before, there := known[spelling]; there && before != meaning {
			return fmt.Errorf("%s %q means both %s and %s", subject, word, before, meaning)
		}
		known[spelling] = meaning
	}
	return nil
}

// spellings are the plain forms of a word as it is written, in capitals, in small letters, and with a first
// capital. PlainWord by itself makes only the letters of ASCII the same, since a database can do no more in
// every locale.
func spellings(word string) []string {
	first, rest := firstLetter(strings.ToLower(word))
	all := []string{
		PlainWord(word), PlainWord(strings.ToUpper(word)), PlainWord(strings.ToLower(word)), PlainWord(strings.ToUpper(first) + rest),
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func firstLetter(text string) (first, rest string) {
	for i := range text {
		if i > 0 {
			return text[:i], text[i:]
		}
	}
	return text, ""
}

// WordsOf returns the words of a list, as the database has them.
func WordsOf(list []Word) Words {
	w := Words{statuses: map[string]string{}, directions: map[string]string{}}
	for _, word := range list {
		w.of(word.Subject)[word.Plain] = word.Meaning
	}
	return w
}

// List returns all words, sorted by subject, meaning and word.
func (w Words) List() []Word {
	var all []Word
	for _, subject := range []Subject{StatusWord, DirectionWord} {
		for plain, meaning := range w.of(subject) {
			all = append(all, Word{subject, plain, meaning})
		}
	}
	slices.SortFunc(all, func(a, b Word) int {
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Meaning, b.Meaning), cmp.Compare(a.Plain, b.Plain))
	})
	return all
}

// Read returns what a word means, and whether that is known. macrowatch's own words are always known.
func (w Words) Read(subject Subject, text string) (meaning string, known bool) {
	if subject.isMeaning(text) {
		return text, true
	}
	plain := PlainWord(text)
	if subject.isMeaning(plain) {
		return plain, true
	}
	meaning, known = w.of(subject)[plain]
	return meaning, known
}

func (w Words) of(subject Subject) map[string]string {
	if subject == StatusWord {
		return w.statuses
	}
	return w.directions
}

// PlainWord makes all spellings of a word the same. It removes blanks around the word and the hyphens,
// underscores and spaces within it, and turns the letters of ASCII into capitals. So up_for_retry, Up For
// Retry and UpForRetry are one word. A whole number of up to six digits becomes its shortest spelling: "+1.00"
// is "1". Any other word that begins with a digit, a sign or a point keeps its hyphens, underscores and spaces.
//
// The SQL of the dashboards does the same: see plainWord in dashboard/sql/shared_words.sql.
func PlainWord(text string) string {
	text = strings.Trim(text, " \t\r\n")
	if number, ok := wholeNumber(text); ok {
		return number
	}
	if text == "" || strings.Contains("-+.0123456789", text[:1]) {
		return upperASCII(text)
	}
	for _, between := range []string{"-", "_", " "} { // a strings.Replacer would be built for every word
		text = strings.ReplaceAll(text, between, "")
	}
	return upperASCII(text)
}

// wholeNumber returns the shortest spelling of a whole number.
func wholeNumber(text string) (string, bool) {
	digits := strings.TrimLeft(text, "+-")
	if len(text)-len(digits) > 1 {
		return "", false
	}
	whole, zeros, _ := strings.Cut(digits, ".")
	if whole == "" || len(whole) > 6 || len(zeros) > 12 || strings.Trim(whole, "0123456789") != "" || strings.Trim(zeros, "0") != "" {
		return "", false
	}
	number, err := strconv.Atoi(whole)
	if err != nil {
		return "", false
	}
	if text[0] == '-' {
		number = -number
	}
	return strconv.Itoa(number), true
}

func upperASCII(text string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, text)
}
