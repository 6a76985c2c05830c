package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// tryPost sends a request to the intake of a service that may not answer. Headers alternate: a name, then its value.
func tryPost(t testing.TB, s *service, token, path, body string, headers ...string) (posted, error) {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, strings.TrimSuffix(s.url, "/")+path, strings.NewReader(body))
	if err != nil {
		return posted{}, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{Timeout: patience}
	resp, err := client.Do(req)
	if err != nil {
		return posted{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return posted{resp.StatusCode, resp.Header, string(text)}, err
}
