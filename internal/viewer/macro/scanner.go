package macro

import "strings"

// scanner reads a statement token by token, as PostgreSQL does with standard_conforming_strings on, and copies it to
// out.
type scanner struct {
	sql   string
	slots []slot
	at    int
	out   strings.Builder
	// afterString is true while the last token was a string, which the next string would continue.
	afterString bool
	// glued is true directly after a token that a string must not touch.
	glued bool
}

// copy copies the statement up to an index.
func (s *scanner) copy(to int) {
	s.out.WriteString(s.sql[s.at:to])
	s.at = to
}

func (s *scanner) token() error {
	rest := s.sql[s.at:]
	c := rest[0]
	switch {
	case c == mark[0]:
		return s.outsideStrings()
	case isSpace(c):
		s.copy(s.at + 1)
		s.glued = false
		return nil
	case strings.HasPrefix(rest, "--"):
		return s.opaque(lineEnd(rest), "a comment")
	case strings.HasPrefix(rest, "/*"):
		return s.opaque(commentEnd(rest), "a comment")
	case c == '\'':
		return s.quoted(plain)
	case c == '"':
		return s.opaque(quotedNameEnd(rest), "a quoted name")
	case c == '$':
		if tag := dollarTag(rest); tag != "" {
			end := len(rest)
			if i := strings.Index(rest[len(tag):], tag); i >= 0 {
				end = len(tag) + i + len(tag)
			}
			err := s.opaque(end, "a dollar-quoted string")
			s.afterString = true
			return err
		}
	case isNameStart(c):
		return s.name()
	}
	s.copy(s.at + 1)
	s.afterString, s.glued = false, isNamePart(c) || c == '&'
	return nil
}

// opaque copies a token in which no slot may stand.
func (s *scanner) opaque(length int, what string) error {
	token := s.sql[s.at : s.at+length]
	if i := strings.Index(token, mark); i >= 0 {
		return s.refuse(token[i:], "stands in "+what)
	}
	s.copy(s.at + length)
	if what != "a comment" {
		s.afterString = false
	}
	s.glued = what != "a comment"
	return nil
}

// name copies a name. A single letter directly before a string belongs to the string, as in E'…', so name copies that
// string too.
func (s *scanner) name() error {
	rest := s.sql[s.at:]
	n := 0
	for n < len(rest) && isNamePart(rest[n]) {
		n++
	}
	if n == 1 && len(rest) > 1 {
		switch letter := rest[0] | 0x20; {
		case rest[1] == '\'' && (letter == 'e' || letter == 'n' || letter == 'b' || letter == 'x'):
			s.copy(s.at + 1)
			if letter == 'e' {
				return s.quoted(escaped)
			}
			if letter == 'n' {
				return s.quoted(special)
			}
			return s.quoted(bits)
		case letter == 'u' && strings.HasPrefix(rest[1:], "&'"):
			s.copy(s.at + 2)
			return s.quoted(special)
		}
	}
	s.copy(s.at + n)
	s.afterString, s.glued = false, true
	return nil
}

// stringKind is a kind of quoted string.
type stringKind int

const (
	plain   stringKind = iota // '…': two quotes mean one
	escaped                   // E'…': a backslash changes what the next character means
	bits                      // B'…', X'…': every quote ends it
	special                   // U&'…', N'…': ends like a plain string, but the server reads its text differently
)

// quoted copies a string, and the strings on later lines that continue it.
func (s *scanner) quoted(kind stringKind) error {
	s.copy(s.at + 1)
	holdsQuotes := false
	for s.at < len(s.sql) {
		c := s.sql[s.at]
		switch {
		case c == mark[0]:
			if kind != plain {
				return s.refuse(s.sql[s.at:], "stands in a string with a letter before it")
			}
			if holdsQuotes {
				return s.refuse(s.sql[s.at:], "stands in a string that holds quotes")
			}
			if err := s.insideString(); err != nil {
				return err
			}
		case kind == escaped && c == '\\' && !strings.HasPrefix(s.sql[s.at+1:], mark):
			s.copy(min(s.at+2, len(s.sql)))
		case c != '\'':
			s.copy(s.at + 1)
		case kind != bits && strings.HasPrefix(s.sql[s.at:], "''"):
			holdsQuotes = true
			s.copy(s.at + 2)
		default:
			s.copy(s.at + 1)
			n := continuation(s.sql[s.at:])
			if n == 0 {
				s.afterString, s.glued = true, true
				return nil
			}
			if i := strings.Index(s.sql[s.at:s.at+n], mark); i >= 0 {
				return s.refuse(s.sql[s.at+i:], "stands in a comment")
			}
			s.copy(s.at + n)
		}
	}
	return nil
}

func isSpace(c byte) bool { return strings.IndexByte(" \t\n\r\f\v", c) >= 0 }

func isNameStart(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func isNamePart(c byte) bool { return isNameStart(c) || c >= '0' && c <= '9' || c == '$' }

// lineEnd returns where the first line of s ends.
func lineEnd(s string) int {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		return i
	}
	return len(s)
}

// commentEnd returns where a comment ends. A comment may hold other comments.
func commentEnd(s string) int {
	depth := 0
	for i := 0; i+1 < len(s); i++ {
		switch s[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// quotedNameEnd returns where a name in double quotes ends. Two quotes in it mean one.
func quotedNameEnd(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			i++
			continue
		}
		return i + 1
	}
	return len(s)
}

// dollarTag returns the "$tag$" that s begins with, "" if it begins with none.
func dollarTag(s string) string {
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '$':
			return s[:i+1]
		case !isNameStart(c) && (i == 1 || c < '0' || c > '9'):
			return ""
		}
	}
	return ""
}

// continuation returns the number of bytes from the end of a string to the text of the next string, if that string
// continues it. Otherwise it returns 0. PostgreSQL joins 'a' and 'b' to one string if only white space with a line's
// end, and comments, stand between them.
func continuation(s string) int {
	newLine := false
	for i := 0; i < len(s); {
		switch {
		case s[i] == '\'':
			if newLine {
				return i + 1
			}
			return 0
		case isSpace(s[i]):
			newLine = newLine || s[i] == '\n' || s[i] == '\r'
			i++
		case strings.HasPrefix(s[i:], "--"):
			i += lineEnd(s[i:])
		default:
			return 0
		}
	}
	return 0
}
