package sanitize

import (
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

// textElements are the elements that Grafana 11.4 keeps in a text panel, with their attributes. Each may also have class and
// style. Grafana keeps iframes too. They are left out here, because the page would not load them.
const textElements = `
a target href title
abbr title
address
area shape coords href alt
article
aside
audio autoplay controls crossorigin loop muted preload src
b
bdi dir
bdo dir
big
blockquote cite
br
caption
center
cite
code
col align valign span width
colgroup align valign span width
dd
del datetime
details open
div
dl
dt
em
figcaption
figure
font color size face
footer
h1
h2
h3
h4
h5
h6
header
hr
i
img src alt title width height loading
ins datetime
kbd
li
mark
nav
ol
p
pre
s
section
small
span
sub
summary
sup
strong
strike
table width border align valign
tbody align valign
td width rowspan colspan align valign
tfoot align valign
th width rowspan colspan align valign
thead align valign
tr rowspan align valign
tt
u
ul
video autoplay controls crossorigin loop muted playsinline preload src height width
`

// textStyles are the CSS properties that Grafana 11.4 keeps in a style.
const textStyles = `background background-attachment background-clip background-color background-image background-origin background-position
background-repeat background-size border border-bottom border-bottom-color border-bottom-left-radius border-bottom-right-radius
border-bottom-style border-bottom-width border-collapse border-color border-image border-image-outset border-image-repeat
border-image-slice border-image-source border-image-width border-left border-left-color border-left-style border-left-width
border-radius border-right border-right-color border-right-style border-right-width border-spacing border-style border-top
border-top-color border-top-left-radius border-top-right-radius border-top-style border-top-width border-width
box-decoration-break box-shadow box-sizing box-snap box-suppress break-after break-before break-inside clear color
color-interpolation-filters display display-inside display-list display-outside font font-family font-feature-settings
font-kerning font-language-override font-size font-size-adjust font-stretch font-style font-synthesis font-variant
font-variant-alternates font-variant-caps font-variant-east-asian font-variant-ligatures font-variant-numeric
font-variant-position font-weight height letter-spacing lighting-color list-style list-style-image list-style-position
list-style-type margin margin-bottom margin-left margin-right margin-top max-height max-width min-height min-width padding
padding-bottom padding-left padding-right padding-top text-align text-align-last text-combine-upright text-decoration
text-decoration-color text-decoration-line text-decoration-skip text-decoration-style text-emphasis text-emphasis-color
text-emphasis-position text-emphasis-style text-height text-indent text-justify text-orientation text-overflow text-shadow
text-space-collapse text-transform text-underline-position text-wrap width word-break word-spacing word-wrap
flex-direction flex-wrap flex-basis flex-grow flex-shrink flex-flow gap order justify-content justify-items justify-self
align-items align-content align-self`

// harmlessURL is a URL that loads a picture: relative, or with a scheme that runs nothing.
var harmlessURL = regexp.MustCompile(`(?i)^(https?:|ftp:|data:image/(gif|jpeg|png|webp);|[^:]*$|[^:]*[/?#])`)

// HTML returns a text with the markup that Grafana's own sanitiser keeps. It removes scripts and forms, and everything in a
// style that could load or run something.
func HTML(raw string) string {
	policy := bluemonday.NewPolicy()
	for _, line := range strings.Split(strings.TrimSpace(textElements), "\n") {
		words := strings.Fields(line)
		policy.AllowElements(words[0])
		// Otherwise bluemonday would drop some elements that have no attribute.
		policy.AllowNoAttrs().OnElements(words[0])
		if len(words) > 1 {
			policy.AllowAttrs(words[1:]...).OnElements(words[0])
		}
	}
	policy.AllowAttrs("poster").Matching(harmlessURL).OnElements("video") // bluemonday checks other URLs, but not these
	policy.AllowAttrs("class").Globally()
	harmful := regexp.MustCompile(`(?i)expression\s*\(|javascript\s*:|url\s*\(`)
	policy.AllowStyles(strings.Fields(textStyles)...).
		MatchingHandler(func(value string) bool { return !harmful.MatchString(value) }).Globally()
	policy.RequireParseableURLs(true)
	policy.AllowRelativeURLs(true)
	policy.AllowURLSchemes("http", "https", "mailto", "tel", "ftp")
	policy.AllowDataURIImages()
	policy.RequireNoReferrerOnLinks(true)
	return policy.Sanitize(raw)
}
