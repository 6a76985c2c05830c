package proxy_test

import (
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/viewer/access"
	"macrowatch/internal/viewer/access/proxy"
)

func TestWhoAProxySaysAPersonIs(t *testing.T) {
	t.Parallel()
	h := proxy.Headers{User: "X-Forwarded-User", Groups: "X-Forwarded-Groups", From: access.Proxies{netip.MustParsePrefix("10.0.0.2/32")}}
	for name, c := range map[string]struct {
		from   string
		header http.Header
		user   string
		groups []string
		err    error
	}{
		"a person":                          {"10.0.0.2:1", http.Header{"X-Forwarded-User": {"ana"}}, "ana", nil, nil},
		"with groups":                       {"10.0.0.2:1", http.Header{"X-Forwarded-User": {" ana@desk.example "}, "X-Forwarded-Groups": {"ops, risk desk,,"}}, "ana@desk.example", []string{"ops", "risk desk"}, nil},
		"with another alphabet":             {"10.0.0.2:1", http.Header{"X-Forwarded-User": {"Žofie"}}, "Žofie", nil, nil},
		"the proxy in IPv6's form":          {"[::ffff:10.0.0.2]:1", http.Header{"X-Forwarded-User": {"ana"}}, "ana", nil, nil},
		"another address":                   {"10.0.0.3:1", http.Header{"X-Forwarded-User": {"ana"}}, "", nil, proxy.ErrOtherAddress},
		"another address that claims to be": {"192.0.2.7:1", http.Header{"X-Forwarded-User": {"ana"}, "X-Forwarded-For": {"10.0.0.2"}}, "", nil, proxy.ErrOtherAddress},
		"loopback is not the proxy":         {"127.0.0.1:1", http.Header{"X-Forwarded-User": {"ana"}}, "", nil, proxy.ErrOtherAddress},
		"a Unix socket":                     {"@", http.Header{"X-Forwarded-User": {"ana"}}, "", nil, proxy.ErrOtherAddress},
		"nobody":                            {"10.0.0.2:1", http.Header{}, "", nil, proxy.ErrNoUser},
		"an empty name":                     {"10.0.0.2:1", http.Header{"X-Forwarded-User": {" "}}, "", nil, proxy.ErrNoUser},
		"another header":                    {"10.0.0.2:1", http.Header{"X-Remote-User": {"ana"}}, "", nil, proxy.ErrNoUser},
		"two names":                         {"10.0.0.2:1", http.Header{"X-Forwarded-User": {"ana", "root"}}, "", nil, proxy.ErrDuplicate},
		"the same name twice":               {"10.0.0.2:1", http.Header{"X-Forwarded-User": {"ana", "ana"}}, "", nil, proxy.ErrDuplicate},
		"an empty name and another":         {"10.0.0.2:1", http.Header{"X-Forwarded-User": {"", "root"}}, "", nil, proxy.ErrDuplicate},
		"two names joined":                  {"10.0.0.2:1", http.Header{"X-Forwarded-User": {"root, ana"}}, "", nil, proxy.ErrDuplicate},
		"two headers of groups":             {"10.0.0.2:1", http.Header{"X-Forwarded-User": {"ana"}, "X-Forwarded-Groups": {"risk", "ops"}}, "", nil, proxy.ErrDuplicate},
		"an underscore beside it":           {"10.0.0.2:1", http.Header{"X-Forwarded-User": {"ana"}, "X_forwarded_user": {"root"}}, "", nil, proxy.ErrDuplicate},
		"an underscore in the groups":       {"10.0.0.2:1", http.Header{"X-Forwarded-User": {"ana"}, "X-Forwarded_groups": {"ops"}}, "", nil, proxy.ErrDuplicate},
		"a line end":                        {"10.0.0.2:1", http.Header{"X-Forwarded-User": {"ana\nroot"}}, "", nil, proxy.ErrDuplicate},
		"not text":                          {"10.0.0.2:1", http.Header{"X-Forwarded-User": {"an\xff"}}, "", nil, proxy.ErrDuplicate},
		"a very long name":                  {"10.0.0.2:1", http.Header{"X-Forwarded-User": {strings.Repeat("a", 257)}}, "", nil, proxy.ErrDuplicate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			user, groups, err := h.Person(&http.Request{RemoteAddr: c.from, Header: c.header})
			if user != c.user || !slices.Equal(groups, c.groups) || !errors.Is(err, c.err) {
				t.Errorf("%q in %q, %v; want %q in %q, %v", user, groups, err, c.user, c.groups, c.err)
			}
		})
	}
}

func TestHeadersThatCannotNameAPerson(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "X User", "X:User", "Host", "cookie", "AUTHORIZATION", "x-forwarded-for", "Connection", "é"} {
		if err := proxy.CheckHeader(name); err == nil {
			t.Errorf("%q may name a person", name)
		}
	}
	for _, name := range []string{"X-Forwarded-User", "remote-user", "X-Auth-Request-Email"} {
		if err := proxy.CheckHeader(name); err != nil {
			t.Error(err)
		}
	}
}
