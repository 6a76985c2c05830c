package macro

import "strings"

func isSpace(c byte) bool { return strings.IndexByte(" \t\n\r\f\v", c) >= 0 }

func isNameStart(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func isNamePart(c byte) bool { return isNameStart(c) || c >= '0' && c <= '9' || c == '$' }

func lineEnd(s string) int {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		return i
	}
	return len(s)
}

// commentEnd finds the end of a comment, which may hold others.
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

func quotedEnd(s string) int {
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

// dollarTag is the "$tag$" that s begins with, "" if it begins with none.
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

// continuation is the length of what joins a string to the next: white space and comments with a
// line's end among them, and the next quote; 0 where the string is over.
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
