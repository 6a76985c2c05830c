package deliver

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"macrowatch/internal/redact"
)

// inText finds the addresses in a text.
var inText = regexp.MustCompile(`([a-zA-Z][a-zA-Z0-9+.-]*://)([^\s"'<>]+)`)

// shortestSecret is how long a part of an address must be to be masked wherever it stands in a text. Shorter parts, such
// as v2, are no secrets.
const shortestSecret = 5

// mask stands in the place of a secret.
const mask = "…"

// masked masks in a text what may be secret in an address: the user, the password, the path and the values of the query.
// Of other addresses in the text only the host stays.
func masked(text, address string) string {
	text = inText.ReplaceAllStringFunc(text, func(found string) string {
		parts := inText.FindStringSubmatch(found)
		host := parts[2]
		if at := strings.LastIndex(host, "@"); at >= 0 {
			host = host[at+1:]
		}
		if end := strings.IndexAny(host, "/?#"); end >= 0 {
			host = host[:end] + "/" + mask
		}
		return parts[1] + host
	})
	for _, secret := range secretsOf(address) {
		text = strings.ReplaceAll(text, secret, mask)
	}
	return redact.Secrets(text)
}

// secretsOf returns the parts of an address that may be secret, the longest first.
func secretsOf(address string) []string {
	var all []string
	add := func(part string) {
		for _, p := range []string{part, url.QueryEscape(part), url.PathEscape(part)} {
			if len(p) >= shortestSecret && !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		add(address)
		return all
	}
	if u.User != nil {
		add(u.User.Username())
		password, _ := u.User.Password()
		add(password)
	}
	for part := range strings.SplitSeq(u.Path, "/") {
		add(part)
	}
	if !strings.Contains(u.Host, ".") && u.Hostname() != "localhost" { // services such as Slack have a part of the secret there
		add(u.Hostname())
	}
	for _, values := range u.Query() {
		for _, v := range values {
			add(v)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}
