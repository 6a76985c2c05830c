package notice

import (
	"fmt"
	"strings"
)

// List collects sentences, each once.
type List struct {
	Sentences []string
	seen      map[string]bool
}

// NewList returns an empty list.
func NewList() *List { return &List{seen: map[string]bool{}} }

// Add adds a sentence, unless the list has it already.
func (n *List) Add(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if !n.seen[s] {
		n.seen[s] = true
		n.Sentences = append(n.Sentences, s)
	}
}

// AddAll adds several sentences.
func (n *List) AddAll(list []string) {
	for _, s := range list {
		n.Add("%s", s)
	}
}

// Sentence writes an error as a sentence, with a capital letter and a full stop.
func Sentence(err error) string {
	s := strings.TrimSpace(err.Error())
	if s == "" {
		return "Something went wrong."
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "!") {
		s += "."
	}
	return s
}
