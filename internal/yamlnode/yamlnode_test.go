package yamlnode_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
	"macrowatch/internal/yamlnode"
)

// value parses a text and returns the value of its first key.
func value(t *testing.T, text string) ast.Node {
	t.Helper()
	file, err := parser.ParseBytes([]byte("key: "+text), 0)
	if err != nil {
		t.Fatal(err)
	}
	pairs, ok := yamlnode.Pairs(file.Docs[0].Body)
	if !ok || len(pairs) != 1 {
		t.Fatalf("%q has %d keys", text, len(pairs))
	}
	return pairs[0].Value
}

func TestNumbersAreFinite(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{"5": 5, "-2": -2, "2.5": 2.5, "0x10": 16, "18446744073709551615": math.MaxUint64} {
		if got, ok := yamlnode.Number(value(t, text)); !ok || got != want {
			t.Errorf("%s is read as %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{".inf", "-.inf", ".nan", "five", `"5"`, "[5]", "{a: 5}", "null", "true"} {
		if got, ok := yamlnode.Number(value(t, text)); ok || got != 0 {
			t.Errorf("%s is read as %v, %v", text, got, ok)
		}
	}
}

func TestKindsInWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{a: 1}": "keys with values", "\n  a: 1": "keys with values", "[1]": "a list", "null": "empty", "much": "the text much", "7": "7",
		"&a 7": "an anchor, alias or tag, which are not understood here", "!x 7": "an anchor, alias or tag, which are not understood here",
	} {
		if got := yamlnode.Kind(value(t, text)); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestPositionsAreThoseOfTheFirstKey(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"7": "1:6", "{a: 1}": "1:6", "\n  a: 1\n  b: 2": "2:3", "\n  - 1": "2:3"} {
		at := yamlnode.Position(value(t, text))
		if got := fmt.Sprintf("%d:%d", at.Line, at.Column); got != want {
			t.Errorf("%q begins at %s, want %s", text, got, want)
		}
	}
}
