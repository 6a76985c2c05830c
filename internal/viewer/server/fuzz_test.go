package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/net/idna"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/server"
)

// handler makes a server whose dashboard has variables and no panel.
func handler(f *testing.F, pool *pgxpool.Pool) http.Handler {
	f.Helper()
	cfg := config(f, `{"uid":"fuzz","title":"Fuzz","schemaVersion":39,"time":{"from":"now-24h","to":"now"},"annotations":{"list":[]},"panels":[],
"templating":{"list":[{"name":"box","type":"textbox","query":"a"},{"name":"one","type":"custom","query":"a,b"},{"name":"every","type":"interval","query":"1m,5m"}]}}`, pool)
	cfg.AllowedHosts = []string{"desk.example", "port.example:8443"}
	s, err := server.New(cfg)
	if err != nil {
		f.Fatal(err)
	}
	return s
}

// FuzzHost sends any Host. If it is answered, a browser that was led to this host shows a page of one of the server's names.
func FuzzHost(f *testing.F) {
	for _, host := range []string{"localhost:3002", "desk.example", "port.example:8443", "port.example:1", "127.0.0.1", "[::1%25lo]:80", "evil.example", "a@localhost",
		"localhost.evil.example", "127.0.0.1.evil.example", "ｌocalhost", "[::ffff:127.0.0.1]", "0x7f.1", "localhost:3002:80", "desk.example.", "desk。example"} {
		f.Add(host)
	}
	h := handler(f, nil)
	f.Fuzz(func(t *testing.T, host string) {
		r := httptest.NewRequest(http.MethodGet, "/livez", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusOK && w.Code != http.StatusMisdirectedRequest {
			t.Fatalf("%q: %d %s", host, w.Code, w.Body)
		}
		if w.Code == http.StatusOK && !own(host) {
			t.Errorf("%q is answered", host)
		}
	})
}

// own reads a Host as the host of a URL, and reports whether it is the server's own.
func own(host string) bool {
	if address, _, hasZone := strings.Cut(host, "%"); hasZone && strings.HasPrefix(host, "[") { // it does not matter at which interface
		if _, rest, closed := strings.Cut(host, "]"); closed {
			host = address + "]" + rest
		}
	}
	u, err := url.Parse("http://" + host + "/")
	if err != nil || u.User != nil || u.Path != "/" {
		return false
	}
	name := u.Hostname()
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.Unmap().IsLoopback()
	}
	if name, err = idna.Lookup.ToASCII(name); err != nil {
		name = strings.ToLower(u.Hostname())
	}
	name = strings.TrimSuffix(name, ".")
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.IsLoopback()
	}
	port := u.Port()
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || name == "desk.example" || name == "port.example" && (port == "" || port == "8443")
}

// FuzzQuery sends any query string: ranges, zones, widths and variables. It is answered, or refused with a sentence.
func FuzzQuery(f *testing.F) {
	for _, q := range []string{"from=now-7d/d&to=now&timezone=America/Sao_Paulo&width=900&theme=light", "from=1735689600000&to=now%2Ffy", "from=9999-12-31&to=0001-01-01",
		"var-box=it's&var-one=b", "var-one=c", "var-every=5m&var-every=1m", "timezone=../../etc/passwd", "from=now-999999999y", "width=-1", "a;b", "%zz", "timezone=Local"} {
		f.Add(q)
	}
	h := handler(f, pgtest.Migrated(f))
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"variables", "beginning", "panels"} {
			r := httptest.NewRequest(http.MethodGet, "/api/dashboards/uid/fuzz/"+path, nil)
			r.Host, r.URL.RawQuery = "localhost", query
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			var said struct{ Message string }
			switch {
			case w.Code == http.StatusOK:
			case w.Code != http.StatusBadRequest:
				t.Errorf("%s?%s: %d %s", path, query, w.Code, w.Body)
			case json.Unmarshal(w.Body.Bytes(), &said) != nil || len(said.Message) < 10:
				t.Errorf("%s?%s is refused without a sentence: %s", path, query, w.Body)
			}
		}
	})
}
