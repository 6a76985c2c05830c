package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/page"
)

// TestBrowserScreenshots writes pictures of the page into the folder that MACROWATCH_SCREENSHOTS
// names; docs/pipeline-health.png is the one of 1440 pixels in the dark theme.
func TestBrowserScreenshots(t *testing.T) {
	folder := os.Getenv("MACROWATCH_SCREENSHOTS")
	if folder == "" {
		t.Skip("MACROWATCH_SCREENSHOTS names no folder")
	}
	t.Parallel()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	demo := start(t, nil, "demo", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dataDir(t), "--as-of", workday)
	chrome := startChromium(t)
	for _, s := range []screen{
		{zone: "America/Sao_Paulo", width: 1440, height: 900},
		{zone: "America/Sao_Paulo", width: 390, height: 844, phone: true},
	} {
		for _, theme := range []string{"dark", "light"} {
			p := chrome.tab(t, s)
			p.open(demo.url + "?from=now-7d&to=now&theme=" + theme)
			p.allDrawn()
			// As high as the page is, so that nothing is cut and nothing sticks over the middle.
			s := s
			s.height = eval[int64](p, `document.scrollingElement.scrollHeight`)
			p.resize(s)
			p.until("the page to fit", `document.scrollingElement.scrollHeight <= innerHeight`)
			p.twoFrames()
			shot := call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng})
			name := filepath.Join(folder, fmt.Sprintf("pipeline-health-%d-%s.png", s.width, theme))
			if err := os.WriteFile(name, shot.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// workday is an instant at which the sample desk's day is under way.
const workday = "2026-11-19T14:00:00-03:00"

// twoFrames waits until the browser has painted what is on the page now.
func (p *tab) twoFrames() {
	p.t.Helper()
	p.until("two frames", `(window.frames2 ??= (requestAnimationFrame(() => requestAnimationFrame(() => { window.frames2 = 2; })), 1)) === 2`)
	eval[bool](p, `delete window.frames2`)
}
