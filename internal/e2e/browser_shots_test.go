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
	wide := screen{zone: "America/Sao_Paulo", width: 1440, height: 900}
	narrow := screen{zone: "America/Sao_Paulo", width: 390, height: 844, phone: true}
	for _, theme := range []string{"dark", "light"} {
		for _, s := range []screen{wide, narrow} {
			name := fmt.Sprintf("pipeline-health-%d-%s.png", s.width, theme)
			picture(t, chrome, s, demo.url+"?from=now-7d&to=now&theme="+theme, filepath.Join(folder, name))
		}
		// The minutes in which the daily pipeline runs.
		picture(t, chrome, wide, demo.url+"?from=2026-11-19T05:58:00-03:00&to=2026-11-19T06:09:30-03:00&theme="+theme,
			filepath.Join(folder, "pipeline-health-morning-"+theme+".png"))
	}
}

// picture writes what a page looks like, at its full height.
func picture(t *testing.T, chrome *chromium, s screen, url, file string) {
	t.Helper()
	p := chrome.tab(t, s)
	p.open(url)
	p.allDrawn()
	// As high as the page is, so that nothing is cut and nothing sticks over the middle.
	s.height = eval[int64](p, `document.scrollingElement.scrollHeight`)
	p.resize(s)
	p.until("the page to fit", `document.scrollingElement.scrollHeight <= innerHeight`)
	p.until("things to be in their places", atRest)
	p.twoFrames()
	shot := call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng})
	if err := os.WriteFile(file, shot.Data, 0o644); err != nil {
		t.Fatal(err)
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
