package cli

import "os"

// colors writes the escape sequences of colours, or nothing.
type colors struct{ on bool }

// colorsFor returns the colours for an output. There are none unless it is a terminal that knows them, and none with
// NO_COLOR (no-color.org).
func colorsFor(out *os.File) colors {
	return colors{on: isTerminal(out) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

func (c colors) bold(text string) string   { return c.wrap("1", text) }
func (c colors) red(text string) string    { return c.wrap("1;31", text) }
func (c colors) yellow(text string) string { return c.wrap("33", text) }
func (c colors) green(text string) string  { return c.wrap("32", text) }

// wrap writes a text between the escape sequence of a code and the one that ends it.
func (c colors) wrap(code, text string) string {
	if !c.on {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
