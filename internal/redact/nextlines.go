package redact

import (
	"strings"
)

var (
	// openName matches the end of a line with the name of a secret whose value follows on the next lines, as in YAML and
	// JSON.
	openName = newPattern(`(?i)([\pL\w.\-]*` + secretWord + `)(?:` + quote + `)?[ \t]*[:=][ \t]*([|>][+-]?[0-9]?[+-]?|\[|\\)?[ \t]*$`)
	// nested matches the beginning of another setting or of a comment.
	nested   = newPattern(`^["']?[\pL\w.\-/ ]+["']?[ \t]*(?::(?:[ \t]|$)|=[^=])|^[#{}\]]`)
	listItem = newPattern(`^-[ \t]+`)
)

// nextLines finds values on the lines after their name, which are indented deeper than the name.
func nextLines(text string) []span {
	var found []span
	from := 0
	depth, block := -1, "" // of the name whose value is still to come, see openAt; -1 if there is none
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
			case indent <= depth && !(block == "[" || listItem().MatchString(body) && indent == depth) && !(block != "" && indent == 0 && depth == 0 && !nested().MatchString(body)):
				depth = -1
			case ok:
				found = append(found, span{start + indent + s.from, start + indent + s.end})
				if block == "" && !listItem().MatchString(body) || block == "\\" {
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

// openAt returns the depth of a line that ends with the name of a secret, or -1 if it does not. block is the mark that
// announces the value, such as YAML's | or a bracket; it may be "".
func openAt(line string, indent int) (depth int, block string) {
	// The pattern is slow, and hardly any line ends in a way that can match.
	if end := strings.TrimRight(line, "|>+-0123456789[\\ \t"); !strings.HasSuffix(end, ":") && !strings.HasSuffix(end, "=") {
		return -1, ""
	}
	tail := line[max(0, len(line)-longestCode):]
	m := openName().FindStringSubmatchIndex(tail)
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

// onNextLine returns the secret in a line that follows a name. In a block of YAML, the whole line is the secret.
func onNextLine(body, block string) (span, bool) {
	from := len(listItem().FindString(body))
	if strings.HasPrefix(block, "|") || strings.HasPrefix(block, ">") {
		return span{0, len(body)}, body != Mask
	}
	if nested().MatchString(boundedWord(body[from:])) || statusWord().MatchString(body[from:]) || fromElsewhere(body[from:]) {
		return span{}, false
	}
	s, ok := value(body[from:], 0, ",")
	return span{from + s.from, from + s.end}, ok
}
