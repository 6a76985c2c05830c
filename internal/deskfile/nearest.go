package deskfile

import (
	"strings"

	"macrowatch/internal/yamlnode"
)

// didYouMean names the known word that a wrong one is most like. It returns "" where none is near.
func didYouMean(word string, known []string) string {
	best, near := "", max(1, len(word)/2)+1 // a word of four letters may have two of them exchanged
	near = min(near, 4)
	for _, k := range known {
		if d := yamlnode.Distance(strings.ToLower(word), strings.ToLower(k)); d < near {
			best, near = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}
