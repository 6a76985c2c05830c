package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// get fetches a URL.
func get(t testing.TB, url string) (status int, body string) {
	t.Helper()
	client := http.Client{Timeout: patience}
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// eventually calls ok until it returns true. If that takes too long, the test fails with what ok returned last.
func eventually(t testing.TB, what string, ok func() (bool, string)) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		done, last := ok()
		if done {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s; last seen: %s", what, patience, last)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// getFor asks a service whether it lives, with a Host header, and returns the status.
func getFor(t testing.TB, s *service, host string) (status int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.TrimSuffix(s.url, "/")+"/livez", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	client := http.Client{Timeout: patience}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}
