package dialect

import (
	"fmt"
	"slices"
	"strings"
)

// preset is a known source of prices, with the layouts in which it writes files.
type preset struct {
	name     string
	about    string
	variants []variant
}

// variant is one layout of a source. It fits a file that has all of the columns needs.
type variant struct {
	needs    []string
	columns  []Pair
	join     []string // the columns whose texts make the instrument; the last one is a day
	decimal  string   // "" leaves it to the file
	order    string
	wide     bool
	suffixes bool     // numbers may end in K, M or B
	ask      []string // the columns among which the user has to choose the price
}

// sources returns all presets.
func sources() []preset {
	pricesOf := func(day, price string) []Pair { return []Pair{{"price_date", day}, {"price", price}} }
	return []preset{
		{"fred", "FRED: fredgraph.csv, a column for each series, and the API's JSON", []variant{
			{needs: []string{"observation_date"}, columns: []Pair{{"price_date", "observation_date"}}, decimal: "point", order: "ymd", wide: true},
			{needs: []string{"realtime_start", "date", "value"}, columns: pricesOf("date", "value"), decimal: "point", order: "ymd"},
			{needs: []string{"DATE"}, columns: []Pair{{"price_date", "DATE"}}, decimal: "point", order: "ymd", wide: true},
		}},
		{"bcb-sgs", "Banco Central do Brasil, SGS: the API's JSON and CSV", []variant{
			{needs: []string{"data", "valor"}, columns: pricesOf("data", "valor"), order: "dmy"},
		}},
		{"yfinance", "yfinance: download() and history(), written with to_csv(); the close", []variant{
			{needs: []string{"Date", "Close"}, columns: pricesOf("Date", "Close"), decimal: "point", order: "ymd"},
		}},
		{"tesouro", "Tesouro Direto: PrecoTaxaTesouroDireto.csv; the buying rate of the morning", []variant{
			{needs: []string{"Tipo Titulo", "Data Vencimento", "Data Base", "Taxa Compra Manha"}, columns: pricesOf("Data Base", "Taxa Compra Manha"),
				join: []string{"Tipo Titulo", "Data Vencimento"}, decimal: "comma", order: "dmy"},
		}},
		{"b3", "B3: COTAHIST (the spot market's closing prices) and the trading bulletins' CSV", []variant{
			{needs: []string{"CODNEG", "PREULT"}, columns: append(pricesOf("DATA", "PREULT"), Pair{"instrument", "CODNEG"}), decimal: "point", order: "ymd"},
			{needs: []string{"RptDt", "TckrSymb"}, columns: []Pair{{"price_date", "RptDt"}, {"instrument", "TckrSymb"}}, ask: []string{"AdjstdQtTax", "AdjstdQt", "LastPric", "RefPric"}, order: "dmy"},
			{needs: []string{"TradDt", "TckrSymb"}, columns: []Pair{{"price_date", "TradDt"}, {"instrument", "TckrSymb"}}, ask: []string{"AdjstdQtTax", "AdjstdQt", "LastPric"}, order: "dmy"},
		}},
		{"investing", "Investing.com: historical data of the English and the Portuguese edition", []variant{
			{needs: []string{"Data", "Último"}, columns: pricesOf("Data", "Último"), decimal: "comma", order: "dmy", suffixes: true},
			{needs: []string{"Date", "Price"}, columns: pricesOf("Date", "Price"), decimal: "point", suffixes: true},
		}},
	}
}

// Presets returns the names of the known sources.
func Presets() []string {
	var names []string
	for _, p := range sources() {
		names = append(names, p.name)
	}
	return names
}

// PresetAbout says which files a preset reads.
func PresetAbout(name string) string {
	for _, p := range sources() {
		if p.name == name {
			return p.about
		}
	}
	return ""
}

// presetNamed returns a source, or one without layouts.
func presetNamed(name string) preset {
	for _, p := range sources() {
		if p.name == name {
			return p
		}
	}
	return preset{}
}

// fits returns how many of the columns a layout of the source finds in a header: all or none.
func (p preset) fits(header []string) int {
	for _, v := range p.variants {
		if v.fits(header) {
			return len(v.needs)
		}
	}
	return 0
}

func (v variant) fits(header []string) bool {
	for _, name := range v.needs {
		if headerIndex(header, name) == -1 {
			return false
		}
	}
	return true
}

// apply adds to the options what a source is known to write. What the options say already stays.
func (p preset) apply(r resolver, separator rune, isJSON bool) (variant, Options, error) {
	o := r.options
	for _, v := range p.variants {
		if !v.fits(r.header) {
			continue
		}
		if len(v.ask) > 0 && !slices.ContainsFunc(o.Columns, func(pair Pair) bool { return indexOf(r.columns, pair.Name) == indexOf(r.columns, "price") }) {
			return v, o, r.fault("", fmt.Sprintf("which column is the price? --columns price=%s takes that one; the file has %s too. A settlement rate (AdjstdQtTax) and a settlement price (AdjstdQt) differ", v.ask[0], strings.Join(v.ask[1:], ", ")))
		}
		o.Columns = slices.Clone(o.Columns)
		for _, pair := range v.columns {
			i := indexOf(r.columns, pair.Name)
			given := func(other Pair) bool { return indexOf(r.columns, other.Name) == i }
			if !slices.ContainsFunc(o.Columns, given) && !slices.ContainsFunc(o.Set, given) {
				o.Columns = append(o.Columns, pair)
			}
		}
		if p.name == "bcb-sgs" || p.name == "b3" && len(v.ask) > 0 {
			v.decimal = "comma"
			if isJSON || separator == ',' {
				v.decimal = "point"
			}
		}
		if o.Decimal == "" {
			o.Decimal = v.decimal
		}
		if o.DateOrder == "" {
			o.DateOrder = v.order
		}
		o.Wide = v.wide
		return v, o, nil
	}
	return variant{}, o, r.fault("", fmt.Sprintf("not a file as --preset %s reads it (%s); the file has the columns %s", p.name, p.about, listed(r.header)))
}
