// Benchtable runs the benchmarks and shows their output as it comes. At the end it prints a table of the figures that have a
// target, with the target beside each. Its arguments go to "go test".
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"text/tabwriter"

	"golang.org/x/perf/benchfmt"

	"macrowatch/internal/testkit/benchtarget"
)

func main() {
	var kept bytes.Buffer
	c := exec.Command("go", append([]string{"test", "-run", "^$"}, os.Args[1:]...)...)
	c.Stdout, c.Stderr = io.MultiWriter(os.Stdout, &kept), os.Stderr
	err := c.Run()
	fmt.Print("\n", table(&kept))
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchtable:", err)
		os.Exit(1)
	}
}

// table returns the table of the figures with a target in the output of "go test -bench".
func table(output io.Reader) string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "benchmark\tmeasured\ttarget\t")
	figures, missed := 0, 0
	for r := benchfmt.NewReader(output, "go test"); r.Scan(); {
		result, ok := r.Result().(*benchfmt.Result)
		if !ok {
			continue // a line of another kind
		}
		values := map[string]float64{}
		for _, v := range result.Values {
			values[unitOf(v)] = figureOf(v)
		}
		for _, v := range result.Values {
			unit, words, misses := targetOf(unitOf(v))
			figure, known := values[unit]
			if words == "" || !known {
				continue
			}
			verdict := "met"
			if figures++; misses(figure, figureOf(v)) {
				verdict, missed = "MISSED", missed+1
			}
			fmt.Fprintf(w, "%s %s\t%.4g %s\t%s %.4g\t%s\n", strings.TrimPrefix(result.GetConfig("pkg"), "macrowatch/internal/"), nameOf(result),
				figure, unit, words, figureOf(v), verdict)
		}
	}
	_ = w.Flush() // it writes to memory
	fmt.Fprintf(&text, "%d figures with a target, %d missed\n", figures, missed)
	return text.String()
}

// targetOf takes the unit of a target apart: the unit of its figure, what the target is, and when a figure misses it. Any other unit
// has no words.
func targetOf(unit string) (of, words string, misses func(figure, target float64) bool) {
	if of, found := strings.CutSuffix(unit, benchtarget.Most); found {
		return of, "at most", func(figure, target float64) bool { return figure > target }
	}
	if of, found := strings.CutSuffix(unit, benchtarget.Least); found {
		return of, "at least", func(figure, target float64) bool { return figure < target }
	}
	return "", "", nil
}

// nameOf returns the name of a benchmark without the number of its processors.
func nameOf(r *benchfmt.Result) string {
	base, parts := r.Name.Parts()
	name := string(base)
	for _, part := range parts {
		if !strings.HasPrefix(string(part), "-") {
			name += string(part)
		}
	}
	return name
}

// The package benchfmt turns some units into others, such as ns into sec. The unit and the figure of the output are meant here.

func unitOf(v benchfmt.Value) string {
	if v.OrigUnit != "" {
		return v.OrigUnit
	}
	return v.Unit
}

func figureOf(v benchfmt.Value) float64 {
	if v.OrigUnit != "" {
		return v.OrigValue
	}
	return v.Value
}
