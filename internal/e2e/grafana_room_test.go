package e2e

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/viewer/view"
)

// docked is how many pixels of width the panels have in Grafana, on a screen of 1440 with the side menu docked.
const docked = 1108

// What Grafana 11.5 puts around a panel's content. These are pixels, measured in Grafana.
const (
	panelEdges  = 18 // borders and padding, left and right
	panelAbove  = 58 // borders, header and padding, above and below
	headEdges   = 16 // padding and margin of a table's heading
	cellEdges   = 13 // padding and border of a table's cell
	tableHead   = 28 // also a table's footer
	tableRow    = 36
	titleEdges  = 74 // padding, the mark that a panel has a description, and its menu
	leastColumn = 50 // Grafana makes no column narrower, whatever the settings say
	tileAbove   = 34 // header and borders of a tile
	tileGap     = 8  // between the texts of a tile, and above and below each
	leastText   = 12 // the smallest text of a tile that can be read
	leastOfDial = 12 // the smallest label of a dial
	gridColumns = 24
)

// panelWidth and panelHeight give the size in pixels of a panel that takes so many units of the grid.
func panelWidth(units, page float64) float64 { return (page+8)/gridColumns*units - 8 }

func panelHeight(units float64) float64 { return 38*units - 8 }

// letterWidths has the widths of the letters of Grafana's font, in the weight of headings and titles. They are
// thousandths of the font's size. Each group of letters has the width of its widest.
func letterWidths() map[string]float64 {
	return map[string]float64{
		"ijlI": 272, " .,:;!'": 316, "frt()[]/": 390, "1-_": 463, "sz": 559, "7cvxyk": 577, "abdeghnopqu?": 620, "RS": 648,
		"FLJEPBT0234568": 657, "9+XYZ": 701, "ACDHKUVGN": 756, "OQ": 769, "w": 829, "m": 888, "M": 913, "%W": 1003,
	}
}

// interWidth estimates how wide a text is in Grafana: letters of 14 pixels with a little room between them. The
// estimate is rather too wide than too narrow.
func interWidth(text string) float64 {
	const unknown = 1003
	sum := 0.0
	for _, r := range text {
		width := float64(unknown)
		for letters, w := range letterWidths() {
			if strings.ContainsRune(letters, r) {
				width = w
			}
		}
		sum += width*14/1000 + 0.15
	}
	return sum
}

// laidOut is a panel as its dashboard's JSON places it.
type laidOut struct {
	ID          int
	Type, Title string
	GridPos     struct{ W, H float64 }
	Options     struct {
		Orientation string
		Text        struct{ ValueSize float64 }
	}
	FieldConfig struct {
		Defaults struct {
			Custom struct{ MinWidth float64 }
		}
		Overrides []struct {
			Matcher    struct{ ID, Options any }
			Properties []struct {
				ID    string
				Value any
			}
		}
	}
}

func layoutOf(t testing.TB, url, uid string) []laidOut {
	t.Helper()
	_, body := get(t, strings.TrimRight(url, "/")+"/api/dashboards/uid/"+uid)
	var answer struct{ Dashboard struct{ Panels []laidOut } }
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Dashboard.Panels
}

// minWidth returns the least width of a column that has no width of its own.
func (p laidOut) minWidth(column string) float64 {
	least := p.FieldConfig.Defaults.Custom.MinWidth
	if least == 0 {
		least = 150
	}
	for _, o := range p.FieldConfig.Overrides {
		names, _ := o.Matcher.Options.(string)
		mine := names == column
		if pattern := strings.Trim(names, "/"); o.Matcher.ID == "byRegexp" {
			mine = regexp.MustCompile(pattern).MatchString(column)
		}
		for _, property := range o.Properties {
			mine = mine || property.ID == "displayName" && property.Value == column
		}
		for _, property := range o.Properties {
			if width, is := property.Value.(float64); mine && is && property.ID == "custom.minWidth" {
				least = width
			}
		}
	}
	return least
}

// columnWidths returns the widths that Grafana gives to a table's columns. A column with a width of its own gets that
// width. Each other column gets an equal share of the rest, but at least its least width.
func (p laidOut) columnWidths(columns []view.Column, page float64) []float64 {
	room := panelWidth(p.GridPos.W, page) - panelEdges
	widths := make([]float64, len(columns))
	open := 0
	for i, c := range columns {
		if widths[i] = c.Width; c.Width > 0 {
			room -= c.Width
		} else {
			open++
		}
	}
	for range columns {
		for i, c := range columns {
			if least := p.minWidth(c.Title); widths[i] == 0 && least > room/float64(open) {
				widths[i], room, open = least, room-least, open-1
			}
		}
	}
	for i := range widths {
		if widths[i] == 0 {
			widths[i] = room / float64(open)
		}
		widths[i] = max(widths[i], leastColumn)
	}
	return widths
}

// needs returns how wide a column must be for its heading and all of its texts. If the texts are wrapped, only
// the heading counts.
func needs(table *view.Table, at int) (pixels float64, longest string) {
	c := table.Columns[at]
	pixels, longest = interWidth(c.Title)+headEdges, c.Title
	for _, row := range table.Rows {
		text := row[at].Prefix + row[at].Text + row[at].Suffix
		if w := interWidth(text) + cellEdges; w > pixels && !c.Wrap {
			pixels, longest = w, text
		}
	}
	return pixels, longest
}

// cramped says what of a panel can't be seen on a page of that width.
func (p laidOut) cramped(got view.Panel, page float64) []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	width := panelWidth(p.GridPos.W, page)
	if need := interWidth(p.Title) + titleEdges; need > width {
		say("the title needs %.0f pixels of %.0f", need, width)
	}
	if got.View != nil && got.View.Stat != nil && p.Options.Orientation == "horizontal" {
		if size := p.textSize(len(got.View.Stat.Items)); size < leastText {
			say("its texts are %.0f pixels high", size)
		}
	}
	if got.View != nil && got.View.Gauge != nil {
		const number = "12.34%"
		if need, room := interWidth(number)*p.Options.Text.ValueSize/14, p.withinDial(page); need > room || need == 0 {
			say("the number %s needs %.0f pixels of %.0f within the dial", number, need, room)
		}
	}
	if got.View == nil || got.View.Table == nil {
		return wrong
	}
	table, sum := got.View.Table, 0.0
	for i, w := range p.columnWidths(table.Columns, page) {
		sum += w
		if need, text := needs(table, i); need > w+0.5 {
			say("the column %s is %.0f pixels wide, %q needs %.0f", table.Columns[i].Title, w, text, need)
		}
	}
	if room := width - panelEdges; sum > room+0.5 {
		say("the columns take %.0f pixels of %.0f", sum, room)
	}
	return wrong
}

// textSize returns the size in which Grafana writes the texts of a tile that stand one above the other.
func (p laidOut) textSize(texts int) float64 {
	each := (panelHeight(p.GridPos.H)-tileAbove+tileGap)/float64(texts) - tileGap
	return (each - 2*tileGap) / 1.2
}

// withinDial returns the room within the ring of a dial with labels, whose panel is at least as wide as high.
func (p laidOut) withinDial(page float64) float64 {
	across := min(panelWidth(p.GridPos.W, page)-panelEdges, panelHeight(p.GridPos.H)-panelAbove)
	ring := across / 5.5 / 1.5
	marks := ring / 5
	radius := across/2 - 5 - marks - 2*(marks+1) - leastOfDial
	return 2 * (radius - ring)
}

// hidden returns how many pixels of a table's rows are below the edge of the panel.
func (p laidOut) hidden(table *view.Table) float64 {
	need := tableHead + tableRow*float64(len(table.Rows)) + panelAbove
	if table.Footer != nil {
		need += tableHead
	}
	return need - panelHeight(p.GridPos.H)
}

// On a laptop with Grafana's side menu docked, every column and every title can be seen in full. So can every row of
// the tables that a person reads as a whole.
func TestEverythingIsSeenInGrafanaOnALaptop(t *testing.T) {
	t.Parallel()
	whole := []string{
		"Signal Heatmap", "Signal Heatmap: Rates and Inflation", "Signal Heatmap: Cupom and Cross-Asset", "Stress by Asset Class",
		"VaR by Method", "What drives the VaR: Asset Classes", "What drives the VaR: Strategies", "Backtest Summary", "Monthly Returns",
	}
	s := sampleDesk(t, monday)
	tables := 0
	for _, uid := range dashboards(t, s.url) {
		got := panelsOf(t, s.url, uid, "?from=now-30d&to=now&width=1408")
		for _, p := range layoutOf(t, s.url, uid) {
			for _, page := range []float64{docked, 1408} {
				for _, wrong := range p.cramped(got[p.ID], page) {
					t.Errorf("%s at %.0f pixels: %s", p.Title, page, wrong)
				}
			}
			if got[p.ID].View == nil || got[p.ID].View.Table == nil {
				continue
			}
			tables++
			if pixels := p.hidden(got[p.ID].View.Table); slices.Contains(whole, p.Title) && pixels > 0.5 {
				t.Errorf("%s: %.0f pixels of its %d rows are below the edge", p.Title, pixels, len(got[p.ID].View.Table.Rows))
			}
		}
	}
	if tables < 13 {
		t.Errorf("only %d tables were looked at", tables)
	}
}

// The texts of a tile and the number in a dial must have enough room too.
func TestCrampedTilesAndDialsAreNoticed(t *testing.T) {
	t.Parallel()
	tile := func(rows float64, texts int) []string {
		p := laidOut{Type: "stat", Title: "Worst Limit"}
		p.GridPos.W, p.GridPos.H, p.Options.Orientation = 7, rows, "horizontal"
		return p.cramped(view.Panel{View: &view.View{Stat: &view.Stat{Items: make([]view.StatItem, texts)}}}, docked)
	}
	dial := func(units, size float64) []string {
		p := laidOut{Type: "gauge", Title: "CVaR 95%"}
		p.GridPos.W, p.GridPos.H, p.Options.Text.ValueSize = units, 9, size
		return p.cramped(view.Panel{View: &view.View{Gauge: &view.Gauge{}}}, docked)
	}
	for name, wrong := range map[string][]string{"two texts": tile(3, 2), "one text": tile(2, 1), "a small number": dial(4, 14), "a wide dial": dial(6, 18)} {
		t.Run(name, func(t *testing.T) {
			if len(wrong) > 0 {
				t.Errorf("%q", wrong)
			}
		})
	}
	for name, wrong := range map[string][]string{
		"three texts": tile(3, 3), "a low tile": tile(2, 2), "many texts": tile(4, 4),
		"a large number": dial(4, 18), "a narrow dial": dial(3, 14), "Grafana's own size": dial(4, 0),
	} {
		t.Run(name, func(t *testing.T) {
			if len(wrong) == 0 {
				t.Error("nobody noticed it")
			}
		})
	}
}

// cramped must notice layouts that are a little too tight.
func TestCrampedLayoutsAreNoticed(t *testing.T) {
	t.Parallel()
	table := &view.Table{Columns: []view.Column{{Title: "Strategy", Width: 178}, {Title: "From", Width: 84}, {Title: "VaR 95%"}}}
	table.Rows = [][]view.Cell{{{Value: view.Value{Text: "CROSS_VOLMANAGED"}}, {Value: view.Value{Text: "NEUTRAL"}}, {Value: view.Value{Text: "-12.34", Suffix: "%"}}}}
	got := view.Panel{View: &view.View{Kind: "table", Table: table}}
	p := laidOut{Type: "table", Title: "Max Drawdown"}
	p.GridPos.W, p.FieldConfig.Defaults.Custom.MinWidth = 8, 80
	if wrong := p.cramped(got, docked); len(wrong) > 0 {
		t.Fatalf("as it is: %q", wrong)
	}
	for name, spoil := range map[string]func(*laidOut, *view.Table){
		"a narrower panel":     func(p *laidOut, _ *view.Table) { p.GridPos.W = 7 },
		"a long title":         func(p *laidOut, _ *view.Table) { p.Title = strings.Repeat("Max Drawdown ", 4) },
		"a longer text":        func(_ *laidOut, t *view.Table) { t.Rows[0][0].Text += "_2" },
		"a longer number":      func(_ *laidOut, t *view.Table) { t.Rows[0][2].Text = "-123456.34" },
		"a longer heading":     func(_ *laidOut, t *view.Table) { t.Columns[1].Title = "Direction before" },
		"a wider first column": func(_ *laidOut, t *view.Table) { t.Columns[0].Width = 260 },
	} {
		t.Run(name, func(t *testing.T) {
			q, changed := p, *table
			changed.Columns = slices.Clone(table.Columns)
			changed.Rows = [][]view.Cell{slices.Clone(table.Rows[0])}
			spoil(&q, &changed)
			if wrong := q.cramped(view.Panel{View: &view.View{Kind: "table", Table: &changed}}, docked); len(wrong) == 0 {
				t.Error("nobody noticed it")
			}
		})
	}
}
