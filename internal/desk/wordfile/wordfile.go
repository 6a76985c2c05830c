// Package wordfile reads the YAML file in which a desk says what the statuses and the directions of
// other tools mean. It takes the text and opens no file.
package wordfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-yaml"

	"macrowatch/internal/desk"
)

// Section is the content of such a file, or of a section of a larger one.
type Section struct {
	// Statuses are words for the status of a run, each with the status that it means.
	Statuses map[string]string `yaml:"statuses"`
	// Directions are words for the direction of a signal, each with the direction that it means.
	Directions map[string]string `yaml:"directions"`
}

// Words returns the words of a section. An error names the word at fault.
func (s Section) Words() (desk.Words, error) {
	statuses := make(map[string]desk.Status, len(s.Statuses))
	for word, meaning := range s.Statuses {
		statuses[word] = desk.Status(desk.PlainWord(meaning))
	}
	directions := make(map[string]desk.Direction, len(s.Directions))
	for word, meaning := range s.Directions {
		directions[word] = desk.Direction(desk.PlainWord(meaning))
	}
	return desk.ConfiguredWords(statuses, directions)
}

// Read reads the text of a file. The name of the file stands in errors. An empty file has no words.
func Read(name string, text []byte) (desk.Words, error) {
	var s Section
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&s); err != nil && !errors.Is(err, io.EOF) {
		return desk.Words{}, fmt.Errorf("read the words of %s: %s", name, fault(err))
	}
	words, err := s.Words()
	if err != nil {
		return desk.Words{}, fmt.Errorf("read the words of %s: %w", name, err)
	}
	return words, nil
}

// fault says what is wrong with a file. For a meaning that is a list or a map it has a sentence of its own,
// since the message of the library names Go types.
func fault(err error) string {
	var wrong *yaml.TypeError
	if errors.As(err, &wrong) && wrong.Token != nil {
		return fmt.Sprintf("line %d: a word is given more than one word as its meaning", wrong.Token.Position.Line)
	}
	return strings.TrimSpace(yaml.FormatError(err, false, true))
}
