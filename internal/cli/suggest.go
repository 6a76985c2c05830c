package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// suggestionsShown is how many similar words an error proposes at most.
const suggestionsShown = 3

// didYouMean returns the part of an error that proposes similar words, such as "; did you mean import?". It
// returns "" if no word is similar.
func didYouMean(word string, known []string) string {
	similar := similarWords(word, known)
	if len(similar) == 0 {
		return ""
	}
	return "; did you mean " + listed(similar, "or") + "?"
}

// similarWords returns the known words that begin with a word or differ from it in one letter. If there are none, it
// returns those that differ in two letters. Cobra has that rule for the names of commands, so each known word becomes
// the name of a command here.
func similarWords(word string, known []string) []string {
	if word == "" {
		return nil
	}
	c := &cobra.Command{}
	for _, name := range known {
		c.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}})
	}
	for c.SuggestionsMinimumDistance = 1; c.SuggestionsMinimumDistance <= 2; c.SuggestionsMinimumDistance++ {
		if similar := c.SuggestionsFor(word); len(similar) > 0 {
			return similar[:min(len(similar), suggestionsShown)]
		}
	}
	return nil
}

// listed joins words with commas, and the last two with a word between: "bash, fish or zsh".
func listed(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}
