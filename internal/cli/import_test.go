package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/record/intake"
)

func TestTheHelpOfAKindListsItsColumns(t *testing.T) {
	t.Parallel()
	for _, kind := range intake.Kinds() {
		about, err := intake.About(kind)
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, call := range [][]string{{"import", kind, "--help"}, {"import", "--help", kind}, {"help", "import", kind}} {
			r := runMain(t, call...)
			if r.status != 0 || r.errout != "" {
				t.Errorf("%q: %d %s", call, r.status, r.errout)
			}
			texts = append(texts, r.out)
		}
		if texts[0] != texts[1] || texts[0] != texts[2] {
			t.Errorf("the calls for help on %s differ:\n%s", kind, strings.Join(texts, "\n"))
		}
		for _, c := range about.Columns {
			if !strings.Contains(texts[0], "\n  "+c.Name+" ") || !strings.Contains(texts[0], c.Unit) || !strings.Contains(texts[0], c.About) {
				t.Errorf("the help of %s does not explain %s:\n%s", kind, c.Name, texts[0])
			}
		}
	}
	if r := runMain(t, "import", "--help", "cheese"); !strings.HasPrefix(r.out, "Imports files into the desk's record.") {
		t.Errorf("the help on no kind: %s", r.out)
	}
}

func TestADryRunShowsWhatWouldBeStored(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "usdbrl.csv")
	if err := os.WriteFile(file, []byte("Data;Fechamento;Volume\n31/03/2026;1.234,50;7\n02/03/2026;5,4;7\n27/02/2026;-;7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	call := []string{"import", "prices", "--dry-run", "--columns", "date=Data,price=Fechamento", "--set", "instrument=USDBRL", file}
	r := runMain(t, call...)
	want := file + `: read as CSV in utf-8, separated by semicolon, decimal comma (line 2 has 1.234,50), dates day/month/year (line 2 has 31/03/2026); not read: Volume; 1 without a price left out
          instrument  price_date               price
  line 2  USDBRL      31/03/2026 → 2026-03-31  1.234,50 → 1234.5
  line 3  USDBRL      02/03/2026 → 2026-03-02  5,4 → 5.4
` + file + `: 2 rows, all of them fit; nothing was written
`
	if r.out != want || r.status != 0 || r.errout != "" {
		t.Errorf("%d %s\n%s\nwant\n%s", r.status, r.errout, r.out, want)
	}
	var document importJSON
	r = runMain(t, append(call, "--json")...)
	if err := json.Unmarshal([]byte(r.out), &document); err != nil {
		t.Fatal(err)
	}
	if f := document.Files[0]; !f.DryRun || f.LeftOut != 1 || len(f.ReadAs) != 1 || f.FirstRows[0].Read["price"] != "1.234,50" || f.FirstRows[0].Stored["price"] != "1234.5" {
		t.Errorf("%+v", f)
	}
}

func TestPairsOfAFlag(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]string{
		"date=DATE,price=VIXCLS": "date>DATE price>VIXCLS",
		"price=Close, adjusted":  "price>Close, adjusted",
		"a = b ,c=d":             "a>b c>d",
		"price=a=b":              "price>a=b",
		"price=x,y,date=z":       "price>x,y date>z",
	} {
		got, err := pairs("columns", []string{list})
		var texts []string
		for _, p := range got {
			texts = append(texts, p.Name+">"+p.Value)
		}
		if err != nil || strings.Join(texts, " ") != want {
			t.Errorf("%q: %q %v", list, texts, err)
		}
	}
}
