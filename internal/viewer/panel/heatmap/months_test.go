package heatmap_test

import (
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
)

func TestAMonthsCellSaysWhichMonthItIs(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := func(zone string) string {
		return `SELECT make_timestamptz(y, 12, 31, 0, 0, 0, '` + zone + `') AS time, y - 2022.3 AS "Year", 3.56 AS "Jul", -0.04 AS "december", 0 AS "January"
			FROM generate_series(2022, 2023) y ORDER BY 1`
	}
	options := `"timeFrom": "20y", "options": {"filterValues": {"le": -1e9}, "cellValues": {"unit": "percent", "decimals": 1}}`
	for _, reader := range []string{"UTC", "America/Sao_Paulo", "Asia/Tokyo", "Pacific/Kiritimati", "Pacific/Pago_Pago"} {
		t.Run(reader, func(t *testing.T) {
			b := b.In(t)
			r := paneltest.Request()
			r.Location = paneltest.Location(t, reader)
			h := b.Render(paneltest.OnePanel("heatmap", sql("America/Sao_Paulo"), options), r).View.Heatmap
			var tips []string
			for _, c := range h.Cells {
				tips = append(tips, strings.ReplaceAll(c.Tip, "\u00a0", " "))
			}
			got := strings.Join(tips, " | ")
			want := "2022: −0.3 % | July 2022: +3.6 % | December 2022: 0.0 % | January 2022: 0.0 % | 2023: +0.7 % | July 2023: +3.6 % | December 2023: 0.0 % | January 2023: 0.0 %"
			if got != want {
				t.Errorf("%s: %s\nwant %s", reader, got, want)
			}
			if h.Columns[1].Text != "2023" {
				t.Errorf("%s: the second column is %q", reader, h.Columns[1].Text)
			}
		})
	}
	// If no value is below zero, values have no sign. Columns that are no years are named by their times.
	gains := strings.NewReplacer("y - 2022.3", "1.0", "-0.04", "0.5").Replace(sql("UTC"))
	if tip := b.Render(paneltest.OnePanel("heatmap", gains, options), paneltest.Request()).View.Heatmap.Cells[1].Tip; strings.ReplaceAll(tip, "\u00a0", " ") != "July 2022: 3.6 %" {
		t.Errorf("without a loss: %q", tip)
	}
	for _, c := range heatmap(b, hourly, "").Cells {
		if c.Tip != "" {
			t.Errorf("an hour's cell says %q", c.Tip)
		}
	}
}
