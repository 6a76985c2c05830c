package palette_test

import (
	"fmt"

	"macrowatch/internal/viewer/palette"
)

// A name means a different colour in each theme. A hex colour is the same in both.
func ExampleColors_Hex() {
	dark, light := palette.New(palette.Dark), palette.New(palette.Light)
	for _, name := range []string{"green", "semi-dark-red", "text", "#8e8e8e", "rgb(255, 0, 0)", ""} {
		fmt.Printf("%q %s %s\n", name, dark.Hex(name), light.Hex(name))
	}
	// Output:
	// "green" #73bf69 #56a64b
	// "semi-dark-red" #e02f44 #c4162a
	// "text" #ccccdc #24292e
	// "#8e8e8e" #8e8e8e #8e8e8e
	// "rgb(255, 0, 0)" #ff0000 #ff0000
	// "" #808080 #808080
}

// Text on a coloured background is light or dark, whichever can be read.
func ExampleColors_TextOn() {
	c := palette.New(palette.Dark)
	fmt.Println(c.TextOn("#c4162a"), c.TextOn("#fff899"))
	// Output: #f7f8fa #202226
}

func ExampleSchemeNamed() {
	scheme, known := palette.SchemeNamed("Blues")
	fmt.Println(known, scheme.At(0).Hex(), scheme.At(1).Hex())
	// Output: true #f7fbff #08306b
}
