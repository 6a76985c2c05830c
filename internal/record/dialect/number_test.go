package dialect_test

import (
	"strings"
	"testing"

	"macrowatch/internal/record/dialect"
)

// priceFile returns a file with tabs, whose cells may have any other sign.
func priceFile(prices ...string) string {
	var s strings.Builder
	s.WriteString("instrument\tdate\tprice\n")
	for _, p := range prices {
		s.WriteString("A\t2026-03-31\t" + p + "\n")
	}
	return s.String()
}

func TestNumbersOfAFile(t *testing.T) {
	t.Parallel()
	comma, point := dialect.Options{Decimal: "comma"}, dialect.Options{Decimal: "point"}
	for _, c := range []struct {
		name    string
		numbers []string
		options dialect.Options
		want    []string // nil: the file is refused with the text
		refused string
	}{
		{"nothing to settle", []string{"1234", "-5"}, dialect.Options{}, []string{"1234", "-5"}, ""},
		{"a point", []string{"1234.5"}, dialect.Options{}, []string{"1234.5"}, ""},
		{"a comma", []string{"1234,5"}, dialect.Options{}, []string{"1234.5"}, ""},
		{"one number settles the others", []string{"1.234", "2.345", "1.234,5"}, dialect.Options{}, []string{"1234", "2345", "1234.5"}, ""},
		{"the last row settles the first", []string{"1,234", "0.5"}, dialect.Options{}, []string{"1234", "0.5"}, ""},
		{"two groups settle it", []string{"1.234", "1.234.567"}, dialect.Options{}, []string{"1234", "1234567"}, ""},
		{"a leading zero settles it", []string{"1.234", "0.123"}, dialect.Options{}, []string{"1.234", "0.123"}, ""},
		{"nothing settles a point", []string{"1.234", "5"}, dialect.Options{}, nil, "1.234 or 1234? No number of the file says which; --decimal point means 1.234, --decimal comma means 1234"},
		{"nothing settles a comma", []string{"5,431", "5,432"}, dialect.Options{}, nil, "5.431 or 5431? No number of the file says which; --decimal comma means 5.431, --decimal point means 5431"},
		{"the option settles it", []string{"1.234"}, comma, []string{"1234"}, ""},
		{"the other option settles it", []string{"1.234"}, point, []string{"1.234"}, ""},
		{"numbers that contradict each other", []string{"1,5", "1.5"}, dialect.Options{}, nil, `line 2, price "1,5": a number with a decimal comma, but line 3 has 1.5 with a decimal point`},
		{"a number that does not fit the option", []string{"1.5"}, comma, []string{"<not a number with a decimal comma>"}, ""},
		{"apostrophes", []string{"1'234.50", "12’345’678.9"}, dialect.Options{}, []string{"1234.50", "12345678.9"}, ""},
		{"narrow and other spaces", []string{"1\u202f234,5", "12 345 678,9", "1\u00a0234"}, dialect.Options{}, []string{"1234.5", "12345678.9", "1234"}, ""},
		{"spaces in the wrong place", []string{"12 34,5"}, dialect.Options{}, []string{"12 34,5"}, ""},
		{"groups of two", []string{"1,23,456.7"}, dialect.Options{}, []string{"<not a number with a decimal point>"}, ""},
		{"parentheses", []string{"(1.234,56)", "(7)"}, dialect.Options{}, []string{"-1234.56", "-7"}, ""},
		{"minus signs", []string{"-1,5", "\u22121,5", "1,5-", "+1,5"}, dialect.Options{}, []string{"-1.5", "-1.5", "-1.5", "1.5"}, ""},
		{"two signs", []string{"(-1,5)", "2,5"}, dialect.Options{}, []string{"(-1,5)", "2.5"}, ""},
		{"exponents", []string{"1,5E-3", "2,25e+2"}, dialect.Options{}, []string{"1.5E-3", "2.25E+2"}, ""},
		{"an exponent without digits", []string{"1,5E", "1,5"}, dialect.Options{}, []string{"1,5E", "1.5"}, ""},
		{"a percent sign", []string{"5,5%"}, dialect.Options{}, []string{"<a price with a percent sign; --kind yield says that the prices are yields in percent>"}, ""},
		{"a percent sign of yields", []string{"5,5%", "6 %"}, dialect.Options{PercentPrices: true}, []string{"5.5", "6"}, ""},
		{"a suffix", []string{"1.2M"}, dialect.Options{}, []string{"1.2M"}, ""},
		{"no numbers", []string{"abc", "1.2.3,4,5"}, dialect.Options{}, []string{"abc", "<not a number with a decimal comma>"}, ""},
		{"an edge", []string{",5", "5,"}, dialect.Options{}, []string{"0.5", "5"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rows, _, err := read(priceFile(c.numbers...), prices(), c.options)
			if c.refused != "" {
				if err == nil || !strings.Contains(err.Error(), c.refused) {
					t.Errorf("%q: %q %v", c.numbers, rows, err)
				}
				return
			}
			if err != nil {
				t.Fatalf("%q: %v", c.numbers, err)
			}
			for n, row := range strings.Split(rows, "\n") {
				_, got, _ := strings.Cut(row, " 2026-03-31 ")
				if strings.HasPrefix(row, "<") {
					_, got, _ = strings.Cut(row, ": ")
					got = "<" + got
				}
				if got != c.want[n] {
					t.Errorf("%q is %s, want %s", c.numbers[n], row, c.want[n])
				}
			}
		})
	}
}

func TestPercentSignsOfShares(t *testing.T) {
	t.Parallel()
	const header = "strategy_id;instrument;direction;confidence;generated_at\n"
	readCase{"", header + "S;A;LONG;70%;2026-03-31T09:00:00Z\nS;B;LONG;(2,5 %);2026-03-31T09:00:00Z\nS;C;LONG;0,7;2026-03-31T09:00:00Z\n", dialect.Options{},
		"2 S A LONG 0.70 2026-03-31T09:00:00Z\n3 S B LONG -0.025 2026-03-31T09:00:00Z\n4 S C LONG 0.7 2026-03-31T09:00:00Z", ""}.test(t, signals())
}

func TestMissingValues(t *testing.T) {
	t.Parallel()
	for _, c := range []readCase{
		{"the usual words", priceFile(".", "-", "NA", "n/a", "null", "n/d", "NaN", "#N/A", "None", "7"), dialect.Options{}, "11 A 2026-03-31 7", "; 9 without a price left out"},
		{"an empty cell is no word", priceFile("", "7"), dialect.Options{}, "2 A 2026-03-31 \n3 A 2026-03-31 7", ""},
		{"an empty cell of a series", "date,price\n2026-03-30,\n2026-03-31,7\n", dialect.Options{Set: pairs("instrument=A")}, "3 A 2026-03-31 7", "; 1 without a price left out"},
		{"words of one's own", priceFile("sem cotação", "-", "7"), dialect.Options{Missing: []string{"sem cotação"}}, "3 A 2026-03-31 -\n4 A 2026-03-31 7", "; 1 without a price left out"},
		{"a ticker that is a usual word", "instrument,date,price\nNA,2026-03-31,7\n", dialect.Options{Separator: "comma"}, "2 NA 2026-03-31 7", ""},
		{"a missing word in every column", "instrument,date,price\nNA,2026-03-31,7\n", dialect.Options{Missing: []string{"na"}}, "2  2026-03-31 7", ""},
		{"a missing day", "instrument,date,price\nA,n/d,7\n", dialect.Options{Decimal: "point"}, "2 A  7", ""},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.test(t, prices()) })
	}
}
