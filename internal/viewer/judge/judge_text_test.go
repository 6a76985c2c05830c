package judge_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/sanitize"
)

// markup is what a browser reads in HTML: the elements with their attributes, and the texts.
func markup(t *testing.T, text string) []string {
	t.Helper()
	var out []string
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out
		}
		token := z.Token()
		switch kind {
		case html.TextToken:
			out = append(out, token.Data)
		case html.StartTagToken, html.SelfClosingTagToken:
			var attributes []string
			for _, a := range token.Attr {
				if a.Key == "rel" {
					continue // added here
				}
				if a.Key == "style" {
					a.Val = strings.TrimRight(strings.Join(strings.Fields(strings.ReplaceAll(strings.ReplaceAll(a.Val, ":", " : "), ";", " ; ")), ""), ";")
				}
				attributes = append(attributes, a.Key+"="+a.Val)
			}
			slices.Sort(attributes)
			out = append(out, token.Data+" "+strings.Join(attributes, " "))
		case html.EndTagToken:
			out = append(out, "/"+token.Data)
		}
	}
}

func TestTextPanelsKeepWhatGrafanasSanitiserKeeps(t *testing.T) {
	t.Parallel()
	var asked []any
	texts := []string{
		`<img src="/a.png" alt="A &lt;b&gt; &quot;c&quot;; d=e [100%] — ção {x}">`,
		`<img src="https://example.org/a.png" alt="" title="t" width="10" height="20" loading="lazy">`,
		`<p style="color: red; text-align: center">x</p>`,
		`<div style="display: flex; justify-content: space-between; gap: 4px"><span style="font-size: 20px; font-weight: bold">x</span></div>`,
		`<p style="position: fixed; top: 0; color: blue">x</p>`,
		`<center>middle</center>`,
		`<font color="red" size="3" face="Arial">x</font>`,
		`<table border="1" width="100%" align="center"><thead valign="top"><tr><th colspan="2" align="left">h</th></tr></thead><tbody><tr><td rowspan="2">c</td></tr></tbody></table>`,
		`<a href="https://example.org/?a=1&amp;b=2" target="_blank" title="t" class="c">link</a> <a href="/d/x">local</a> <a href="#top">top</a> <a href="mailto:a@example.org">m</a>`,
		`<h1 class="x">h</h1><h6>i</h6><hr><br><big>b</big><small>s</small><tt>t</tt><strike>s</strike><s>s</s><u>u</u><sub>1</sub><sup>2</sup>`,
		`<details open><summary>s</summary>d</details><mark>m</mark><kbd>k</kbd><ins datetime="2026-01-01">i</ins><del>d</del>`,
		`<dl><dt>t</dt><dd>d</dd></dl><ul class="l"><li>1</li></ul><ol><li>2</li></ol><figure><figcaption>f</figcaption></figure>`,
		`<section><article><header>h</header><nav>n</nav><aside>a</aside><footer>f</footer></article></section><address>a</address>`,
		`<blockquote cite="https://example.org">q</blockquote><bdo dir="rtl">x</bdo><abbr title="t">a</abbr><cite>c</cite><pre><code>c</code></pre>`,
		`<p onclick="alert(1)" id="i" data-x="1">x</p>`,
		`<p style="background: #fff; border-radius: 4px; padding: 2px 4px">x</p>`,
		`<video src="/v.mp4" controls width="3"></video><audio src="/a.mp3" autoplay></audio>`,
		`1 < 2 &amp; 3 > 2`,
	}
	for _, text := range texts {
		asked = append(asked, map[string]any{"kind": "text", "mode": "html", "content": text})
	}
	for i, answer := range askJudge(t, palette.Dark, asked) {
		var want string
		if err := json.Unmarshal(answer, &want); err != nil {
			t.Fatal(err)
		}
		if got := sanitize.HTML(texts[i]); !slices.Equal(markup(t, got), markup(t, want)) {
			t.Errorf("%s:\n   got %s\nGrafana %s", texts[i], got, want)
		}
	}
}

func TestTextPanelsKeepNothingThatRuns(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`<script>alert(1)</script>x`, `<img src=x onerror=alert(1)>`, `<a href="javascript:alert(1)">x</a>`, `<a href=" jAvAsCrIpT:alert(1)">x</a>`,
		`<p style="background: url(javascript:alert(1))">x</p>`, `<p style="width: expression(alert(1))">x</p>`, `<p style="background-image: url(https://example.org/track)">x</p>`,
		`<iframe src="https://example.org"></iframe>`, `<form action="/x"><input name="a"></form>`, `<svg onload="alert(1)"></svg>`, `<object data="x"></object>`, `<style>p{color:red}</style>`,
		`<a href="data:text/html,<script>alert(1)</script>">x</a>`, `<math><mi xlink:href="javascript:alert(1)">x</mi></math>`,
	} {
		got := strings.ToLower(sanitize.HTML(text))
		for _, bad := range []string{"script", "onerror", "onload", "url(", "expression", "<iframe", "<form", "<input", "<svg", "<object",
			"<style", "<math"} {
			if strings.Contains(got, bad) {
				t.Errorf("%s keeps %s: %s", text, bad, got)
			}
		}
	}
}
