package macro

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A text that a reader writes into a text box must never be read as SQL. Grafana pastes it into the statement. Here
// the text may stand only in three places: inside a plain quoted string ('…$x…'), as a string of its own
// (${x:sqlstring}), or, if it is a number, by itself. A scanner reads the finished statement as PostgreSQL does and
// refuses every other place.

// slot is one place in a statement for a free value. While the statement is made, that place has a mark: the
// slot's number between two NULs. So no macro sees the value. A statement itself never contains a NUL, so the
// marks can't be mistaken.
type slot struct {
	name, value string
	// quoted is true if value is already written as one or more quoted strings.
	quoted bool
}

const mark = "\x00"

func slotMark(i int) string { return mark + strconv.Itoa(i) + mark }

// unmarked replaces the marks of slots in an error's text by the variables' names. Such a text may quote a
// piece of the statement.
func unmarked(text string, slots []slot) string {
	for i, s := range slots {
		escaped := strings.Trim(strconv.Quote(slotMark(i)), `"`) // %q has escaped the NULs
		text = strings.NewReplacer(slotMark(i), "${"+s.name+"}", escaped, "${"+s.name+"}").Replace(text)
	}
	return text
}

// checkFree refuses a reader's text that no SQL can hold.
func checkFree(name, value string) error {
	if strings.Contains(value, mark) || !utf8.ValidString(value) {
		return fmt.Errorf("the text of the variable %q holds bytes that are no text", name)
	}
	return nil
}

// runsText names functions that run a string as SQL. Quotes do not help there, so no free value may stand in a
// statement that uses one.
const runsText = "query_to_xml cursor_to_xml dblink ts_stat ts_rewrite crosstab connectby"

// place writes the slots' values into the statement. It returns an error if a value may not stand in its place.
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

// insideString writes a slot's value inside a plain string.
func (s *scanner) insideString() error {
	sl, end := s.slot()
	if sl.quoted {
		return s.refuse(s.sql[s.at:], "is quoted by its format and stands between quotes too")
	}
	s.out.WriteString(strings.ReplaceAll(sl.value, "'", "''"))
	s.at = end
	return nil
}

// outsideStrings writes a slot's value where no string is open. The value must be a string itself, or a number.
func (s *scanner) outsideStrings() error {
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
			s.out.WriteByte(' ') // two minus signs would begin a comment
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

// slot reads the mark at s.at. It returns the slot, and where the mark ends.
func (s *scanner) slot() (sl slot, end int) {
	n := strings.Index(s.sql[s.at+1:], mark)
	i, _ := strconv.Atoi(s.sql[s.at+1 : s.at+1+n]) // slotMark wrote it
	return s.slots[i], s.at + n + 2
}

// refuse returns an error that says why a slot can't stand in its place. The slot is the one whose mark
// begins the text `from`.
func (s *scanner) refuse(from, where string) error {
	n := strings.Index(from[1:], mark)
	i, _ := strconv.Atoi(from[1 : 1+n])
	name := s.slots[i].name
	return fmt.Errorf("the text box %q %s in the query: write '$%s' or ${%s:sqlstring}, so that a reader's text stays a text", name, where, name, name)
}
