// Package suggest finds the word that a misspelt one was meant to be. Every reader of what people write uses it: the commands
// with their flags, and the files that describe a desk, its risk and its alerts.
package suggest

import (
	"slices"
	"strings"
)

// shown is how many words a hint proposes at most.
const shown = 3

// Hint is the part of an error that proposes words, such as "; did you mean import?". It is "" if no word is similar.
func Hint(word string, known []string) string {
	similar := Words(word, known)
	if len(similar) == 0 {
		return ""
	}
	return "; did you mean " + Listed(similar, "or") + "?"
}

// Words returns the known words that are most like a word, at most three of them, in their order. Words are similar if one
// begins with the other's letters, or if few letters are wrong: one in a short word, up to three in a long one. Capital letters do
// not count.
func Words(word string, known []string) []string {
	if word == "" {
		return nil
	}
	var best []string
	least := most(word) + 1
	for _, k := range known {
		away := Distance(strings.ToLower(word), strings.ToLower(k))
		if away > 1 && strings.HasPrefix(strings.ToLower(k), strings.ToLower(word)) {
			away = 1
		}
		if away < least {
			best, least = nil, away
		}
		if away == least && away <= most(word) && !slices.Contains(best, k) {
			best = append(best, k)
		}
	}
	return best[:min(len(best), shown)]
}

// most is how many letters of a word may be wrong. A single letter is like no other word.
func most(word string) int {
	if len(word) < 2 {
		return 0
	}
	return min(3, max(1, len(word)/3))
}

// Distance is how many bytes must be changed, added, removed or exchanged with their neighbour to turn one name into the other
// (Damerau and Levenshtein; what has been exchanged is not changed again).
func Distance(a, b string) int {
	var before []int // the row before the last one
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// Listed joins words with commas, and the last two with a word between: "bash, fish or zsh".
func Listed(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}
