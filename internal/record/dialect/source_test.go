package dialect_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/record/dialect"
)

// source returns one of the files that show how a source writes.
func source(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../../examples/sources", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPresetsReadFilesAsTheSourcesWriteThem(t *testing.T) {
	t.Parallel()
	vix := pairs("instrument=VIX")
	for _, c := range []struct {
		file, preset string
		options      dialect.Options
		want, found  string
	}{
		{"fred.csv", "fred", dialect.Options{}, "2 VIXCLS 2026-01-26 16.12\n2 DGS10 2026-01-26 4.21\n3 VIXCLS 2026-01-27 16.40\n3 DGS10 2026-01-27 4.19\n5 VIXCLS 2026-01-29 15.87\n5 DGS10 2026-01-29 4.24", "2 without a price left out"},
		{"fred.csv", "fred", dialect.Options{Columns: pairs("UST10Y=DGS10")}, "2 UST10Y 2026-01-26 4.21\n3 UST10Y 2026-01-27 4.19\n5 UST10Y 2026-01-29 4.24", "not read: VIXCLS"},
		{"fred-old.csv", "fred", dialect.Options{Set: vix}, "2 VIX 2026-01-26 16.12\n3 VIX 2026-01-27 16.40\n5 VIX 2026-01-29 15.87", "1 without a price left out"},
		{"fred-api.json", "fred", dialect.Options{Set: vix}, "1 VIX 2026-01-26 16.12\n2 VIX 2026-01-27 16.40", "1 without a price left out"},
		{"bcb-sgs.json", "bcb-sgs", dialect.Options{Set: pairs("instrument=USDBRL")}, "1 USDBRL 2026-01-02 5.4321\n2 USDBRL 2026-01-05 5.4100\n3 USDBRL 2026-01-06 5.4005", "decimal point, dates day/month/year"},
		{"bcb-sgs.csv", "bcb-sgs", dialect.Options{Set: pairs("instrument=USDBRL")}, "2 USDBRL 2026-01-02 5.4321\n3 USDBRL 2026-01-05 5.4100\n4 USDBRL 2026-01-06 5.4005", "decimal comma, dates day/month/year"},
		{"yfinance.csv", "yfinance", dialect.Options{}, "4 PETR4.SA 2026-01-26 31.4500007629\n4 VALE3.SA 2026-01-26 60.25\n5 PETR4.SA 2026-01-27 31.9\n6 PETR4.SA 2026-01-28 32.05\n6 VALE3.SA 2026-01-28 61.1", "not read: High, Low, Open, Volume; 1 without a price"},
		{"yfinance.csv", "yfinance", dialect.Options{Columns: pairs("price=High", "date=Date")}, "4 PETR4.SA 2026-01-26 31.7\n4 VALE3.SA 2026-01-26 60.9\n5 PETR4.SA 2026-01-27 32.0\n6 PETR4.SA 2026-01-28 32.2\n6 VALE3.SA 2026-01-28 61.4", "not read: Close, Low"},
		{"yfinance-one.csv", "yfinance", dialect.Options{Set: pairs("instrument=PETR4")}, "2 PETR4 2026-01-26 31.45\n3 PETR4 2026-01-27 31.9", ""},
		{"yfinance-one.csv", "yfinance", dialect.Options{Set: pairs("instrument=PETR4"), Columns: pairs("price=Adj Close")}, "2 PETR4 2026-01-26 30.98\n3 PETR4 2026-01-27 31.43", ""},
		{"yfinance-history.csv", "yfinance", dialect.Options{Set: pairs("instrument=PETR4")}, "2 PETR4 2026-01-26 31.45\n3 PETR4 2026-01-27 31.9", ""},
		{"tesouro.csv", "tesouro", dialect.Options{}, "2 Tesouro Prefixado 2029-01-01 2026-01-02 13.25\n3 Tesouro IPCA+ com Juros Semestrais 2035-05-15 2026-01-02 7.41\n4 Tesouro Prefixado 2029-01-01 2026-01-05 13.19", "not read: Taxa Venda Manha, PU Compra"},
		{"tesouro.csv", "tesouro", dialect.Options{Columns: pairs("price=PU Base Manha")}, "2 Tesouro Prefixado 2029-01-01 2026-01-02 689.62\n3 Tesouro IPCA+ com Juros Semestrais 2035-05-15 2026-01-02 4067.46\n4 Tesouro Prefixado 2029-01-01 2026-01-05 691.36", ""},
		{"b3-cotahist.txt", "b3", dialect.Options{}, "2 PETR4 2026-01-29 31.45\n3 COGN3 2026-01-29 1.52\n5 PETR4 2026-01-30 31.90\n6 LOTE3 2026-01-30 0.12345", "COTAHIST in windows-1252 (as this source writes)"},
		{"b3-cotahist.txt", "b3", dialect.Options{}, "2 PETR4 2026-01-29 31.45\n3 COGN3 2026-01-29 1.52\n5 PETR4 2026-01-30 31.90\n6 LOTE3 2026-01-30 0.12345", "not read: PREABE, PREMAX, PREMIN, PREMED;"},
		{"b3-cotahist.txt", "b3", dialect.Options{Columns: pairs("price=PREMED")}, "2 PETR4 2026-01-29 31.45\n3 COGN3 2026-01-29 1.52\n5 PETR4 2026-01-30 31.90\n6 LOTE3 2026-01-30 0.12345", "1 of other markets than the spot market left out"},
		{"b3-bulletin.csv", "b3", dialect.Options{}, "which column is the price? --columns price=AdjstdQtTax takes that one; the file has AdjstdQt, LastPric, RefPric too", ""},
		{"b3-bulletin.csv", "b3", dialect.Options{Columns: pairs("price=AdjstdQtTax")}, "3 DI1F28 2026-01-30 13.162\n4 DI1F29 2026-01-30 13.245", "1 without a price left out"},
		{"investing-en.csv", "investing", dialect.Options{Set: pairs("instrument=IBOV")}, "2 IBOV 2026-01-30 126912.50\n3 IBOV 2026-01-29 126380.00\n4 IBOV 2026-01-05 125001.25", "dates month/day/year (line 2 has 01/30/2026)"},
		{"investing-en.csv", "investing", dialect.Options{Set: pairs("instrument=VOLUME"), Columns: pairs("price=Vol.")}, "2 VOLUME 2026-01-30 8410000\n3 VOLUME 2026-01-29 7980000\n4 VOLUME 2026-01-05 6200000", ""},
		{"investing-pt.csv", "investing", dialect.Options{Set: pairs("instrument=IBOV")}, "2 IBOV 2026-01-30 126912\n3 IBOV 2026-01-05 125001", "decimal comma, dates day/month/year"},
		{"treasury-par-yields.csv", "", dialect.Options{Wide: true, Columns: pairs("UST2Y=2 Yr", "UST10Y=10 Yr")}, "2 UST2Y 2026-01-30 3.98\n2 UST10Y 2026-01-30 4.31\n3 UST2Y 2026-01-29 3.95\n3 UST10Y 2026-01-29 4.27\n4 UST2Y 2026-01-05 4.02\n4 UST10Y 2026-01-05 4.25", "dates month/day/year (line 2 has 01/30/2026)"},
		{"fred.csv", "tesouro", dialect.Options{}, `not a file as --preset tesouro reads it (Tesouro Direto: PrecoTaxaTesouroDireto.csv; the buying rate of the morning); the file has the columns "observation_date", "VIXCLS", "DGS10"`, ""},
		{"bcb-sgs.json", "bcb-sgs", dialect.Options{}, "--set instrument=… gives all rows one", ""},
		{"b3-cotahist.txt", "", dialect.Options{}, "a COTAHIST file of B3: --preset b3 reads it", ""},
		{"yfinance.csv", "", dialect.Options{}, "--preset yfinance reads it", ""},
	} {
		t.Run(c.file+" "+c.preset, func(t *testing.T) {
			t.Parallel()
			c.options.Preset = c.preset
			readCase{"", source(t, c.file), c.options, c.want, c.found}.test(t, prices())
		})
	}
}

// Investing.com writes dates by the edition of the reader, under the same English names of columns.
func TestInvestingsDatesAreSettledByTheFileOnly(t *testing.T) {
	t.Parallel()
	const header = "\"Date\",\"Price\",\"Open\",\"High\",\"Low\",\"Vol.\",\"Change %\"\n"
	o := dialect.Options{Preset: "investing", Set: pairs("instrument=GOLD")}
	readCase{"", header + "\"02/03/2026\",\"3,412.50\",\"1\",\"1\",\"1\",\"\",\"0.1%\"\n", o, "--date-order dmy or --date-order mdy settles it", ""}.test(t, prices())
	readCase{"", header + "\"31/03/2026\",\"3,412.50\",\"1\",\"1\",\"1\",\"-\",\"0.1%\"\n", o, "2 GOLD 2026-03-31 3412.50", ""}.test(t, prices())
	readCase{"", header + "\"Apr 09, 2020\",\"7,278.20\",\"1\",\"1\",\"1\",\"190.28M\",\"1.52%\"\n", o, "2 GOLD 2020-04-09 7278.20", ""}.test(t, prices())
}

func TestWideFiles(t *testing.T) {
	t.Parallel()
	wide := dialect.Options{Wide: true}
	for _, c := range []readCase{
		{"as pandas writes it", "Date,PETR4,VALE3\n2026-01-26,31.45,60.25\n2026-01-27,,61\n", wide, "2 PETR4 2026-01-26 31.45\n2 VALE3 2026-01-26 60.25\n3 VALE3 2026-01-27 61", "1 without a price left out"},
		{"an index without a name", ",PETR4,VALE3\n2026-01-26 00:00:00,31.45,NaN\n", wide, "2 PETR4 2026-01-26 31.45", ""},
		{"decimal commas", "data;PETR4;VALE3\n26/01/2026;31,45;60,25\n", dialect.Options{Wide: true, Columns: pairs("date=data")}, "2 PETR4 2026-01-26 31.45\n2 VALE3 2026-01-26 60.25", ""},
		{"some columns under other names", "Date,PETR4.SA,VALE3.SA,Comment\n2026-01-26,31.45,60.25,ok\n", dialect.Options{Wide: true, Columns: pairs("PETR4=PETR4.SA")}, "2 PETR4 2026-01-26 31.45", "not read: VALE3.SA, Comment"},
		{"a text", "Date,PETR4,Comment\n2026-01-26,31.45,ok\n", wide, "2 PETR4 2026-01-26 31.45\n2 Comment 2026-01-26 ok", ""},
		{"a price that is no number in the file's form", "Date,PETR4\n2026-01-26,31.45\n2026-01-27,\"1,2\"\n2026-01-28,\"1,5\"\n", dialect.Options{Wide: true, Decimal: "point"}, "2 PETR4 2026-01-26 31.45\n<line 3, PETR4 \"1,2\": not a number with a decimal point>\n<line 4, PETR4 \"1,5\": not a number with a decimal point>", ""},
		{"a bad day", "Date,A,B\n2026-01-26 09:00,1,2\n2026-01-27,3,4\n", wide, "<line 2, Date \"2026-01-26 09:00\": has a time of the day; expected is a day>\n3 A 2026-01-27 3\n3 B 2026-01-27 4", ""},
		{"no flag", "Date,PETR4,VALE3\n2026-01-26,31.45,60.25\n", dialect.Options{}, `header "PETR4": not a column of prices; --wide reads a file that has a column for each instrument`, ""},
		{"one name for two instruments", "Date,A,B\n2026-01-26,1,2\n", dialect.Options{Wide: true, Set: pairs("instrument=X")}, `--set instrument=X: the file has 2 instruments ("A", "B"); --columns X=… names one of them`, ""},
		{"no column of days", "Tag,PETR4\n2026-01-26,1\n", wide, `no column is called price_date (or date); --columns price_date=… names the column of the days`, ""},
		{"no instruments", "Date\n2026-01-26\n", wide, "there is no column beside that of the days", ""},
		{"an instrument twice", "Date,A,A\n2026-01-26,1,2\n", wide, `header "A": a second column for the instrument A`, ""},
		{"two rows of header", "Price,Close,Open\nTicker,A,A\n2026-01-26,1,2\n", dialect.Options{Wide: true, Columns: pairs("price=Open")}, "3 A 2026-01-26 2", ""},
		{"tickers above fields", "Ticker,A,A,B,B\nPrice,Open,Close,Open,Close\nDate,,,,\n2026-01-26,1,2,3,4\n", dialect.Options{Preset: "yfinance"}, "4 A 2026-01-26 2\n4 B 2026-01-26 4", ""},
		{"rows without labels", ",Adj Close,Adj Close,Close,Close\n,A,B,A,B\nDate,,,,\n2026-01-26,1,2,3,4\n", dialect.Options{Preset: "yfinance"}, "4 A 2026-01-26 3\n4 B 2026-01-26 4", "not read: Adj Close"},
		{"fields that nothing settles", "Price,Close,Open\nTicker,A,A\n2026-01-26,1,2\n", wide, `which of "Close", "Open" is the price? --columns price=Close`, ""},
		{"bars within a day", "Price,Close\nTicker,A\nDatetime,\n2026-01-26 10:00:00-03:00,1\n", dialect.Options{Preset: "yfinance"}, `<line 4, date "2026-01-26 10:00:00-03:00": has a time of the day; expected is a day>`, ""},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.test(t, prices()) })
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []readCase{
		{"an array", "[\n {\"instrument\": \"A\", \"date\": \"2026-01-26\", \"price\": 1.234},\n {\"date\": \"2026-01-27\", \"price\": \"2\", \"instrument\": \"B\"}\n]\n", dialect.Options{}, "2 A 2026-01-26 1.234\n3 B 2026-01-27 2", ""},
		{"an array on one line", `[{"instrument":"A","date":"2026-01-26","price":1},{"instrument":"B","date":"2026-01-27","price":null}]`, dialect.Options{}, "1 A 2026-01-26 1\n2 B 2026-01-27 ", ""},
		{"keys in another case", `[{"Instrument":"A","Date":"26/01/2026","Price":"1,5"}]`, dialect.Options{}, "1 A 2026-01-26 1.5", ""},
		{"a number in a text that nothing settles", `[{"instrument":"A","date":"2026-01-26","price":"1.234"}]`, dialect.Options{}, `price "1.234": 1.234 or 1234?`, ""},
		{"milliseconds, as pandas writes days", `[{"instrument":"A","date":1769385600000,"price":1}]`, dialect.Options{}, "1 A 2026-01-26 1", "times in milliseconds since 1970"},
		{"orient=split", `{"columns":["PETR4","VALE3"],"index":[1769385600000,1769472000000],"data":[[31.45,60.25],[null,61]]}`, dialect.Options{Wide: true}, "1 PETR4 2026-01-26 31.45\n1 VALE3 2026-01-26 60.25\n2 VALE3 2026-01-27 61", ""},
		{"orient=columns", `{"PETR4":{"1769385600000":31.45,"1769472000000":31.9},"VALE3":{"1769385600000":60.25,"1769472000000":null}}`, dialect.Options{Wide: true}, "1 PETR4 2026-01-26 31.45\n1 VALE3 2026-01-26 60.25\n2 PETR4 2026-01-27 31.9", ""},
		{"objects one after the other", "{\"Instrument\":\"A\",\"date\":\"2026-01-26\",\"price\":1}\n{\"Instrument\":\"B\",\"date\":\"2026-01-27\",\"price\":2}\n", dialect.Options{}, "1 A 2026-01-26 1\n2 B 2026-01-27 2", ""},
		{"an object over several lines", "{\n\"Instrument\": \"A\",\n\"date\": \"2026-01-26\",\n\"price\": 1\n}\n", dialect.Options{}, "1 A 2026-01-26 1", ""},
		{"an unknown key", `[{"instrument":"A","date":"2026-01-26","price":1,"open":2}]`, dialect.Options{}, `header "open": not a column of prices`, ""},
		{"a list as a price", `[{"instrument":"A","date":"2026-01-26","price":[1]}]`, dialect.Options{}, "1 A 2026-01-26 [1]", ""},
		{"a key given twice", `[{"instrument":"A","date":"2026-01-26","price":1},{"instrument":"A","price":1,"price":2}]`, dialect.Options{}, "1 A 2026-01-26 1\n<object 2: the key \"price\" is given twice>", ""},
		{"no object", "[\n{\"instrument\":\"A\",\"date\":\"2026-01-26\",\"price\":1},\n7\n]", dialect.Options{}, "2 A 2026-01-26 1\n<line 3: not a JSON object; expected is one object for each row>", ""},
		{"a file that is cut off", `[{"instrument":"A","date":"2026-01-26","price":1},{"instr`, dialect.Options{}, "not valid JSON: the file ends in the middle", ""},
		{"something after the array", "[{\"instrument\":\"A\",\"date\":\"2026-01-26\",\"price\":1}]\n[]", dialect.Options{}, "not valid JSON: something follows the end of the array", ""},
		{"a damaged array", "[{\"instrument\":\"A\",\"date\":\"2026-01-26\",\"price\":1}\n{}]", dialect.Options{}, "not valid JSON", ""},
		{"UTF-16", encoded(t, `[{"instrument":"Câmbio","date":"2026-01-26","price":1}]`, utf16Little), dialect.Options{}, "1 Câmbio 2026-01-26 1", ""},
		{"an empty array", "[]", dialect.Options{}, "", "JSON in utf-8"},
		{"an array of numbers", "[1,\n2]", dialect.Options{}, "<line 1: not a JSON object; expected is one object for each row>\n<line 2: not a JSON object; expected is one object for each row>", ""},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.test(t, prices()) })
	}
}

func zipped(t testing.TB, files ...string) string {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

func gzipped(t testing.TB, text string) string {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

func TestPackedFiles(t *testing.T) {
	t.Parallel()
	table := func(rows string) string { return "instrument;date;price\n" + rows }
	good := zipped(t, "a.csv", table("A;31/03/2026;1,5\n"))
	encrypted := []byte(good)
	encrypted[6] |= 1 // in the header of the member
	at := bytes.LastIndex(encrypted, []byte("PK\x01\x02"))
	encrypted[at+8] |= 1 // in the directory
	for _, c := range []readCase{
		{"gzip", gzipped(t, table("A;31/03/2026;1,5\n")), dialect.Options{}, "2 A 2026-03-31 1.5", ""},
		{"zip with one file", good, dialect.Options{}, "2 A 2026-03-31 1.5", ""},
		{"zip with several", zipped(t, "data/", "", "data/a.csv", table("A;31/03/2026;1,5\n"), "__MACOSX/._a.csv", "junk", ".DS_Store", "junk", "data/b.csv", table("B;2026-04-01;2.5\nB;2026-04-02;x%\nB;2026-04-03;5%\n")), dialect.Options{},
			"2 A 2026-03-31 1.5\n5 B 2026-04-01 2.5\n6 B 2026-04-02 x%\n<data/b.csv line 4, price \"5%\": a price with a percent sign; --kind yield says that the prices are yields in percent>", "data/b.csv: CSV in utf-8"},
		{"a file of a zip that nothing settles", zipped(t, "a.csv", table("A;31/03/2026;1,5\n"), "b.csv", table("A;02/03/2026;1,5\n")), dialect.Options{}, `b.csv line 2, date "02/03/2026": 2026-03-02 or 2026-02-03?`, ""},
		{"a spreadsheet", zipped(t, "[Content_Types].xml", "<Types/>", "xl/workbook.xml", "<workbook/>"), dialect.Options{}, "this is a spreadsheet or a document, not an archive of data: save the sheet as CSV", ""},
		{"an archive within an archive", zipped(t, "a.zip", good), dialect.Options{}, "a.zip is an archive within the archive; unpack it first", ""},
		{"an archive within gzip", gzipped(t, good), dialect.Options{}, "an archive within gzip; unpack it first", ""},
		{"an encrypted file", string(encrypted), dialect.Options{}, "a.csv in the archive is encrypted; unpack it first", ""},
		{"an archive without a file", zipped(t, "data/", ""), dialect.Options{}, "the archive has no file", ""},
		{"a zip that is cut off", good[:len(good)-10], dialect.Options{}, "the zip data are damaged", ""},
		{"a gzip that is cut off", gzipped(t, table("A;31/03/2026;1,5\n"))[:20], dialect.Options{}, "the gzip data end in the middle: the file is cut off", ""},
		{"a bomb in zip", zipped(t, "a.csv", strings.Repeat("\n", 100<<20)), dialect.Options{}, "more comes out of the packed file than a file of data has", ""},
		{"a bomb in gzip", gzipped(t, strings.Repeat("\n", 100<<20)), dialect.Options{}, "more comes out of the packed file than a file of data has", ""},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.test(t, prices()) })
	}
}

func TestB3sArchiveOfAYear(t *testing.T) {
	t.Parallel()
	readCase{"", zipped(t, "COTAHIST_A2026.TXT", source(t, "b3-cotahist.txt")), dialect.Options{Preset: "b3"},
		"2 PETR4 2026-01-29 31.45\n3 COGN3 2026-01-29 1.52\n5 PETR4 2026-01-30 31.90\n6 LOTE3 2026-01-30 0.12345", "1 of other markets"}.test(t, prices())
	bad := strings.Replace(source(t, "b3-cotahist.txt"), "PETR4", "PETR", 1)
	rows, _, err := read(bad, prices(), dialect.Options{Preset: "b3"})
	if err != nil || !strings.HasPrefix(rows, "<line 2: not a quote of COTAHIST: expected are 245 characters that begin with 01>\n3 COGN3") {
		t.Errorf("%s %v", rows, err)
	}
}

func TestOptionsThatNoFileCanBeReadWith(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]dialect.Options{
		`--decimal "dot" is not one of point, comma`:                                                                   {Decimal: "dot"},
		`--date-order "ydm" is not one of dmy, mdy, ymd`:                                                               {DateOrder: "ydm"},
		`--epoch "days" is not one of s, ms, us, ns`:                                                                   {Epoch: "days"},
		`--encoding "latin1" is not one of utf-8, utf-16le, utf-16be, windows-1252, latin-1`:                           {Encoding: "latin1"},
		`--preset "bloomberg" is not one of fred, bcb-sgs, yfinance, tesouro, b3, investing`:                           {Preset: "bloomberg"},
		`--separator "semi" is neither one of comma, semicolon, tab, pipe nor one character that can`:                  {Separator: "semi"},
		`--separator "5" is neither`:                                                                                   {Separator: "5"},
		`--columns open=…: "open" is not a column; the columns are instrument, price_date (or date), price (or value)`: {Columns: pairs("open=Open")},
		`--set "instrument=" has no name or no value; write it as instrument=VALUE`:                                    {Set: pairs("instrument=")},
		`price_date is given twice, by --columns and --columns`:                                                        {Columns: pairs("date=a", "price_date=b")},
		`price is given twice, by --columns and --set`:                                                                 {Columns: pairs("price=a"), Set: pairs("value=1")},
		`--columns price=…: in a wide file the columns are instruments`:                                                {Wide: true, Columns: pairs("price=x")},
		`--set price=…: a wide file has the days and the prices itself`:                                                {Wide: true, Set: pairs("price=1")},
	} {
		_, _, err := read("Date,x\n2026-01-26,1\n", prices(), o)
		var option *dialect.OptionError
		if err == nil || !strings.Contains(err.Error(), want) || !asOption(err, &option) {
			t.Errorf("%+v: %v\nwant %s", o, err, want)
		}
	}
	for want, o := range map[string]dialect.Options{"--preset is for prices only": {Preset: "fred"}, "--wide is for prices only": {Wide: true}} {
		if _, _, err := read("x", signals(), o); err == nil || err.Error() != want {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
