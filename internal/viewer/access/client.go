package access

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the addresses of the reverse proxies in front of the server. What their headers say of a client is
// believed, and what the headers of others say is not.
type Proxies []netip.Prefix

// Sent reports whether a proxy sent the request.
func (p Proxies) Sent(r *http.Request) bool { return p.contain(peerOf(r)) }

func (p Proxies) contain(ip netip.Addr) bool {
	return ip.IsValid() && slices.ContainsFunc(p, func(prefix netip.Prefix) bool { return prefix.Contains(ip) })
}

// ClientOf returns the address of the client. Behind a proxy it is the last address in X-Forwarded-For that is not
// itself a proxy's. It is not valid for a connection without an address, such as a Unix socket's.
func (p Proxies) ClientOf(r *http.Request) netip.Addr {
	client := peerOf(r)
	if !p.contain(client) {
		return client
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		ip, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break // what stands further left can't be trusted
		}
		if client = ip.Unmap().WithZone(""); !p.contain(client) {
			break
		}
	}
	return client
}

// Encrypted reports whether the client's browser reached the server by https: directly, or through a proxy that says so.
func (p Proxies) Encrypted(r *http.Request) bool {
	return r.TLS != nil || p.Sent(r) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// peerOf returns the address at the other end of the request's connection.
func peerOf(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}

// NetworkOf returns what the limit on logins counts as one address: an IPv4 address, or the /64 network of an IPv6
// address, because each client has a whole network of those.
func NetworkOf(ip netip.Addr) string {
	if ip.Is6() {
		if network, err := ip.Prefix(64); err == nil {
			return network.String()
		}
	}
	return ip.String()
}
