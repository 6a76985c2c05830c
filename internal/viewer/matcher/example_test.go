package matcher_test

import (
	"fmt"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/matcher"
)

func ExampleNew() {
	fr := &frame.Frame{Fields: []*frame.Field{{Name: "VaR 95%", Kind: frame.Number}, {Name: "VaR 99%", Kind: frame.Number},
		{Name: "CVaR", Kind: frame.Number}}}
	match, err := matcher.New("byRegexp", "/^VaR/")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range fr.Fields {
		fmt.Println(f.Name, match(f, fr, []*frame.Frame{fr}))
	}
	// Output:
	// VaR 95% true
	// VaR 99% true
	// CVaR false
}
