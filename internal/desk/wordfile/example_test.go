package wordfile_test

import (
	"fmt"

	"macrowatch/internal/desk"
	"macrowatch/internal/desk/wordfile"
)

// A scheduler calls a success "fine". Both meanings and words may be written in any spelling.
func ExampleRead() {
	words, err := wordfile.Read("words.yaml", []byte(`
statuses:
  fine: success
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(words.Read(desk.StatusWord, "FINE"))
	// Output: SUCCESS true
}
