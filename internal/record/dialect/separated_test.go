package dialect_test

import (
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"macrowatch/internal/record/dialect"
)

func encoded(t *testing.T, text string, bytes func(string) (string, error)) string {
	t.Helper()
	out, err := bytes(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSeparatorsEncodingsAndLines(t *testing.T) {
	t.Parallel()
	const table = "instrument;price_date;price\nPETR4;2026-03-31;37,55\nVALE3;2026-03-31;61,2\n"
	const want = "2 PETR4 2026-03-31 37.55\n3 VALE3 2026-03-31 61.2"
	little := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()
	big := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()
	latin := "instrument;price_date;price\nC\xe2mbio;2026-03-31;5,4\n"
	for _, c := range []readCase{
		{"semicolons and decimal commas", table, dialect.Options{}, want, "separated by semicolon, decimal comma (line 2 has 37,55)"},
		{"tabs", "instrument\tprice_date\tprice\nPETR4\t2026-03-31\t37,55\nVALE3\t2026-03-31\t61,2", dialect.Options{}, want, "separated by tab"},
		{"pipes", "instrument|price_date|price\nPETR4|2026-03-31|37.55\nVALE3|2026-03-31|61.2", dialect.Options{}, want, "separated by pipe"},
		{"another character", "instrument~price_date~price\nPETR4~2026-03-31~37.55\nVALE3~2026-03-31~61.2", dialect.Options{Separator: "~"}, want, `separated by '~'`},
		{"sep= of Excel", "sep=|\r\ninstrument|price_date|price\r\nPETR4|2026-03-31|37,55\r\n", dialect.Options{}, "3 PETR4 2026-03-31 37.55", "separated by pipe"},
		{"a header with both separators", "instrument;price_date;price,unit\nPETR4;2026-03-31;1\n", dialect.Options{}, `header "price,unit": not a column of prices`, ""},
		{"two separators that fit alike", "a;b,c\n1;2,3\n", dialect.Options{Columns: pairs("instrument=#1", "date=#2", "price=#2")}, "--separator says which", ""},
		{"a byte order mark and a quoted header", "\ufeff\"instrument\";\"price_date\";\"price\"\r\n\"PETR4\";\"2026-03-31\";\"37,55\"\r\n", dialect.Options{}, "2 PETR4 2026-03-31 37.55", ""},
		{"carriage returns alone", "instrument;price_date;price\rPETR4;2026-03-31;37,55\rVALE3;2026-03-31;61,2\r", dialect.Options{}, want, ""},
		{"blank lines, comments, empty rows", "# quotes of the desk\n\ninstrument;price_date;price\nPETR4;2026-03-31;37,55\n\n# Vale\n;;\nVALE3;2026-03-31;61,2\n", dialect.Options{}, "4 PETR4 2026-03-31 37.55\n8 VALE3 2026-03-31 61.2", "; 2 with a comment (#) passed over"},
		{"separators at the ends of lines", "instrument;price_date;price;\nPETR4;2026-03-31;37,55;\nVALE3;2026-03-31;61,2\n", dialect.Options{}, want, ""},
		{"a value below a nameless header", "instrument;price_date;price;\nPETR4;2026-03-31;37,55;BRL\n", dialect.Options{}, `<line 2: the cell "BRL" stands in a column without a name; --columns says which columns are read>`, ""},
		{"a quoted cell with separators and lines", "instrument;price_date;price\n\"PETR4; \"\"PN\"\"\";2026-03-31;1,5\n\"two\nlines\";2026-03-31;2,5\nVALE3;2026-03-31;x\n", dialect.Options{}, "2 PETR4; \"PN\" 2026-03-31 1.5\n3 two\nlines 2026-03-31 2.5\n5 VALE3 2026-03-31 x", ""},
		{"a row that is too short", "instrument;price_date;price\nPETR4;2026-03-31\n", dialect.Options{}, "<line 2: has 2 cells where the header has 3>", ""},
		{"a row that is too long", "instrument;price_date;price\nPETR4;2026-03-31;1;2\n", dialect.Options{}, "<line 2: has 4 cells where the header has 3>", ""},
		{"an open quote", "instrument;price_date;price\n\"PETR4;2026-03-31;1,5\n", dialect.Options{}, "<line 2: a quote is left open, or something follows a closed one; quote the whole cell and double any \" inside>", ""},
		{"UTF-16 with a mark", encoded(t, table, little.String), dialect.Options{}, want, "CSV in utf-16le (by its byte order mark)"},
		{"UTF-16 without a mark", encoded(t, table, big.String), dialect.Options{}, want, "CSV in utf-16be (by the zero bytes in its text)"},
		{"UTF-16 with CRLF and tabs, as Excel writes Unicode text", encoded(t, "instrument\tprice_date\tprice\r\nPETR4\t2026-03-31\t37,55\r\nVALE3\t2026-03-31\t61,2\r\n", little.String), dialect.Options{}, want, ""},
		{"Latin-1 that nothing settles", latin, dialect.Options{}, "line 2: not valid UTF-8: byte 0xE2. --encoding windows-1252 reads it", ""},
		{"Latin-1 as the option says", latin, dialect.Options{Encoding: "latin-1"}, "2 Câmbio 2026-03-31 5.4", "CSV in latin-1 (as --encoding says)"},
		{"Windows-1252 with its own characters", "instrument;price_date;price\n\x80 spot \x96 BRL;2026-03-31;5,4\n", dialect.Options{Encoding: "windows-1252"}, "2 € spot – BRL 2026-03-31 5.4", ""},
		{"a column's name settles the encoding", encoded(t, "instrument;price_date;Último\nCâmbio;2026-03-31;5,4\n", charmap.Windows1252.NewEncoder().String), dialect.Options{Columns: pairs("price=Último")}, "2 Câmbio 2026-03-31 5.4", `CSV in windows-1252 (a column is called "Último" in it)`},
		{"UTF-8 that the option claims", latin, dialect.Options{Encoding: "utf-8"}, "line 2: not valid UTF-8", ""},
		{"an empty file", "", dialect.Options{}, "the file is empty; expected is a header", ""},
		{"a file of comments", "# nothing\n# at all\n", dialect.Options{}, "the file has no header", ""},
		{"no text", "\x00\x01\x02\x03instrument;price_date\n", dialect.Options{}, "not text: expected is CSV or JSON", ""},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.test(t, prices()) })
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	for _, c := range []readCase{
		{"other case and signs", "Instrument,PRICE DATE,Price\nPETR4,2026-03-31,37.5\n", dialect.Options{}, "2 PETR4 2026-03-31 37.5", ""},
		{"aliases", "instrument,Date,Value\nPETR4,2026-03-31,37.5\n", dialect.Options{}, "2 PETR4 2026-03-31 37.5", ""},
		{"other names", "DATE,VIXCLS\n2026-03-31,17.25\n", dialect.Options{Columns: pairs("date=DATE", "value=VIXCLS"), Set: pairs("instrument=VIX")}, "2 VIX 2026-03-31 17.25", ""},
		{"names in another case", "Data,Fechamento\n2026-03-31,17.25\n", dialect.Options{Columns: pairs("date=data", "value=FECHAMENTO"), Set: pairs("instrument=VIX")}, "2 VIX 2026-03-31 17.25", ""},
		{"columns that are not read", "instrument,date,open,price\nPETR4,2026-03-31,37,37.5\n", dialect.Options{Columns: pairs("price=price")}, "2 PETR4 2026-03-31 37.5", "; not read: open"},
		{"an unknown column", "instrument,date,open,price\nPETR4,2026-03-31,37,37.5\n", dialect.Options{}, `header "open": not a column of prices`, ""},
		{"a missing column", "Date,Price\n2026-03-31,1\n", dialect.Options{}, `header "instrument": this column is missing; --set instrument=… gives all rows one`, ""},
		{"a missing column of prices", "instrument,Date\nA,2026-03-31\n", dialect.Options{}, "--wide reads a file that has a column for each instrument", ""},
		{"a name that the file lacks", "a,b\n1,2\n", dialect.Options{Columns: pairs("price=close")}, `--columns price=close: the file has no such column; it has "a", "b"`, ""},
		{"a name that the file has twice", "instrument,date,close,close\nA,2026-03-31,1,2\n", dialect.Options{Columns: pairs("price=close")}, "the file has two such columns", ""},
		{"one of two, by its position", "instrument,date,close,close\nA,2026-03-31,1,2\n", dialect.Options{Columns: pairs("price=#4")}, "2 A 2026-03-31 2", "not read: close"},
		{"two columns for one", "Date,price_date,instrument,price\n2026-03-31,2026-03-31,A,1\n", dialect.Options{}, `header "price_date": a second column for price_date`, ""},
		{"two columns that differ only in case", "Date,DATE,instrument,price\n2026-03-31,2026-03-31,A,1\n", dialect.Options{}, `header "DATE": a second column for price_date`, ""},
		{"unused columns of one name", "instrument,date,price,x,x\nA,2026-03-31,1,2,3\n", dialect.Options{Columns: pairs("price=price")}, "2 A 2026-03-31 1", "not read: x, x"},
		{"no header", "PETR4;2026-03-31;37,5\n", dialect.Options{}, `not a column of prices`, ""},
		{"no header, and values alone", "2026-03-31;37.5\n", dialect.Options{}, "this line looks like data; if the file has no header, name the columns by their position", ""},
		{"no header, by position", "2026-03-31;220;A;USD;5,4371\n2026-04-01;220;A;USD;5,44\n", dialect.Options{Columns: pairs("date=#1", "instrument=#4", "price=#5")}, "1 USD 2026-03-31 5.4371\n2 USD 2026-04-01 5.44", ""},
		{"a header, and names by position", "x;y;z\nUSD;2026-03-31;5,4371\n", dialect.Options{Columns: pairs("instrument=#1", "date=#2", "price=#3")}, "2 USD 2026-03-31 5.4371", ""},
		{"a position that the file lacks", "x;y\n1;2\n", dialect.Options{Columns: pairs("price=#9")}, "--columns price=#9: the file has 2 columns", ""},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.test(t, prices()) })
	}
}
