// Package passwords keeps the users of the viewer and the hashes of their passwords in a file, and checks passwords.
//
// The file has one user a line: NAME:ROLE:HASH. An empty line and a line that begins with # are skipped. Only its
// owner may read the file.
package passwords

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"macrowatch/internal/viewer/access"
)

// User is a line of the file.
type User struct {
	Name string
	Role access.Role
	hash hashed
}

const (
	shortestPassword = 8
	longestPassword  = 1024 // in bytes
	longestName      = 64
)

const nameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@+-"

// CheckName returns an error if a text can't be the name of a user.
func CheckName(name string) error {
	strange := strings.ContainsFunc(name, func(c rune) bool { return !strings.ContainsRune(nameCharacters, c) })
	if name == "" || len(name) > longestName || strange || strings.HasPrefix(name, "-") {
		return fmt.Errorf("%q can't be the name of a user: a name has 1 to %d letters, digits or . _ @ + -, and does not begin with -", name, longestName)
	}
	return nil
}

// CheckPassword returns an error if a new password is too short, too long, or not text.
func CheckPassword(password string) error {
	switch {
	case utf8.RuneCountInString(password) < shortestPassword:
		return fmt.Errorf("the password has fewer than %d characters: choose a longer one", shortestPassword)
	case len(password) > longestPassword:
		return fmt.Errorf("the password is longer than %d bytes: choose a shorter one", longestPassword)
	case !utf8.ValidString(password) || strings.ContainsAny(password, "\x00\r\n"):
		return fmt.Errorf("the password has a character that can't be typed into a login page")
	}
	return nil
}

// NewUser returns a user with a new password.
func NewUser(name string, role access.Role, password string) (User, error) {
	if err := CheckName(name); err != nil {
		return User{}, err
	}
	if err := CheckPassword(password); err != nil {
		return User{}, err
	}
	return User{Name: name, Role: role, hash: hash(password)}, nil
}

// parse reads the text of a file. Its error names the line.
func parse(text string) ([]User, error) {
	var users []User
	known := map[string]bool{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		u, err := parseLine(line)
		if err == nil && known[u.Name] {
			err = fmt.Errorf("the user %s has a line already", u.Name)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		known[u.Name] = true
		users = append(users, u)
	}
	return users, nil
}

// parseLine reads one line. Its error never has the hash.
func parseLine(line string) (User, error) {
	name, rest, found := strings.Cut(line, ":")
	role, text, foundRole := strings.Cut(rest, ":")
	if !found || !foundRole || strings.Contains(name+role, "$") { // a hash stands in the wrong place
		return User{}, fmt.Errorf("it is not written as NAME:ROLE:HASH")
	}
	if err := CheckName(name); err != nil {
		return User{}, err
	}
	u := User{Name: name}
	var err error
	if u.Role, err = access.ParseRole(role); err != nil {
		return User{}, err
	}
	u.hash, err = parseHash(text)
	return u, err
}

// format writes what parse reads.
func format(users []User) string {
	var b strings.Builder
	b.WriteString("# The users of macrowatch: NAME:ROLE:HASH. Change it with macrowatch user.\n")
	for _, u := range users {
		fmt.Fprintf(&b, "%s:%s:%s\n", u.Name, u.Role, u.hash)
	}
	return b.String()
}
