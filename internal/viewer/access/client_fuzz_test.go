package access_test

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"macrowatch/internal/viewer/access"
)

// FuzzClientOf sends any X-Forwarded-For. A client that is no proxy is known by its connection's address. Behind a proxy the
// client is an address of the header, or the proxy itself.
func FuzzClientOf(f *testing.F) {
	f.Add("203.0.113.9")
	f.Add("203.0.113.9, 192.0.2.1,192.0.2.1")
	f.Add("::ffff:203.0.113.9%eth0")
	f.Add("[2001:db8::1]:80, unknown")
	peer := netip.MustParseAddr("192.0.2.1")
	proxies := access.Proxies{netip.PrefixFrom(peer, 32)}
	f.Fuzz(func(t *testing.T, forwarded string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("X-Forwarded-For", forwarded)
		r.RemoteAddr = "198.51.100.7:1"
		if got := proxies.ClientOf(r); got.String() != "198.51.100.7" {
			t.Errorf("%q made a direct client %s", forwarded, got)
		}
		r.RemoteAddr = "192.0.2.1:1"
		got := proxies.ClientOf(r)
		named := got == peer
		for hop := range strings.SplitSeq(forwarded, ",") {
			ip, err := netip.ParseAddr(strings.TrimSpace(hop))
			named = named || err == nil && ip.Unmap().WithZone("") == got
		}
		if !got.IsValid() || got.Zone() != "" || !named {
			t.Errorf("%q made the client %q", forwarded, got)
		}
	})
}
