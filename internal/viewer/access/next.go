package access

import (
	"net/url"
	"strings"
)

// SafeNext returns the page to which a login leads. It accepts only paths of this server below its base path. For
// everything else, such as an address of another site, it returns the home page.
func SafeNext(next, basePath string) string {
	home := basePath + "/"
	if !strings.HasPrefix(next, home) || strings.HasPrefix(next, "//") {
		return home
	}
	for _, c := range next {
		if c <= ' ' || c == '\\' || c == 0x7f { // browsers drop some of these and read \ as /
			return home
		}
	}
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Opaque != "" {
		return home
	}
	// A browser removes dot segments, also encoded ones: /macro/../x leaves the base path, and /.//evil becomes //evil.
	for _, segment := range strings.Split(strings.TrimPrefix(strings.TrimSuffix(u.Path, "/"), "/"), "/") {
		if segment == "." || segment == ".." || segment == "" && u.Path != "/" {
			return home
		}
	}
	return next
}
