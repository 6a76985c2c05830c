package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// chromium is a running browser. Each of its tabs has its own browser context, so that tests share neither
// storage nor cache.
type chromium struct{ ctx context.Context }

// sharedChromium is the browser that all tests of this process share, because starting one takes seconds.
var sharedChromium struct {
	once    sync.Once
	browser *chromium
	end     func()
	err     error
}

// startChromium returns the shared browser. The first call starts it.
func startChromium(t testing.TB) *chromium {
	t.Helper()
	path := chromiumPath(t)
	s := &sharedChromium
	s.once.Do(func() { s.browser, s.end, s.err = launchChromium(path) })
	if s.err != nil {
		t.Fatalf("start %s: %v", path, s.err)
	}
	return s.browser
}

// startOwnChromium starts another browser, with more options. It ends with the test.
func startOwnChromium(t testing.TB, more ...chromedp.ExecAllocatorOption) *chromium {
	t.Helper()
	browser, end, err := launchChromium(chromiumPath(t), more...)
	t.Cleanup(end)
	if err != nil {
		t.Fatalf("start a browser: %v", err)
	}
	return browser
}

// endSharedChromium ends the shared browser and removes its profile.
func endSharedChromium() {
	if sharedChromium.end != nil {
		sharedChromium.end()
	}
}

// launchChromium starts a browser. end stops it and is never nil.
func launchChromium(path string, more ...chromedp.ExecAllocatorOption) (browser *chromium, end func(), err error) {
	// Chromium does not remove its profile, and still writes into it for a moment after the signal to stop. So
	// the profile has a folder of its own, which the function end removes.
	profile, err := os.MkdirTemp("", "macrowatch-chromium-")
	if err != nil {
		return nil, func() {}, err
	}
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), append([]chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck,
		chromedp.Env("HOME=" + profile), // for the files that are not part of the profile
		chromedp.Flag("headless", "new"),
		chromedp.Flag("no-sandbox", os.Geteuid() == 0), // Chromium refuses a sandbox to root
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-extensions", true),
		chromedp.Flag("disable-dev-shm-usage", true), // small in containers
		chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true),
		chromedp.Flag("disable-background-timer-throttling", true),
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("password-store", "basic"),
		chromedp.WindowSize(1440, 900),
		chromedp.WSURLReadTimeout(patience),
	}, more...)...)
	ctx, _ := chromedp.NewContext(allocator)
	end = func() {
		ended, stop := context.WithTimeout(ctx, 20*time.Second)
		defer stop()
		_ = chromedp.Cancel(ended)
		cancel()
		_ = os.RemoveAll(profile)
	}
	return &chromium{ctx}, end, chromedp.Do(ctx)
}

func chromiumPath(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("the browser tests need Chromium; scripts/install-test-tools.sh installs it")
	return ""
}

// screen is the screen on which a tab is shown.
type screen struct {
	zone          string // the browser's time zone, UTC if empty
	width, height int64  // in CSS pixels, 1440 by 900 if zero
	phone         bool   // touch, and the viewport of a phone
}

// tab opens an empty tab. When the test ends, it fails if the browser complained about anything.
func (c *chromium) tab(t testing.TB, s screen) *tab {
	t.Helper()
	p := &tab{t: t, watch: &watch{urls: map[network.RequestID]string{}}, downloads: t.TempDir()}
	var cancel context.CancelFunc
	p.ctx, cancel = chromedp.NewContext(c.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.watch.event))
	t.Cleanup(func() {
		if !t.Failed() || os.Getenv("MACROWATCH_SCREENSHOTS") == "" {
			cancel()
			return
		}
		if png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot()); err == nil {
			_ = os.WriteFile(filepath.Join(os.Getenv("MACROWATCH_SCREENSHOTS"), "failed-"+filepath.Base(t.Name())+".png"), png, 0o644)
		}
		cancel()
	})
	t.Cleanup(func() { p.mustBeQuiet() })
	if err := chromedp.Do(p.ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	call(p, network.Enable, network.EnableParams{})
	call(p, log.Enable, cdp.Empty{})
	call(p, audits.Enable, cdp.Empty{})
	if s.zone == "" {
		s.zone = "UTC"
	}
	call(p, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: s.zone})
	call(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	p.resize(s)
	p.fatal(chromedp.Do(p.ctx, func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		events := true
		_, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: p.downloads, EventsEnabled: &events,
			BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
		})
		return chromedp.Void{}, err
	}))
	return p
}

// call sends a command of the browser's protocol.
func call[P, R any](p *tab, cmd cdp.Command[P, R], params P) R {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	r, err := chromedp.Call(ctx, cmd, params)
	if err != nil {
		p.t.Fatalf("%s: %v", cmd.Method, err)
	}
	return r
}
