// Package proxy reads who a person is from the headers that a reverse proxy sets after it has logged the person in.
package proxy

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"

	"macrowatch/internal/viewer/access"
)

// Headers are the headers in which a proxy names a person.
type Headers struct {
	User   string // such as X-Forwarded-User
	Groups string // such as X-Forwarded-Groups: names with commas between them; "" if the proxy sends none
	From   access.Proxies
}

// CheckHeader returns an error if a text can't be the name of a header that says who a person is.
func CheckHeader(name string) error {
	if !httpguts.ValidHeaderFieldName(name) {
		return fmt.Errorf("%q is not the name of a header, such as X-Forwarded-User", name)
	}
	switch http.CanonicalHeaderKey(name) {
	case "Host", "Cookie", "Authorization", "X-Forwarded-For", "X-Forwarded-Proto", "Content-Length", "Connection":
		return fmt.Errorf("the header %s has another meaning: choose one that only the proxy sets, such as X-Forwarded-User", name)
	}
	return nil
}

// The reasons why a request has no person.
var (
	ErrOtherAddress = errors.New("the request did not come through the proxy that logs people in")
	ErrNoUser       = errors.New("the proxy does not say who you are")
	ErrDuplicate    = errors.New("the request names its user twice, and so the proxy may have passed on a header that it did not set itself")
)

const longestName = 256

// Person returns who the proxy says the person is, and the person's groups. A header from any other address counts for
// nothing.
func (h Headers) Person(r *http.Request) (user string, groups []string, err error) {
	if !h.From.Sent(r) {
		return "", nil, ErrOtherAddress
	}
	users := r.Header.Values(h.User)
	if len(users) > 1 || h.Groups != "" && len(r.Header.Values(h.Groups)) > 1 || h.disguised(r) {
		return "", nil, ErrDuplicate
	}
	if len(users) == 0 || strings.TrimSpace(users[0]) == "" {
		return "", nil, ErrNoUser
	}
	user = strings.TrimSpace(users[0])
	if len(user) > longestName || !utf8.ValidString(user) || strings.ContainsFunc(user, func(c rune) bool { return c < ' ' || c == 0x7f || c == ',' }) {
		return "", nil, ErrDuplicate // some servers join two headers with a comma
	}
	if h.Groups != "" {
		for group := range strings.SplitSeq(r.Header.Get(h.Groups), ",") {
			if group = strings.TrimSpace(group); group != "" {
				groups = append(groups, group)
			}
		}
	}
	return user, groups, nil
}

// disguised reports whether the request has a header that differs from the user's or the groups' header only in _ for -.
// Some proxies take the two for the same, and so may pass on what a client sent.
func (h Headers) disguised(r *http.Request) bool {
	plain := func(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "-")) }
	for name := range r.Header {
		for _, own := range []string{h.User, h.Groups} {
			if own != "" && !strings.EqualFold(name, own) && plain(name) == plain(own) {
				return true
			}
		}
	}
	return false
}
