package access_test

import (
	"crypto/tls"
	"net/http"
	"net/netip"
	"testing"

	"macrowatch/internal/viewer/access"
)

func TestOnlyProxiesMaySayWhoseRequestItIs(t *testing.T) {
	t.Parallel()
	proxies := access.Proxies{netip.MustParsePrefix("10.0.0.0/28"), netip.MustParsePrefix("fd00::1/128")}
	for name, c := range map[string]struct {
		from      string
		forwarded []string
		want      string
	}{
		"a direct client":                      {"192.0.2.7:1234", nil, "192.0.2.7"},
		"a direct client that lies":            {"192.0.2.7:1234", []string{"203.0.113.9"}, "192.0.2.7"},
		"through the proxy":                    {"10.0.0.2:1", []string{"203.0.113.9"}, "203.0.113.9"},
		"through the proxy by IPv6":            {"[fd00::1]:1", []string{"2001:db8::5"}, "2001:db8::5"},
		"in IPv6's form of IPv4":               {"[::ffff:10.0.0.2]:1", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		"through two proxies":                  {"10.0.0.2:1", []string{"203.0.113.9, 10.0.0.3"}, "203.0.113.9"},
		"a client that sent the header itself": {"10.0.0.2:1", []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.9"},
		"in two headers":                       {"10.0.0.2:1", []string{"198.51.100.1", "203.0.113.9"}, "203.0.113.9"},
		"nonsense":                             {"10.0.0.2:1", []string{"203.0.113.9, unknown"}, "10.0.0.2"},
		"an empty header":                      {"10.0.0.2:1", []string{""}, "10.0.0.2"},
		"only proxies":                         {"10.0.0.2:1", []string{"10.0.0.4"}, "10.0.0.4"},
		"beside the network of the proxies":    {"10.0.0.16:1", []string{"203.0.113.9"}, "10.0.0.16"},
		"a Unix socket":                        {"@", []string{"203.0.113.9"}, "invalid IP"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{RemoteAddr: c.from, Header: http.Header{"X-Forwarded-For": c.forwarded}}
			if got := proxies.ClientOf(r).String(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestWhetherABrowserComesByHTTPS(t *testing.T) {
	t.Parallel()
	proxies := access.Proxies{netip.MustParsePrefix("10.0.0.2/32")}
	for name, c := range map[string]struct {
		r    http.Request
		want bool
	}{
		"plain":              {http.Request{RemoteAddr: "192.0.2.7:1"}, false},
		"TLS":                {http.Request{RemoteAddr: "192.0.2.7:1", TLS: &tls.ConnectionState{}}, true},
		"a client that lies": {http.Request{RemoteAddr: "192.0.2.7:1", Header: http.Header{"X-Forwarded-Proto": {"https"}}}, false},
		"a proxy with TLS":   {http.Request{RemoteAddr: "10.0.0.2:1", Header: http.Header{"X-Forwarded-Proto": {"HTTPS"}}}, true},
		"a proxy without":    {http.Request{RemoteAddr: "10.0.0.2:1", Header: http.Header{"X-Forwarded-Proto": {"http"}}}, false},
		"a proxy in silence": {http.Request{RemoteAddr: "10.0.0.2:1"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := proxies.Encrypted(&c.r); got != c.want {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestNetworkOf(t *testing.T) {
	t.Parallel()
	for ip, want := range map[string]string{"192.0.2.7": "192.0.2.7", "2001:db8:1:2:3::4": "2001:db8:1:2::/64", "::1": "::/64"} {
		if got := access.NetworkOf(netip.MustParseAddr(ip)); got != want {
			t.Errorf("%s counts as %s, want %s", ip, got, want)
		}
	}
	_ = access.NetworkOf(netip.Addr{}) // a Unix socket has no address
}
