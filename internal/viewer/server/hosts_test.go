package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/server"
)

// ask sends a request as it is written, and returns the answer.
func ask(t *testing.T, ts *httptest.Server, request string) (status int, header http.Header, body string) {
	t.Helper()
	c, err := net.Dial("tcp", ts.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(request, " ")
	resp, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

func askHost(t *testing.T, ts *httptest.Server, host string) int {
	t.Helper()
	status, _, _ := ask(t, ts, "GET /livez HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n")
	return status
}

func TestOnlyKnownHostsAreAnswered(t *testing.T) {
	t.Parallel()
	cfg := config(t, small, nil)
	cfg.AllowedHosts = []string{"desk.example", "Bücher.example:8443", "10.1.2.3", "fd00::7", "proxy.example:443", "my_service"}
	ts := serve(t, cfg)
	for _, host := range []string{
		"localhost", "localhost:3002", "LOCALHOST:1", "localhost.", "localhost.:3002", "desk.localhost", "a.b.LocalHost.:80",
		"127.0.0.1", "127.0.0.1:3002", "127.8.9.10", "127.0.0.1.", "[::1]", "[::1]:3002", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]:3002", "[::1%25lo]",
		"[::1%25Eth0.7]", "[::1%25wlp3s0~1]:3002", "[::1%252]",
		"desk.example", "desk.example:3002", "DESK.Example.:80", "xn--bcher-kva.example:8443", "10.1.2.3:9", "[::ffff:10.1.2.3]", "[fd00::7]:3002",
		"[FD00:0::7]", "proxy.example", "proxy.example:443", "my_service:3003",
	} {
		t.Run(host, func(t *testing.T) {
			if got := askHost(t, ts, host); got != http.StatusOK {
				t.Errorf("%s: %d, want an answer", host, got)
			}
		})
	}
	for _, host := range []string{
		"evil.example", "evil.example:3002", "localhost.evil.example", "127.0.0.1.evil.example", "evillocalhost", "localhost:3002.evil.example",
		"127.0.0.1:3002:80", "localhost@evil.example", "evil.example@localhost", "user:pw@localhost", "localhost/evil.example", "localhost:99999", "localhost:x",
		"localhost:0", "[::1", "::1]", "::1", "[127.0.0.1]", "[::1].evil.example", "[::1]evil.example", ".localhost..", "localhost..", "a..localhost",
		"192.168.7.7", "0.0.0.0:3002", "[::]", "[fe80::1]", "[::ffff:8.8.8.8]", "10.1.2.4", "[fd00::8]", "128.0.0.1", "1127.0.0.1",
		"sub.desk.example", "desk.example.evil.com", "xn--bcher-kva.example:8444", "proxy.example:80", "proxy.example:8443", ":3002", ".",
		"[::1%]]", "[::1%25]]", "[::1%25lo]]:80", "[::1%25lo]@evil.example]", "[::1%25lo/x]", "[::1%25a:b]", "[::1%25%6c]", "[::1%25]", "[::1%25\"x\"]",
		"localhost, evil.example", "localhost%00.evil.example",
	} {
		t.Run(host, func(t *testing.T) {
			// Go itself refuses a text that can't be a host, with status 400.
			if got := askHost(t, ts, host); got != http.StatusMisdirectedRequest && got != http.StatusBadRequest {
				t.Errorf("%s: %d, want it refused", host, got)
			}
		})
	}
}

func TestEveryAnswerAsksForAKnownHost(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "/macro"} {
		cfg := config(t, small, pgtest.Migrated(t))
		cfg.BasePath = base
		ts := serve(t, cfg)
		for _, path := range append(everyPath(t), "/d/none/none", "/assets/app.js", "//", "/../x", "/api/../metrics") {
			for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS"} {
				status, header, body := ask(t, ts, method+" "+base+path+" HTTP/1.1\r\nHost: evil.example:3002\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost\r\nX-Host: localhost\r\nConnection: close\r\n\r\n")
				if status != http.StatusMisdirectedRequest {
					t.Errorf("%s %s%s: %d", method, base, path, status)
				}
				if method != "HEAD" && (!strings.Contains(body, "--allowed-host") || !strings.Contains(body, "evil.example:3002")) || strings.Contains(body, "mall") {
					t.Errorf("%s %s%s says %s", method, base, path, body)
				}
				if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("%s %s%s: headers %v", method, base, path, header)
				}
			}
		}
	}
}

// If the request line names a host, that one counts, and not the Host header.
func TestTheHostOfTheRequestLineCounts(t *testing.T) {
	t.Parallel()
	ts := serveSmall(t)
	for request, want := range map[string]int{
		"GET http://evil.example/livez HTTP/1.1\r\nHost: localhost":            421,
		"GET http://user:pw@evil.example/livez HTTP/1.1\r\nHost: localhost":    421,
		"GET http://localhost@evil.example:3002/livez HTTP/1.1\r\nHost: [::1]": 421,
		"GET http://localhost/livez HTTP/1.1\r\nHost: localhost":               200,
		"GET /livez HTTP/1.0":                                                   421,
		"GET /livez HTTP/1.0\r\nHost: localhost":                                200,
		"GET /livez HTTP/1.1\r\nHost: ":                                         421,
		"GET /livez HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: [::1]":  421,
		"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil":      200,
		"GET /livez HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://localhost": 421,
		"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost":                  421,
		"GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: evil.example":          400,
		"GET /livez HTTP/1.1":                                                   400,
		"PRI * HTTP/2.0":                                                        400, // HTTP/2 is not offered
	} {
		t.Run(request, func(t *testing.T) {
			if got, _, body := ask(t, ts, request+"\r\nConnection: close\r\n\r\n"); got != want {
				t.Errorf("%q: %d %s, want %d", request, got, body, want)
			}
		})
	}
}

// A server that listens at all addresses is reached at each of them. The address of the connection counts.
func TestTheAddressOfTheConnectionIsAnswered(t *testing.T) {
	t.Parallel()
	var own net.IP
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() && n.IP.To4() != nil {
			own = n.IP
		}
	}
	if own == nil {
		t.Skip("this machine has no IPv4 address beside its loopback addresses")
	}
	ts := httptest.NewUnstartedServer(serveSmall(t).Config.Handler)
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	_ = ts.Listener.Close()
	ts.Listener = l
	ts.Start()
	t.Cleanup(ts.Close)
	port := l.Addr().(*net.TCPAddr).Port
	for _, c := range []struct {
		at, host string
		want     int
	}{
		{own.String(), own.String(), 200}, {own.String(), "[::ffff:" + own.String() + "]", 200}, {own.String(), "localhost", 200}, {own.String(), "evil.example", 421},
		{"127.0.0.1", "127.0.0.1", 200}, {"127.0.0.1", own.String(), 421}, {"127.0.0.1", "0.0.0.0", 421}, {"127.0.0.1", "evil.example", 421},
	} {
		t.Run(c.host+" at "+c.at, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("http://%s:%d/livez", c.at, port), nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = fmt.Sprintf("%s:%d", c.host, port)
			resp, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != c.want {
				t.Errorf("at %s for %s: %d, want %d", c.at, c.host, resp.StatusCode, c.want)
			}
		})
	}
}

func TestAllowedHostsThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, host := range []string{
		"", " ", "*", "*.example", "http://desk.example", "desk.example/x", "desk.example:x", "desk.example:0", "desk.example:70000", "me@desk.example",
		"a b", "[10.0.0.1]", "[::1", ".", "desk..example", "desk.example:80:80", "fd00::7%]]", "fe80::1%a/b", "[fe80::1%25@x]:80",
	} {
		t.Run("refuses "+host, func(t *testing.T) {
			if err := server.CheckAllowedHost(host); err == nil || !strings.Contains(err.Error(), "allowed host") {
				t.Errorf("%q: %v", host, err)
			}
		})
	}
	for _, host := range []string{"desk", "desk.example", "desk.example:8443", "10.0.0.1", "10.0.0.1:80", "fd00::1", "[fd00::1]:3002", "bücher.example", " desk.example "} {
		t.Run(host, func(t *testing.T) {
			if err := server.CheckAllowedHost(host); err != nil {
				t.Errorf("%q: %v", host, err)
			}
		})
	}
}

// Nothing that is served changes anything, so no call takes another method.
func TestEveryCallOnlyReads(t *testing.T) {
	t.Parallel()
	ts := serveSmall(t)
	for _, path := range append(everyPath(t), "/assets/app.js") {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"} {
			for origin, want := range map[string]int{"": 405, "http://localhost": 405, "http://evil.example": 403, "null": 403} {
				if method == "OPTIONS" {
					want = 405 // a browser's question beforehand changes nothing, and is not answered
				}
				request := method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
				if origin != "" {
					request += "Origin: " + origin + "\r\n"
				}
				status, header, body := ask(t, ts, request+"\r\n")
				if status != want || header.Get("Access-Control-Allow-Origin") != "" || header.Get("Access-Control-Allow-Methods") != "" {
					t.Errorf("%s %s from %q: %d %v %s, want %d", method, path, origin, status, header, body, want)
				}
			}
		}
	}
}
