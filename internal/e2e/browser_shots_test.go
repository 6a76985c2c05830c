//go:build screenshots

package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/page"
)

// TestBrowserScreenshots writes pictures of the pages into the folder that MACROWATCH_SCREENSHOTS names. The
// pictures of the dashboards have the names that they have in docs/. The others show the light theme, a phone
// and the minutes in which the pipeline runs. The test is compiled only with the tag screenshots.
func TestBrowserScreenshots(t *testing.T) {
	folder := os.Getenv("MACROWATCH_SCREENSHOTS")
	if folder == "" {
		t.Fatal("MACROWATCH_SCREENSHOTS names no folder")
	}
	t.Parallel()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	day, evening := sampleDesk(t, workday), sampleDesk(t, friday)
	chrome := startChromium(t)
	wide := screen{zone: "America/Sao_Paulo", width: 1440, height: 900}
	narrow := screen{zone: "America/Sao_Paulo", width: 390, height: 844, phone: true}
	for _, p := range []struct {
		desk      *service
		uid, span string
	}{
		{day, "pipeline-health", "?from=now-7d&to=now"},
		{evening, "signal-overview", "?from=now-30d&to=now"},
		{evening, "portfolio-performance", "?from=now-1y&to=now"},
		{evening, "risk-dashboard", "?from=now-1y&to=now"},
	} {
		for _, theme := range []string{"dark", "light"} {
			address := pageOf(p.desk.url, p.uid, p.span+"&theme="+theme)
			name := filepath.Join(folder, p.uid)
			if theme == "light" {
				name += "-light"
			}
			picture(t, chrome, wide, address, name+".png")
			picture(t, chrome, narrow, address, name+"-phone.png")
		}
	}
	// The minutes in which the daily pipeline runs.
	picture(t, chrome, wide, pageOf(day.url, "pipeline-health", "?from=2026-11-12T05:58:00-03:00&to=2026-11-12T06:09:30-03:00&theme=dark"),
		filepath.Join(folder, "pipeline-health-morning.png"))
}

// picture writes a picture of a whole page.
func picture(t *testing.T, chrome *chromium, s screen, url, file string) {
	t.Helper()
	p := chrome.tab(t, s)
	p.open(url)
	p.allDrawn()
	// The window is as high as the page, so that nothing is cut and the header does not cover the middle.
	s.height = eval[int64](p, `document.scrollingElement.scrollHeight`)
	p.resize(s)
	p.until("the page to fit", `document.scrollingElement.scrollHeight <= innerHeight`)
	p.until("things to be in their places", atRest)
	p.twoFrames()
	shot := call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng})
	p.fatal(os.WriteFile(file, shrunk(t, shot.Data), 0o644))
}
