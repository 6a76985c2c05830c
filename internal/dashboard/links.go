package dashboard

import (
	"fmt"
	"net/url"
	"strings"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// pathOf is the path of a dashboard's page, in Grafana and in the viewer.
func pathOf(uid, slug string) string { return "/d/" + uid + "/" + slug }

// relative makes a path lead below the path that the page is served at. A link in a text needs that; to those of fields
// Grafana and the viewer add the path of the page.
func relative(path string) string { return strings.TrimPrefix(path, "/") }

// keepRange are the parameters of an address that keep the chosen range.
const keepRange = "${__url_time_range}"

// rangeOf are the parameters of an address for a range whose ends stand in two columns of the value's row, in milliseconds.
func rangeOf(from, to string) string {
	return fmt.Sprintf("from=${__data.fields.%s.numeric}&to=${__data.fields.%s.numeric}", from, to)
}

// choose is the parameter of an address that sets a variable to a plain text.
func choose(variable, value string) string { return "var-" + variable + "=" + url.QueryEscape(value) }

// chooseOf is the parameter of an address that sets a variable to what a reference such as __field.name stands for.
func chooseOf(variable, reference string) string {
	return fmt.Sprintf("var-%s=${%s:percentencode}", variable, reference)
}

// link is a link that stands at the values of a field.
type link struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// linkTo is a link to a page. The parts are the parameters of its address.
func linkTo(title, path string, parts ...string) link {
	return link{title, path + "?" + strings.Join(parts, "&")}
}

// ownAddress is the address of a link whose field holds it. The query must return no other addresses than with http and https.
const ownAddress = "${__value.raw}"

// links is the setting that gives the values of a field their links. Without arguments the values have none.
func links(all ...link) sdk.DynamicConfigValue {
	return property("links", append([]link{}, all...))
}

// everyField is a pattern for an override of all fields.
const everyField = "/.*/"

// Paths are the paths of the dashboards' pages, in Grafana and in the viewer.
type Paths struct{ Pipeline, Signals, Portfolio, Risk string }

// EveryPath returns the paths of the dashboards' pages.
func EveryPath() Paths {
	return Paths{pathOf(Home, Home), pathOf(signalUID, signalUID), pathOf(portfolioUID, portfolioUID), pathOf(riskUID, riskUID)}
}
