package e2e

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// watch records what a tab asked for, and everything that the browser complained about: console messages of
// any level, uncaught exceptions, refusals of the content security policy, failed requests.
type watch struct {
	mu         sync.Mutex
	urls       map[network.RequestID]string
	requests   []string
	complaints []string
	provoked   []string
	received   float64 // bytes of finished requests, with their headers
}

func (w *watch) event(ev any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := ev.(type) {
	case *network.EventRequestWillBeSent:
		w.urls[e.RequestID] = e.Request.URL
		w.requests = append(w.requests, e.Request.URL)
	case *network.EventLoadingFinished:
		w.received += e.EncodedDataLength
	case *network.EventLoadingFailed:
		// If the page itself has cancelled a request, because it now needs another answer, the request has not
		// failed. Chromium sometimes also reports an answer as cancelled that the page has read to its end.
		if !e.Canceled || e.Type != network.ResourceTypeFetch {
			w.complain("request failed: %s %s %s", w.urls[e.RequestID], e.ErrorText, e.BlockedReason)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 {
			w.complain("status %d: %s", e.Response.Status, e.Response.URL)
		}
	case *runtime.EventConsoleAPICalled:
		var words []string
		for _, a := range e.Args {
			words = append(words, string(a.Value), a.Description)
		}
		w.complain("console.%s: %s", e.Type, strings.Join(words, " "))
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		w.complain("exception: %s", text)
	case *log.EventEntryAdded:
		w.complain("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)
	case *audits.EventIssueAdded:
		if d := e.Issue.Details.ContentSecurityPolicyIssueDetails; d != nil {
			w.complain("content security policy: %s %s", d.ViolatedDirective, d.BlockedURL)
		}
	}
}

func (w *watch) complain(format string, args ...any) {
	w.complaints = append(w.complaints, fmt.Sprintf(format, args...))
}

// bytes returns how many bytes the tab has received so far.
func (w *watch) bytes() float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.received
}

// asked returns the addresses that were requested so far.
func (w *watch) asked() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.requests)
}

// last returns the latest requested address that contains a text.
func (w *watch) last(part string) string {
	for _, url := range slices.Backward(w.asked()) {
		if strings.Contains(url, part) {
			return url
		}
	}
	return ""
}

// unexpected returns the complaints that the test did not provoke.
func (w *watch) unexpected() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.complaints), func(c string) bool {
		return slices.ContainsFunc(w.provoked, func(p string) bool { return strings.Contains(c, p) })
	})
}
