package render_test

import (
	"fmt"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/testkit/testfiles"
	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/view"
)

// provedTables make the tables that the panels in testdata/grafana/proved-panels.json read, with a few rows.
const provedTables = `
CREATE TABLE portfolio_state (timestamp timestamptz, strategy_id text, instrument text, weight float8, total_equity float8);
INSERT INTO portfolio_state VALUES
	('2023-11-30 20:00Z', 'CASH', 'BRL', 0, 100), ('2023-12-29 20:00Z', 'CASH', 'BRL', 0, 110), ('2024-01-31 20:00Z', 'CASH', 'BRL', 0, 99),
	('2024-02-29 20:00Z', 'CASH', 'BRL', 0, 99), ('2025-03-31 20:00Z', 'FX_CARRY', 'USDBRL', -0.5, 108.9),
	('2025-03-31 20:00Z', 'RATES_01', 'DI1F27', 0.25, 108.9), ('2025-03-31 20:00Z', 'RATES_01', 'DI1F29', 0.25, 108.9),
	('2025-03-31 20:00Z', 'SOV_CDS', 'CDS5Y', 0.125, 108.9);
CREATE TABLE risk_metrics_daily (computed_at timestamptz, var_95_pct float8, var_99_pct float8, cvar_95_pct float8, max_drawdown float8);
INSERT INTO risk_metrics_daily VALUES ('2025-05-29', 1, 2, 3, 4), ('2025-05-30', 2.345, 12, 4, 5), ('2025-06-02', 9, 9, 9, 9);
CREATE TABLE risk_limits_status (checked_at timestamptz, limit_name text, utilization_pct float8);
INSERT INTO risk_limits_status VALUES ('2025-05-29', 'old', 1), ('2025-05-30', 'VaR 95%', 79.99), ('2025-05-30', 'Gross leverage', 112.5), ('2025-05-30', 'FX', 0);
CREATE TABLE stress_test_results (run_date timestamptz, scenario_name text, portfolio_pnl_pct float8);
INSERT INTO stress_test_results VALUES ('2025-05-30', 'Taper tantrum', -4.25), ('2025-05-30', 'COVID', -1.5), ('2025-05-30', 'Rally', 2.05)`

// provedPanels renders the panels of a kind from that file. A running Grafana was seen to draw these panels correctly.
func provedPanels(b paneltest.Bench, kind string) []view.Panel {
	b.TB.Helper()
	if _, err := b.Pool.Exec(b.TB.Context(), provedTables); err != nil {
		b.TB.Fatal(err)
	}
	d := b.Dashboard(string(testfiles.Read(b.TB, "grafana/proved-panels.json")))
	var out []view.Panel
	for _, p := range d.Panels {
		if p.Type != kind {
			continue
		}
		v := render.Panel(b.TB.Context(), paneltest.Runner(b.Pool), d, p.ID, paneltest.Request(), annotation.Marks{})
		if v.Error != "" {
			b.TB.Fatalf("%s: %s", p.Title, v.Error)
		}
		paneltest.NoNotices(b.TB, v.View)
		out = append(out, v)
	}
	if len(out) == 0 {
		b.TB.Fatalf("no panel of the type %s", kind)
	}
	return out
}

func TestTheProvedGaugesShowTheirOneFieldOnItsThresholds(t *testing.T) {
	t.Parallel()
	panels := provedPanels(paneltest.New(t), "gauge")
	g := panels[0].View.Gauge
	if len(g.Items) != 1 || !g.ShowThresholdLabels || !g.ShowThresholdMarkers {
		t.Fatalf("got %+v", g)
	}
	i := g.Items[0]
	if i.Title != "" || i.Value.Text+i.Value.Suffix != "2.35%" || i.Value.Color != "#fade2a" || i.FillColor != "#fade2a" || *i.Fill != 2.345/8 {
		t.Errorf("value: %+v", i)
	}
	if got := fmt.Sprint(i.Min.Text, i.Max.Text, i.Bands, i.Marks); got != "08[{0 0.25 #73bf69} {0.25 0.625 #fade2a} {0.625 1 #f2495c}] [{0.25 2 #fade2a} {0.625 5 #f2495c}]" {
		t.Errorf("scale: %s", got)
	}
	beyond := panels[1].View.Gauge.Items[0]
	if beyond.Value.Text != "12.00" || *beyond.Fill != 1 || beyond.FillColor != "#f2495c" {
		t.Errorf("a value beyond the scale: %+v", beyond)
	}
}

func TestTheProvedBarGaugeHasABarPerLimit(t *testing.T) {
	t.Parallel()
	b := provedPanels(paneltest.New(t), "bargauge")[0].View.BarGauge
	var got []string
	for _, i := range b.Items {
		got = append(got, fmt.Sprintf("%s=%s%s %s %.4f", i.Title, i.Value.Text, i.Value.Suffix, i.Value.Color, *i.Fill))
	}
	if s := strings.Join(got, "|"); s != "Gross leverage=113% #f2495c 1.0000|VaR 95%=80.0% #fade2a 0.7999|FX=0% #73bf69 0.0000" {
		t.Errorf("got %s", s)
	}
	if b.DisplayMode != "basic" || b.Orientation != "horizontal" || b.ValueMode != "color" || !b.ShowUnfilled || b.Legend.Show {
		t.Errorf("got %+v", b)
	}
}

func TestTheProvedBarChartColoursEachBarByItsSign(t *testing.T) {
	t.Parallel()
	b := provedPanels(paneltest.New(t), "barchart")[0].View.BarChart
	s := b.Series[0]
	if got := fmt.Sprint(b.Categories[0].Text, s.Name, s.Texts, s.Colors); got != "Taper tantrumP&L[-4.2% -1.5% 2.1%] [#f2495c #f2495c #73bf69]" {
		t.Errorf("got %s", got)
	}
	if a := b.Axes[0]; a.Min != -4.9 || a.Max != 2.7 || len(a.Ticks) < 3 || !strings.HasSuffix(a.Ticks[0].Text, "%") {
		t.Errorf("axis: %+v", a)
	}
	if b.Orientation != "horizontal" || b.ShowValue != "always" || b.Legend.Show || s.FillOpacity != 90 || s.LineWidth != 0 || b.GroupWidth != 0.9 || b.BarWidth != 1 {
		t.Errorf("got %+v %+v", b, s)
	}
}

func TestTheProvedPieSharesOutTheStrategies(t *testing.T) {
	t.Parallel()
	p := provedPanels(paneltest.New(t), "piechart")[0].View.PieChart
	var got []string
	for _, s := range p.Slices {
		got = append(got, fmt.Sprintf("%s %s%s %s %.4f %s", s.Title, s.Value.Text, s.Value.Suffix, s.Percent, s.Share, s.Value.Color))
	}
	if s := strings.Join(got, "|"); s != "FX_CARRY 50% 44% 0.4444 #73bf69|RATES_01 50% 44% 0.4444 #73bf69|SOV_CDS 12.5% 11% 0.1111 #8ab8ff" {
		t.Errorf("got %s", s)
	}
	if p.Type != "donut" || p.LegendMode != "table" || p.LegendPlacement != "right" || strings.Join(p.LegendValues, " ") != "percent" {
		t.Errorf("got %+v", p)
	}
}

func TestTheProvedHeatmapHasAColumnPerYearAndNegativeCells(t *testing.T) {
	t.Parallel()
	p := provedPanels(paneltest.New(t), "heatmap")[0]
	h := p.View.Heatmap
	if p.Range.Label != "Last 5 years" || !h.XTime || h.X.Min != float64(p.Range.From) {
		t.Errorf("range %+v, axis %v to %v", p.Range, h.X.Min, h.X.Max)
	}
	if got := strings.Join(h.Rows, " "); got != "Year Dec Nov Oct Sep Aug Jul Jun May Apr Mar Feb Jan" {
		t.Errorf("rows from below: %s", got)
	}
	var got []string
	for _, c := range h.Cells {
		got = append(got, fmt.Sprintf("%s %s %s%s %s", h.Columns[c.Column].Text[:4], h.Rows[c.Row], c.Value.Text, c.Value.Suffix, c.Value.Color))
	}
	// As in the proved query, the columns end on the first of July of their year.
	want := "2023 Year 10.0% #006837|2023 Dec 10.0% #006837|2024 Year -10.0% #a50026|2024 Feb 0.0% #f7f8ad|2024 Jan -10.0% #a50026|2025 Year 10.0% #006837|2025 Mar 10.0% #006837"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	if h.ShowValue != "always" || !h.Scale.Show || h.Scale.Min.Text+h.Scale.Max.Text != "-10.010.0" || len(h.Scale.Stops) != 128 {
		t.Errorf("got %q %+v", h.ShowValue, h.Scale)
	}
}
