package access_test

import (
	"net/url"
	"strings"
	"testing"

	"macrowatch/internal/viewer/access"
)

func TestALoginLeadsOnlyToPagesOfThisServer(t *testing.T) {
	t.Parallel()
	for _, next := range []string{
		"/", "/d/risk-dashboard/risk-dashboard", "/d/x/y?from=now-7d&to=now&var-a=b%2Fc", "/d/x?next=https://evil.example", "/d/x/", "/d/%C3%A9", "/d/a..b", "/d/x?y=//z",
	} {
		t.Run("follow "+next, func(t *testing.T) {
			t.Parallel()
			if got := access.SafeNext(next, ""); got != next {
				t.Errorf("it leads to %q", got)
			}
			if got := access.SafeNext("/macro"+next, "/macro"); got != "/macro"+next {
				t.Errorf("below a base path it leads to %q", got)
			}
		})
	}
	for _, next := range []string{
		"", "evil", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n//evil.example", "\t//evil.example", " /x", "/ /evil",
		"https://evil.example", "https:/evil.example", "https:evil.example", "HTTPS://evil.example", "javascript:alert(1)", "data:text/html,x", "//user@evil.example",
		"/../", "/..//evil.example", "/.//evil.example", "/./", "/%2e%2e//evil.example", "/%2e%2e/x", "/a/..//evil.example", "/a/%2E./b", "/%2f/evil.example", "/%2fevil.example",
		"/a//b", "/x\x7f", "/x\x00", "/%5cevil.example/%2e%2e", "/%zz", "?x", "#x", "/\u00a0/../..//evil", "/\r\nSet-Cookie: x=y",
	} {
		t.Run("refuse "+next, func(t *testing.T) {
			t.Parallel()
			if got := access.SafeNext(next, ""); got != "/" {
				t.Errorf("it leads to %q", got)
			}
		})
	}
	for _, next := range []string{"/", "/macr", "/macroX/", "/macro", "/other/", "/macro/../", "/macro/%2e%2e/x", "//macro/", "/macro//evil.example"} {
		t.Run("refuse outside the base path "+next, func(t *testing.T) {
			t.Parallel()
			if got := access.SafeNext(next, "/macro"); got != "/macro/" {
				t.Errorf("it leads to %q", got)
			}
		})
	}
}

// Whatever a browser makes of the address, it stays on this host.
func FuzzSafeNext(f *testing.F) {
	for _, seed := range []string{"/", "//evil", "/\\evil", "https:/x", "/a/../b", "/%2e%2e/", "/a?b#c"} {
		f.Add(seed)
	}
	base, err := url.Parse("https://desk.example/macro/login")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, next string) {
		got := access.SafeNext(next, "/macro")
		u, err := base.Parse(strings.ReplaceAll(got, "\\", "/"))
		if err != nil || u.Host != "desk.example" || u.Scheme != "https" || !strings.HasPrefix(u.EscapedPath(), "/macro/") {
			t.Errorf("%q leads to %q, which is %v, %v", next, got, u, err)
		}
	})
}
