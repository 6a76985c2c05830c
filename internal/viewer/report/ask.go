package report

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// answer takes a handler's answer into memory.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// Flush does nothing, because the answer is read only when it is whole.
func (a *answer) Flush() {}

// SetWriteDeadline does nothing, because memory is never slow.
func (a *answer) SetWriteDeadline(time.Time) error { return nil }

// ask sends a request to the server in this process and returns what it answers. An error status is an error.
func ask(ctx context.Context, server http.Handler, path string, query url.Values) ([]byte, error) {
	address := url.URL{Scheme: "http", Host: "localhost", Path: path, RawQuery: query.Encode()}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	r.RequestURI = address.RequestURI()
	r.Header.Set("Accept", "text/html, application/json")
	a := &answer{header: http.Header{}}
	server.ServeHTTP(a, r)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if a.status == http.StatusOK {
		return a.body.Bytes(), nil
	}
	var said struct{ Message string }
	if json.Unmarshal(a.body.Bytes(), &said) == nil && said.Message != "" {
		return nil, errors.New(said.Message)
	}
	return nil, fmt.Errorf("the server answers %s with status %d", path, a.status)
}
