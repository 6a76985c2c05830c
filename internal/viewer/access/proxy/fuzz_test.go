package proxy_test

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"macrowatch/internal/viewer/access"
	"macrowatch/internal/viewer/access/proxy"
)

// FuzzPerson sends any headers from the proxy and from elsewhere. Whoever is let in is the whole value of the one header, and
// nobody is let in from elsewhere.
func FuzzPerson(f *testing.F) {
	f.Add("X-Forwarded-User", "ana", "X-Forwarded-Groups", "traders, desk")
	f.Add("X-Forwarded-User", "ana, root", "X-Forwarded_User", "root")
	f.Add("x-forwarded-user", " ana\x00", "X-Forwarded-User", "root")
	f.Add("X_Forwarded_User", "root", "", "")
	headers := proxy.Headers{User: "X-Forwarded-User", Groups: "X-Forwarded-Groups", From: access.Proxies{netip.MustParsePrefix("192.0.2.1/32")}}
	f.Fuzz(func(t *testing.T, name1, value1, name2, value2 string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "192.0.2.1:1234"
		r.Header.Add(name1, value1)
		r.Header.Add(name2, value2)
		user, groups, err := headers.Person(r)
		if err == nil {
			sent := r.Header.Values("X-Forwarded-User")
			if len(sent) != 1 || user != strings.TrimSpace(sent[0]) || user == "" || len(user) > 256 || strings.ContainsAny(user, ",\x00\r\n") {
				t.Errorf("%q was let in by %q", user, sent)
			}
			for _, group := range groups {
				if group != strings.TrimSpace(group) || group == "" || strings.Contains(group, ",") {
					t.Errorf("the group %q", group)
				}
			}
		}
		r.RemoteAddr = "192.0.2.2:1234"
		if user, _, err := headers.Person(r); err == nil || user != "" {
			t.Errorf("%q was let in from another address", user)
		}
	})
}
