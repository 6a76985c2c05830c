package macro

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What a reader writes into a text box must stay data. Grafana pastes it into the SQL; here it may
// stand only within a plain quoted string, or be a quoted string of its own (${x:sqlstring}), or a
// number, and nowhere does it end the string it is in. Where it stands is found by reading the finished
// statement as PostgreSQL's scanner does, with standard_conforming_strings on.

// slot is one place for a free value. While the statement is made it is marked by its number
// between NULs, which no statement can hold, so that no macro reads the value.
type slot struct {
	name, value string
	// quoted says that value is written as quoted strings already.
	quoted bool
}

const mark = "\x00"

func slotMark(i int) string { return mark + strconv.Itoa(i) + mark }

// unmarked makes an error's text readable that quotes a piece of the statement.
func unmarked(text string, slots []slot) string {
	for i, s := range slots {
		// An error may quote the mark, escaped.
		escaped := strings.Trim(strconv.Quote(slotMark(i)), `"`)
		text = strings.NewReplacer(slotMark(i), "${"+s.name+"}", escaped, "${"+s.name+"}").Replace(text)
	}
	return text
}

// checkFree says what is wrong with a reader's text for any use in SQL.
func checkFree(name, value string) error {
	if strings.Contains(value, mark) || !utf8.ValidString(value) {
		return fmt.Errorf("the text of the variable %q holds bytes that are no text", name)
	}
	return nil
}

// runsText are functions that take SQL as a string: there quoting does not keep a value from being
// read as SQL.
const runsText = "query_to_xml cursor_to_xml dblink ts_stat ts_rewrite crosstab connectby"

// place writes the slots' values into the statement, or says which can't stand where it does.
func place(sql string, slots []slot) (string, error) {
	if len(slots) == 0 {
		return sql, nil
	}
	for _, name := range strings.Fields(runsText) {
		if strings.Contains(strings.ToLower(sql), name) {
			return "", fmt.Errorf("a text box can't be used in a query with %s, which runs a text as SQL", name)
		}
	}
	s := scanner{sql: sql, slots: slots}
	for s.at < len(sql) {
		if err := s.token(); err != nil {
			return "", err
		}
	}
	return s.out.String(), nil
}

// scanner reads a statement token by token and copies it.
type scanner struct {
	sql   string
	slots []slot
	at    int
	out   strings.Builder
	// afterString is true while the last token was a string: the next one may go on with it.
	afterString bool
	// glued is true directly after a token that a string must not touch.
	glued bool
}

// copy passes on the text up to an index.
func (s *scanner) copy(to int) {
	s.out.WriteString(s.sql[s.at:to])
	s.at = to
}

func (s *scanner) token() error {
	rest := s.sql[s.at:]
	c := rest[0]
	switch {
	case c == mark[0]:
		return s.loose()
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
		return s.opaque(quotedEnd(rest), "a quoted name")
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

// opaque passes over a token in which no slot may be.
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

// name passes over a name, and over the string that one letter directly before it makes special.
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

// The sorts of quoted strings.
type stringKind int

const (
	plain   stringKind = iota // two quotes are one
	escaped                   // E'…': a backslash takes the next character's meaning
	bits                      // B'…', X'…': a quote ends it, always
	special                   // U&'…', N'…': as plain, but read otherwise
)

// quoted passes over a string, those that continue it on further lines too.
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
			if err := s.within(); err != nil {
				return err
			}
		case kind == escaped && c == '\\':
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

// within writes a slot's value inside a plain string.
func (s *scanner) within() error {
	sl, end := s.slot()
	if sl.quoted {
		return s.refuse(s.sql[s.at:], "is quoted by its format and stands between quotes too")
	}
	s.out.WriteString(strings.ReplaceAll(sl.value, "'", "''"))
	s.at = end
	return nil
}

// loose writes a slot's value outside of strings, where it must be strings itself, or a number.
func (s *scanner) loose() error {
	sl, end := s.slot()
	after := s.sql[end:]
	if !sl.quoted {
		if !isNumber(sl.value) {
			return s.refuse(s.sql[s.at:], "stands outside of quotes, where only a number may,")
		}
		if s.glued || s.at > 0 && s.sql[s.at-1] == '.' || after != "" && (isNamePart(after[0]) || strings.IndexByte(".'"+mark, after[0]) >= 0) {
			return s.refuse(s.sql[s.at:], "touches another word or string")
		}
		if sl.value[0] == '-' {
			s.out.WriteByte(' ') // after another minus it would begin a comment
		}
		s.out.WriteString(sl.value)
		s.at = end
		s.afterString, s.glued = false, true
		return nil
	}
	if s.glued || s.afterString || strings.HasPrefix(strings.TrimSpace(after), "'") || continuation(after) > 0 || strings.HasPrefix(after, mark) {
		return s.refuse(s.sql[s.at:], "touches another word or string")
	}
	s.out.WriteString(sl.value)
	s.at = end
	s.afterString, s.glued = true, true
	return nil
}

// isNumber reports whether a text is a plain decimal number.
func isNumber(s string) bool {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return digits(whole) && (digits(fraction) || !point)
}

// slot reads the mark at the present place.
func (s *scanner) slot() (sl slot, end int) {
	n := strings.Index(s.sql[s.at+1:], mark)
	i, _ := strconv.Atoi(s.sql[s.at+1 : s.at+1+n]) // we wrote it
	return s.slots[i], s.at + n + 2
}

func (s *scanner) refuse(from, where string) error {
	n := strings.Index(from[1:], mark)
	i, _ := strconv.Atoi(from[1 : 1+n])
	name := s.slots[i].name
	return fmt.Errorf("the text box %q %s in the query: write '$%s' or ${%s:sqlstring}, so that a reader's text stays a text", name, where, name, name)
}
