package deskfile

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"macrowatch/internal/desk"
	"macrowatch/internal/suggest"
	"macrowatch/internal/yamlnode"
)

// words reads what the words of the desk's other tools mean.
func (r *reader) words(node ast.Node) {
	statuses, directions := map[string]desk.Status{}, map[string]desk.Direction{}
	given := len(r.faults)
	r.fieldsOf(r.pairs(node, "words"), "words", []yamlnode.Field{
		{Key: "statuses", Read: func(n ast.Node) {
			r.meanings(n, desk.StatusWord, func(word, meaning string) error {
				statuses[word] = desk.Status(meaning)
				_, err := desk.ConfiguredWords(map[string]desk.Status{word: desk.Status(meaning)}, nil)
				return err
			})
		}},
		{Key: "directions", Read: func(n ast.Node) {
			r.meanings(n, desk.DirectionWord, func(word, meaning string) error {
				directions[word] = desk.Direction(meaning)
				_, err := desk.ConfiguredWords(nil, map[string]desk.Direction{word: desk.Direction(meaning)})
				return err
			})
		}},
	})
	if len(r.faults) > given {
		return
	}
	words, err := desk.ConfiguredWords(statuses, directions)
	if err != nil {
		r.fault(node, "%v", err)
		return
	}
	r.file.Words = words
}

// meanings reads words with the meaning of each.
func (r *reader) meanings(node ast.Node, subject desk.Subject, take func(word, meaning string) error) {
	plural := map[desk.Subject]string{desk.StatusWord: "statuses", desk.DirectionWord: "directions"}[subject]
	for _, pair := range r.pairs(node, plural) {
		word := strings.TrimSpace(pair.Key.GetToken().Value)
		meaning, ok := r.textOf(pair.Value, "the meaning of "+word)
		if !ok {
			continue
		}
		if err := take(word, desk.PlainWord(meaning)); err != nil {
			hint := ""
			if !slices.Contains(subject.Meanings(), desk.PlainWord(meaning)) {
				hint = suggest.Hint(meaning, subject.Meanings())
			}
			r.fault(pair.Key, "%v%s", err, hint)
		}
	}
}
