// Package httpload asks a server over several connections at once, and counts the answers.
package httpload

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"
)

// Answers returns how many answers come in a time over a number of connections, each of which asks again as soon as it has its answer.
// Next makes a request; it is called by all connections at once. Any other status than 200 fails the benchmark.
func Answers(b *testing.B, d time.Duration, connections int, next func() (*http.Request, error)) float64 {
	b.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	ends := time.Now().Add(d)
	counts := make([]int, connections)
	var all sync.WaitGroup
	for i := range connections {
		all.Go(func() {
			for time.Now().Before(ends) {
				if err := ask(client, next); err != nil {
					b.Error(err)
					return
				}
				counts[i]++
			}
		})
	}
	all.Wait()
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return float64(sum)
}

// Get returns a function for Answers that asks for one address after the other.
func Get(url func() string) func() (*http.Request, error) {
	return func() (*http.Request, error) { return http.NewRequest(http.MethodGet, url(), nil) }
}

func ask(client *http.Client, next func() (*http.Request, error)) error {
	r, err := next()
	if err != nil {
		return err
	}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 1000))
		return fmt.Errorf("%s: %s", resp.Status, text)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
