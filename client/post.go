package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// longestAnswer bounds what is read of an answer.
const longestAnswer = 16 << 20

// jitter returns a part of a span, so that many clients do not come back together.
func jitter(span time.Duration) time.Duration { return rand.N(span) }

// post sends a request once. The error is a *RefusedError or a *laterError.
func (c *Client) post(ctx context.Context, r record) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/api/v1/"+r.Call, bytes.NewReader(r.body))
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/x-ndjson")
	req.Header.Set("Idempotency-Key", r.Key)
	req.Header.Set("User-Agent", "macrowatch-go")
	if r.Encoding != "" {
		req.Header.Set("Content-Encoding", r.Encoding)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		var of *url.Error
		if errors.As(err, &of) {
			err = of.Err // without the request's parameters
		}
		return Answer{}, &laterError{why: fmt.Sprintf("%s: %v", c.url, err)}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, longestAnswer))
	if err != nil {
		return Answer{}, &laterError{why: fmt.Sprintf("%s: the answer broke off: %v", c.url, err)}
	}
	if resp.StatusCode == http.StatusOK {
		return answerOf(c.url, text)
	}
	return Answer{}, c.failure(resp, text)
}

// answerOf reads the answer to a request that was taken. An answer of another kind comes from another program, such as a
// proxy with a login.
func answerOf(server string, text []byte) (Answer, error) {
	said := struct {
		Inserted *int64 `json:"inserted"`
	}{}
	var answer Answer
	if json.Unmarshal(text, &said) != nil || said.Inserted == nil || json.Unmarshal(text, &answer) != nil {
		return Answer{}, &laterError{why: server + ": the answer is not one of macrowatch"}
	}
	return answer, nil
}

// failure turns an answer that refuses into the error that says what to do about it.
func (c *Client) failure(resp *http.Response, text []byte) error {
	refused := &RefusedError{Status: resp.StatusCode}
	own := json.Unmarshal(text, refused) == nil && refused.Message != "" // otherwise it is a proxy's page
	// The rows are at fault.
	data := []int{http.StatusBadRequest, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity}
	if own && slices.Contains(data, resp.StatusCode) {
		return refused
	}
	// A token may be for some kinds only, and an internal error may come from one request only.
	alone := append(data, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusInternalServerError)
	message := resp.Status
	if own {
		message = fmt.Sprintf("%d %s", resp.StatusCode, refused.Message)
	}
	return &laterError{why: c.url + ": " + message, after: retryAfter(resp.Header.Get("Retry-After"), time.Now()), alone: slices.Contains(alone, resp.StatusCode)}
}
