package deskfile

import "strings"

// didYouMean names the known word that a wrong one is most like. It returns "" where none is near.
func didYouMean(word string, known []string) string {
	best, near := "", max(1, len(word)/2)+1 // a word of four letters may have two of them exchanged
	near = min(near, 4)
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d < near {
			best, near = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// distance is how many bytes must be changed, added or removed to turn one word into the other (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
