package report

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Printer prints reports with an installed browser.
type Printer struct{ path string }

// browsers are the programs that can print, as they are called on different systems.
var browsers = []string{
	"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell",
	"/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
}

// FindPrinter looks for an installed browser that can print.
func FindPrinter() (Printer, error) {
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return Printer{path}, nil
		}
	}
	return Printer{}, errors.New("a PDF needs Chromium or Chrome, and neither is installed; an HTML file can be printed from any browser")
}

// printLimit bounds how long a browser may take for a report.
const printLimit = 3 * time.Minute

// address is where the browser sees the report. No server has this name: the browser gets the report from this process.
const address = "http://report.invalid/"

// Print returns all dashboards of a report as a PDF.
func (p Printer) Print(ctx context.Context, report []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, printLimit)
	defer cancel()
	profile, err := os.MkdirTemp("", "macrowatch-report-")
	if err != nil {
		return nil, fmt.Errorf("print the report: %w", err)
	}
	defer func() { _ = os.RemoveAll(profile) }()
	allocator, end := chromedp.NewExecAllocator(ctx,
		chromedp.ExecPath(p.path), chromedp.UserDataDir(profile), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Env("HOME="+profile), // for the files that are not part of the profile
		chromedp.Flag("headless", "new"), chromedp.Flag("disable-gpu", true),
		chromedp.Flag("no-sandbox", os.Geteuid() == 0), // Chromium refuses a sandbox to root
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-extensions", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("password-store", "basic"), chromedp.WindowSize(1440, 900))
	defer end()
	tab := &printedTab{report: report}
	tab.ctx, cancel = chromedp.NewContext(allocator, chromedp.WithListener(tab.event))
	defer cancel()
	pdf, err := tab.print()
	if err != nil {
		return nil, fmt.Errorf("print the report with %s: %w", p.path, err)
	}
	return pdf, nil
}

// printedTab is the tab of a browser that prints a report.
type printedTab struct {
	ctx    context.Context
	report []byte
}

// event answers the browser's request for the report. It refuses every other request.
func (t *printedTab) event(ev any) {
	paused, ok := ev.(*fetch.EventRequestPaused)
	if !ok {
		return
	}
	answer := fetch.FulfillRequestParams{RequestID: paused.RequestID, ResponseCode: 404}
	if url, _, _ := strings.Cut(paused.Request.URL, "#"); url == address {
		answer.ResponseCode, answer.Body = 200, t.report
		answer.ResponseHeaders = []*fetch.HeaderEntry{{Name: "Content-Type", Value: "text/html; charset=utf-8"}}
	}
	go func() { _, _ = chromedp.Call(t.ctx, fetch.FulfillRequest, answer) }() // a listener must not wait
}

// print opens the report, waits until every panel is drawn, and prints it.
func (t *printedTab) print() ([]byte, error) {
	if err := chromedp.Do(t.ctx); err != nil { // starts the browser
		return nil, err
	}
	if _, err := chromedp.Call(t.ctx, fetch.Enable, fetch.EnableParams{}); err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(t.ctx, page.Navigate, page.NavigateParams{URL: address + "#?theme=light&all"}); err != nil {
		return nil, err
	}
	for {
		// The evaluation fails while the browser still loads the report.
		if ready, _ := chromedp.Run(t.ctx, chromedp.Evaluate[bool](`Boolean(document.body?.dataset.ready)`)); ready {
			break
		}
		select {
		case <-t.ctx.Done():
			return nil, t.ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	yes := true
	printed, err := chromedp.Call(t.ctx, page.PrintToPDF, page.PrintToPDFParams{PrintBackground: &yes, PreferCSSPageSize: &yes})
	return printed.Data, err
}
