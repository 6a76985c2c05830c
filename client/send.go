package client

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// Option is a parameter of a request. The parameters are the flags of macrowatch import.
type Option func(url.Values)

// Register lets prices of unknown instruments in: each becomes an instrument of a kind, price or yield, that is quoted in
// a currency, percent or bp. An empty unit leaves the choice to macrowatch.
func Register(kind, quotedIn string) Option {
	return func(v url.Values) {
		v.Set("kind", kind)
		if quotedIn != "" {
			v.Set("quoted-in", quotedIn)
		}
	}
}

// ReplaceSnapshots replaces each snapshot of the request as a whole, instead of adding rows to it.
func ReplaceSnapshots() Option {
	return func(v url.Values) { v.Set("replace-snapshots", "true") }
}

// SnapshotWindow gathers positions that were stamped one after the other, within a span, into one snapshot.
func SnapshotWindow(span time.Duration) Option {
	return func(v url.Values) { v.Set("snapshot-window", span.String()) }
}

// Send sends rows in one request. The server takes all of them or none. The error is a *RefusedError, or ErrUnavailable, or
// says that the context has ended. If rows are kept on disk, the error is nil and the answer says so.
func Send[R Row](ctx context.Context, c *Client, rows []R, options ...Option) (Answer, error) {
	if len(rows) == 0 {
		return Answer{}, nil
	}
	r, err := requestFor(c.url, rows, options)
	if err != nil {
		return Answer{}, err
	}
	return c.record(ctx, r)
}

// SendBatches sends rows in requests of at most size rows, for more rows than one request may have. It stops at the first
// error, and the answer counts what was taken before. Keep the rows of one snapshot in one call of Send instead.
func SendBatches[R Row](ctx context.Context, c *Client, rows []R, size int, options ...Option) (Answer, error) {
	var total Answer
	if size < 1 {
		return total, fmt.Errorf("a batch of %d rows is not possible", size)
	}
	for from := 0; from < len(rows); from += size {
		answer, err := Send(ctx, c, rows[from:min(from+size, len(rows))], options...)
		var refused *RefusedError
		if errors.As(err, &refused) { // its indices are those of the batch
			refused.Rows = moved(refused.Rows, int64(from))
		}
		if err != nil {
			return total, err
		}
		total.add(answer, int64(from))
	}
	return total, nil
}

// compressedFrom is how long a body must be to be compressed.
const compressedFrom = 8 << 10

// requestFor makes the request for some rows.
func requestFor[R Row](server string, rows []R, options []Option) (record, error) {
	var body bytes.Buffer
	lines := json.NewEncoder(&body)
	for i, row := range rows {
		if err := lines.Encode(row); err != nil {
			return record{}, fmt.Errorf("row %d: %w", i, err)
		}
	}
	query := url.Values{}
	for _, option := range options {
		option(query)
	}
	r := record{Format: recordFormat, URL: server, Call: rows[0].kind(), Key: rand.Text(), body: body.Bytes()}
	if len(query) > 0 {
		r.Call += "?" + query.Encode()
	}
	if len(r.body) >= compressedFrom {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, _ = w.Write(r.body) // into memory, which does not fail
		_ = w.Close()
		r.body, r.Encoding = packed.Bytes(), "gzip"
	}
	return r, nil
}

// record keeps a request on disk and sends it after those that wait already.
func (c *Client) record(ctx context.Context, r record) (Answer, error) {
	until := time.Now().Add(c.patience)
	why := ""
	if c.spool != nil {
		own, err := c.spool.keep(r)
		if err == nil {
			defer own.file.Close()
			return c.deliver(ctx, until, own)
		}
		why = "; it can't be kept, because " + err.Error()
	}
	answer, err := c.postPatiently(ctx, until, r)
	var later *laterError
	if errors.As(err, &later) {
		if ctx.Err() != nil {
			return answer, fmt.Errorf("%w: %s%s: %w", ErrUnavailable, later.why, why, context.Cause(ctx))
		}
		return answer, fmt.Errorf("%w: %s%s", ErrUnavailable, later.why, why)
	}
	return answer, err
}

// The pauses between tries.
const (
	firstPause   = 250 * time.Millisecond
	longestPause = 10 * time.Second
)

// postPatiently sends a request, and again until a time. It waits as long as the server asks.
func (c *Client) postPatiently(ctx context.Context, until time.Time, r record) (Answer, error) {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		answer, err := c.post(ctx, r)
		var later *laterError
		if !errors.As(err, &later) || later.alone || !wait(ctx, until, max(later.after, pause/2+jitter(pause))) {
			return answer, err
		}
	}
}

// wait waits, unless the context ends meanwhile. It does not begin to wait if that would take longer than until a time.
func wait(ctx context.Context, until time.Time, span time.Duration) bool {
	if time.Until(until) < span {
		return false
	}
	timer := time.NewTimer(span)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// retryAfter reads the header Retry-After: seconds, or a date.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := time.Parse(time.RFC1123, text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
