package server

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Every call that changes something is protected by what is tested here.
func TestOnlyOwnPagesMayChangeAnything(t *testing.T) {
	t.Parallel()
	changed := 0
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/change", func(http.ResponseWriter, *http.Request) { changed++ })
	mux.HandleFunc("DELETE /api/change", func(http.ResponseWriter, *http.Request) { changed++ })
	s := &Server{cfg: Config{Logger: slog.New(slog.DiscardHandler)}, pageReaders: newReaders(newMetrics(Build{Version: "test"}))}
	ts := httptest.NewServer(s.guarded(mux))
	defer ts.Close()
	for name, c := range map[string]struct {
		header map[string]string
		want   int
	}{
		"a script without a browser":           {nil, 200},
		"its own page":                         {map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": ts.URL}, 200},
		"its own page, in an old browser":      {map[string]string{"Origin": ts.URL}, 200},
		"a page of another site":               {map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403},
		"a page of another port":               {map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"}, 403},
		"another port, in an old browser":      {map[string]string{"Origin": "http://127.0.0.1:1"}, 403},
		"another site, in an old browser":      {map[string]string{"Origin": "https://evil.example"}, 403},
		"a file or a sandboxed frame":          {map[string]string{"Origin": "null"}, 403},
		"another site, which hides its origin": {map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"a name that was pointed at this one":  {map[string]string{"Host": "evil.example", "Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"}, 421},
	} {
		t.Run(name, func(t *testing.T) {
			for _, method := range []string{"POST", "DELETE"} {
				changed = 0
				req, err := http.NewRequestWithContext(t.Context(), method, ts.URL+"/api/change", strings.NewReader("x=1"))
				if err != nil {
					t.Fatal(err)
				}
				for key, value := range c.header {
					req.Header.Set(key, value)
				}
				if host := c.header["Host"]; host != "" {
					req.Host = host
				}
				resp, err := http.DefaultTransport.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				_ = resp.Body.Close()
				if resp.StatusCode != c.want || (changed == 1) != (c.want == 200) {
					t.Errorf("%s by %s: %d, %d changes; want %d", method, name, resp.StatusCode, changed, c.want)
				}
			}
		})
	}
}
