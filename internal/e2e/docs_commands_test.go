package e2e

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// docCommand is a call of macrowatch that a page shows.
type docCommand struct {
	page   string // its name, such as docs/status.md
	line   string // without the prompt and the comment
	output string // what the page says that the call prints; "" if it says nothing
}

// callOfMacrowatch finds macrowatch as the name of a program.
var callOfMacrowatch = regexp.MustCompile(`(^|[\s("/=|&;])macrowatch(\s|\)|$)`)

// docCommands returns the calls of macrowatch in the README and in docs/.
func docCommands(t *testing.T) []docCommand {
	t.Helper()
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) < 10 {
		t.Fatalf("the pages are %v, %v", pages, err)
	}
	var all []docCommand
	for _, path := range append(pages, "../../README.md") {
		all = append(all, commandsOfPage(strings.TrimPrefix(path, "../../"), string(readAll(t, path)))...)
	}
	return all
}

// commandsOfPage returns the calls in the sh and console blocks of a page.
func commandsOfPage(page, text string) []docCommand {
	var commands []docCommand
	language, inBlock, joined := "", false, ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if fence, ok := strings.CutPrefix(strings.TrimSpace(line), "```"); ok {
			inBlock, language = !inBlock, fence
			continue
		}
		if !inBlock || language != "sh" && language != "console" {
			continue
		}
		if language == "console" {
			typed, isTyped := strings.CutPrefix(line, "$ ")
			if !isTyped {
				if n := len(commands); n > 0 && commands[n-1].page == page {
					commands[n-1].output += line + "\n"
				}
				continue
			}
			line = typed
		}
		if before, goesOn := strings.CutSuffix(line, `\`); goesOn {
			joined += before
			continue
		}
		line, joined = withoutComment(joined+line), ""
		if callOfMacrowatch.MatchString(line) {
			commands = append(commands, docCommand{page: page, line: line})
		}
	}
	return commands
}

// withoutComment returns a line of the shell without the comment at its end.
func withoutComment(line string) string {
	if strings.HasPrefix(line, "#") {
		return ""
	}
	before, _, _ := strings.Cut(line, " #")
	return strings.TrimSpace(before)
}

func TestCommandsOfAPageAreFound(t *testing.T) {
	page := "Say `macrowatch status`.\n```sh\n# macrowatch risk\nmacrowatch serve --listen x   # the viewer\nexport A=b\nA=b macrowatch \\\n  migrate\n" +
		"psql \"$(macrowatch database url)\"\nman macrowatch-import\n```\n```nginx\nx macrowatch serve\n```\n```console\n$ macrowatch improt\nno such\ncommand\n```\n"
	var got []string
	for _, c := range commandsOfPage("page", page) {
		got = append(got, c.line+"|"+c.output)
	}
	want := "macrowatch serve --listen x|\nA=b macrowatch   migrate|\npsql \"$(macrowatch database url)\"|\nmacrowatch improt|no such\ncommand\n"
	if strings.Join(got, "\n") != strings.TrimSuffix(want, "\n")+"\n" {
		t.Errorf("found %q", got)
	}
}

// Who reads the README installs the Go that it names.
func TestTheREADMENamesTheGoOfTheModule(t *testing.T) {
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(readAll(t, "../../go.mod")))
	if version == nil || !strings.Contains(string(readAll(t, "../../README.md")), "needs Go "+version[1]+" or newer") {
		t.Errorf("the README does not name Go %v", version)
	}
}
