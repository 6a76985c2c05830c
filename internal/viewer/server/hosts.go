package server

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// The owner of another site can point that site's host name at this server's address (DNS rebinding). To the browser, this
// server is then a part of that site, so the site's pages may read the answers. The server can recognise such a request only
// by the host name in it. So the server answers only requests for names that it knows to be its own.

// hostPattern is a host that is answered. If port is not 0, the host is answered only with that port.
type hostPattern struct {
	host string // as splitHost writes it
	port uint16
}

// hostPolicy says which hosts are answered.
type hostPolicy struct{ allowed []hostPattern }

func newHostPolicy(allowed []string) (hostPolicy, error) {
	var p hostPolicy
	for _, text := range allowed {
		pattern, err := parseAllowedHost(text)
		if err != nil {
			return hostPolicy{}, err
		}
		p.allowed = append(p.allowed, pattern)
	}
	return p, nil
}

// CheckAllowedHost returns an error if a text can't be an entry of Config.AllowedHosts.
func CheckAllowedHost(text string) error {
	_, err := parseAllowedHost(text)
	return err
}

func parseAllowedHost(text string) (hostPattern, error) {
	text = strings.TrimSpace(text)
	if strings.Contains(text, "*") {
		return hostPattern{}, fmt.Errorf("the allowed host %q has a wildcard: name each host", text)
	}
	if ip, err := netip.ParseAddr(text); err == nil && isZone(ip.Zone()) { // an IPv6 address needs no brackets here
		return hostPattern{host: canonicalIP(ip)}, nil
	}
	host, port, ok := splitHost(text)
	if !ok {
		return hostPattern{}, fmt.Errorf("the allowed host %q is not a host name or an IP address, with or without a port, such as desk.example or desk.example:8443", text)
	}
	return hostPattern{host, port}, nil
}

// allows reports whether a request is answered. The argument `header` is its Host header, and `local` is the server's
// address to which it was sent.
func (p hostPolicy) allows(header string, local netip.Addr) bool {
	host, port, ok := splitHost(header)
	if !ok {
		return false
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	// A loopback address, or the address to which the request was sent, is safe: nobody can point an IP
	// address at another server.
	if ip, err := netip.ParseAddr(host); err == nil && (ip.IsLoopback() || local.IsValid() && ip == plainIP(local)) {
		return true
	}
	for _, a := range p.allowed {
		// Browsers leave out the usual port of a scheme. A reverse proxy may use http or https.
		usual := port == 0 && (a.port == 80 || a.port == 443)
		if a.host == host && (a.port == 0 || a.port == port || usual) {
			return true
		}
	}
	return false
}

// splitHost splits HOST, HOST:PORT, or an IPv6 address in brackets. It accepts nothing else, such as a user name. It returns
// the host in its one canonical form, and 0 if the port is missing.
func splitHost(text string) (host string, port uint16, ok bool) {
	if colon := strings.LastIndexByte(text, ':'); colon > strings.LastIndexByte(text, ']') {
		if digits := text[colon+1:]; digits != "" {
			n, err := strconv.ParseUint(digits, 10, 16)
			if err != nil || n == 0 {
				return "", 0, false
			}
			port = uint16(n)
		}
		text = text[:colon]
	}
	if inner, bracketed := strings.CutPrefix(text, "["); bracketed {
		inner, closed := strings.CutSuffix(inner, "]")
		ip, err := netip.ParseAddr(strings.Replace(inner, "%25", "%", 1)) // a zone may follow the address
		if !closed || err != nil || !ip.Is6() || !isZone(ip.Zone()) {
			return "", 0, false
		}
		return canonicalIP(ip), port, true
	}
	if ip, err := netip.ParseAddr(text); err == nil {
		return canonicalIP(ip), port, ip.Is4()
	}
	host, ok = canonicalName(text)
	return host, port, ok
}

const nameCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-_."

// canonicalName returns a host name as browsers send it: in lower case, in ASCII, and without a dot at its end.
func canonicalName(text string) (name string, ok bool) {
	name = strings.ToLower(text)
	if strings.Trim(name, nameCharacters) != "" {
		var err error
		if name, err = idna.Lookup.ToASCII(text); err != nil {
			return "", false
		}
	}
	name = strings.TrimSuffix(name, ".")
	ok = name != "" && !strings.HasPrefix(name, ".") && !strings.Contains(name, "..")
	for _, c := range name {
		ok = ok && strings.ContainsRune(nameCharacters, c)
	}
	return name, ok
}

// isZone reports whether a text, which may be "", can be the zone of an address: the name or the number of a network
// interface.
func isZone(text string) bool { return strings.Trim(strings.ToLower(text), nameCharacters+"~") == "" }

// plainIP returns an address without its zone. An IPv4 address in the form of IPv6 becomes IPv4.
func plainIP(ip netip.Addr) netip.Addr { return ip.Unmap().WithZone("") }

func canonicalIP(ip netip.Addr) string { return plainIP(ip).String() }

// knownHost refuses requests for hosts that are not the server's own, before any other part of the server reads them.
func (s *Server) knownHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.hosts.allows(r.Host, localIP(r)) {
			next.ServeHTTP(w, r)
			return
		}
		s.cfg.Logger.Info("refused a request for a host that is not allowed", "host", r.Host, "from", r.RemoteAddr)
		message := "This request names no host, so it is not answered. Send a Host header with the address that macrowatch listens on."
		if r.Host != "" {
			message = fmt.Sprintf("The host %q is not one that macrowatch answers to. If people are to reach it by this name, start it with --allowed-host and the name.", r.Host)
		}
		writeError(w, http.StatusMisdirectedRequest, message)
	})
}

// localIP returns the address at which the request's connection came in. It is invalid for a Unix socket.
func localIP(r *http.Request) netip.Addr {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if local == nil {
		return netip.Addr{}
	}
	ip, _ := netip.AddrFromSlice(local.IP)
	return ip
}

// isLoopbackOrigin reports whether an origin, such as http://localhost:3002, is this machine's.
func isLoopbackOrigin(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && (hostPolicy{}).allows(u.Host, netip.Addr{})
}

// ownOrigin refuses a request that would change something if a page of another site sent it.
func (s *Server) ownOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	if l := s.cfg.Login; l != nil && l.PublicURL != nil { // a proxy may send another Host than the browser did
		if err := protection.AddTrustedOrigin(l.PublicURL.Scheme + "://" + l.PublicURL.Host); err != nil {
			panic(err) // the URL has been checked
		}
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.cfg.Logger.Info("refused a request of another origin", "method", r.Method, "origin", r.Header.Get("Origin"), "from", r.RemoteAddr)
		writeError(w, http.StatusForbidden, "This request comes from a page of another site, and macrowatch takes changes from its own pages only.")
	}))
	return protection.Handler(next)
}
