package server_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"macrowatch/internal/viewer/server"
)

// patterns are the patterns of all routes that answer GET, without their methods.
func patterns(t *testing.T) []string {
	t.Helper()
	s, err := server.New(config(t, small, nil))
	if err != nil {
		t.Fatal(err)
	}
	all := server.Patterns(s)
	var paths []string
	for _, p := range all {
		method, path, named := strings.Cut(p, " ")
		switch {
		case !named:
			paths = append(paths, p)
		case method == http.MethodGet:
			paths = append(paths, path)
		}
	}
	return paths
}

// everyPath returns a path for each route, on the dashboard small, and a path below each route that takes many.
func everyPath(t *testing.T) []string {
	t.Helper()
	filled := strings.NewReplacer("{uid}", "small", "{slug}", "small", "{id}", "1", "{$}", "")
	var paths []string
	for _, p := range patterns(t) {
		path := filled.Replace(p)
		if strings.Contains(path, "{") {
			t.Fatalf("the route %s has a part that this test does not fill in", p)
		}
		if path != p || !strings.HasSuffix(p, "/") {
			paths = append(paths, path)
		} else {
			paths = append(paths, path+"none")
		}
	}
	return paths
}

func TestEveryRouteIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../docs/http.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range patterns(t) {
		switch p {
		case "/", "/api/", "/api/v1/", "/assets/", "/d/{uid}":
			continue // what is not found, the page's own files, and a short form of /d/{uid}/{slug}
		}
		t.Run(p, func(t *testing.T) {
			t.Parallel()
			if call := "| `GET " + strings.TrimSuffix(p, "{$}") + "` |"; !strings.Contains(string(text), call) {
				t.Errorf("docs/http.md has no row %s", call)
			}
		})
	}
}

func TestEveryCallThatChangesSomethingIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../docs/http.md")
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(config(t, small, nil))
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	for _, p := range server.Patterns(s) {
		if !strings.HasPrefix(p, "POST ") {
			continue
		}
		if calls++; !strings.Contains(string(text), "| `"+p+"` |") {
			t.Errorf("docs/http.md has no row | `%s` |", p)
		}
	}
	if calls < 2 {
		t.Errorf("only %d calls change something", calls)
	}
}

func TestAMalformedQueryStringIsRefused(t *testing.T) {
	t.Parallel()
	ts := serveSmall(t)
	for _, path := range everyPath(t) {
		if !strings.HasPrefix(path, "/api/") {
			continue
		}
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			for _, query := range []string{"?from=%zz", "?from=now-1h;to=now", "?from=now-1h&to=%", "?%gg=1", "?var-x=%f"} {
				if status, body := fetch(t, ts.URL+path+query); status != http.StatusBadRequest || !strings.Contains(body, "query string") {
					t.Errorf("%s: %d %s", query, status, body)
				}
			}
		})
	}
}
