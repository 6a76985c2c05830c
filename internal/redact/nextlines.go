package redact

import (
	"regexp"
	"strings"
)

var (
	// openName ends a line with a secret's name whose value follows on the next lines: YAML, JSON and lists.
	openName = regexp.MustCompile(`(?i)([\pL\w.\-]*` + secretWord + `)(?:` + quote + `)?[ \t]*[:=][ \t]*([|>][+-]?[0-9]?[+-]?|\[|\\)?[ \t]*$`)
	// nested begins a setting or a comment of its own.
	nested   = regexp.MustCompile(`^["']?[\pL\w.\-/ ]+["']?[ \t]*(?::(?:[ \t]|$)|=[^=])|^[#{}\]]`)
	listItem = regexp.MustCompile(`^-[ \t]+`)
)

// nextLines finds the values that stand on the lines after their name, deeper than it.
func nextLines(text string) []span {
	var found []span
	from := 0
	depth, block := -1, "" // of the name that waits for its value
	for line := range lines(text) {
		start := from
		from += len(line)
		line = strings.TrimRight(line, " \t\r\n")
		body := strings.TrimLeft(line, " \t")
		indent := len(line) - len(body)
		if body == "" {
			continue
		}
		if depth >= 0 {
			s, ok := onNextLine(body, block)
			switch {
			case indent <= depth && !(block == "[" || listItem.MatchString(body) && indent == depth) && !(block != "" && indent == 0 && depth == 0 && !nested.MatchString(body)):
				depth = -1
			case ok:
				found = append(found, span{start + indent + s.from, start + indent + s.end})
				if block == "" && !listItem.MatchString(body) || block == "\\" {
					depth = -1
				}
				continue
			default:
				depth = -1
			}
		}
		depth, block = openAt(line, indent)
	}
	return found
}

// openAt gives the depth of a line that ends with a secret's name, and what announces the value; or -1.
func openAt(line string, indent int) (int, string) {
	// The pattern is slow, and hardly any line ends as it wants.
	if end := strings.TrimRight(line, "|>+-0123456789[\\ \t"); !strings.HasSuffix(end, ":") && !strings.HasSuffix(end, "=") {
		return -1, ""
	}
	tail := line[max(0, len(line)-longestCode):]
	m := openName.FindStringSubmatchIndex(tail)
	if m == nil {
		return -1, ""
	}
	name := tail[m[2]:m[3]]
	if before := strings.TrimLeft(tail[:m[2]], " \t\"'-{"); !standsAlone(name) || strings.ContainsAny(before, " ") {
		return -1, ""
	}
	if m[4] < 0 {
		return indent, ""
	}
	return indent, tail[m[4]:m[5]]
}

// onNextLine gives what is secret in a line that follows a name; of a block all of it is.
func onNextLine(body, block string) (span, bool) {
	from := len(listItem.FindString(body))
	if strings.HasPrefix(block, "|") || strings.HasPrefix(block, ">") {
		return span{0, len(body)}, body != Mask
	}
	if nested.MatchString(boundedWord(body[from:])) || statusWord.MatchString(body[from:]) || fromElsewhere(body[from:]) {
		return span{}, false
	}
	s, ok := value(body[from:], 0, ",")
	return span{from + s.from, from + s.end}, ok
}
