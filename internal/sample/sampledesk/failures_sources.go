package sampledesk

// What the connectors' sources do on a bad morning. The messages are written as if the desk's own scripts
// reported the answers that such services give.

func bcbSGSFailures() []failure {
	return []failure{
		{seconds: 14, text: `
series 433 (IPCA): GET https://api.bcb.gov.br/dados/serie/bcdata.sgs.433/dados?formato=json&dataInicial={prev_br}: HTTP 503 Service Unavailable
giving up after {few} of 31 series; nothing was stored`},
		{seconds: 22, text: `
Traceback (most recent call last):
  File "connectors/bcb_sgs.py", line 88, in fetch_series
    rows = response.json()
requests.exceptions.JSONDecodeError: Expecting value: line 1 column 1 (char 0)
series 11 (Selic): expected JSON, got text/html that begins
<!DOCTYPE html><html lang="pt-br"><head><title>Serviço temporariamente indisponível</title>`},
		{seconds: 63, text: `
requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='api.bcb.gov.br', port=443): Read timed out. (read timeout=60)
series 4189 (Selic, mês a mês): no answer within 60 s`},
	}
}

func fredFailures() []failure {
	return []failure{
		{seconds: 41, text: `
GET https://api.stlouisfed.org/fred/series/observations?series_id=DGS10&api_key=***: HTTP 429
{"error_code":429,"error_message":"Too Many Requests.  Exceeded Rate Limit"}
118 of 120 requests used in this minute; {few} series left to fetch`},
		{seconds: 2, lasting: true, text: `
GET https://api.stlouisfed.org/fred/series/observations?series_id=VIXCLS&api_key=***: HTTP 400
{"error_code":400,"error_message":"Bad Request.  The value for variable api_key is not registered."}
check FRED_API_KEY: the key may have been rotated`},
		{seconds: 19, text: `
Traceback (most recent call last):
  File "connectors/fred.py", line 61, in observations
    response.raise_for_status()
requests.exceptions.HTTPError: 500 Server Error: Internal Server Error for url: https://api.stlouisfed.org/fred/series/observations?series_id=T10YIE&api_key=***`},
	}
}

func yahooFailures() []failure {
	return []failure{
		{seconds: 5, text: `
could not get a crumb: GET https://query1.finance.yahoo.com/v1/test/getcrumb: HTTP 429
Edge: Too Many Requests`},
		{seconds: 34, text: `
Traceback (most recent call last):
  File "connectors/yahoo.py", line 112, in chart
    body = session.get(url, timeout=30)
requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host='query2.finance.yahoo.com', port=443): Max retries exceeded with url: /v8/finance/chart/BRL=X?range=5d&interval=1d (connect timeout=30)`},
		{seconds: 58, text: `
{few} of 46 symbols came back empty, more than the 1 allowed:
  BZ=F: {"chart":{"result":null,"error":{"code":"Not Found","description":"No data found, symbol may be delisted"}}}
  ^BVSP: same
nothing was stored`},
	}
}

func bcbPTAXFailures() []failure {
	return []failure{
		{seconds: 3, early: true, text: `
CotacaoDolarDia(dataCotacao='{prev_us}') returned {"value":[]}
no closing PTAX for {prev} yet`},
		{seconds: 31, text: `
GET https://olinda.bcb.gov.br/olinda/servico/PTAX/versao/v1/odata/CotacaoDolarDia(dataCotacao=@d)?@d='{prev_us}'&$format=json: HTTP 504 Gateway Time-out`},
		{seconds: 4, lasting: true, text: `
Traceback (most recent call last):
  File "connectors/bcb_ptax.py", line 47, in parse
    bid = quote["cotacaoCompra"]
KeyError: 'cotacaoCompra'
the answer for {prev} holds other fields than before: ['cotacaoVenda', 'dataHoraCotacao', 'tipoBoletim']`},
	}
}

func b3Failures() []failure {
	return []failure{
		{seconds: 3, early: true, text: `
PR{prev_short}.zip: HTTP 404 Not Found
the price report of {prev} is not published yet`},
		{seconds: 96, text: `
Traceback (most recent call last):
  File "connectors/b3_market_data.py", line 139, in unpack
    archive.extractall(target)
  File "zipfile/__init__.py", line 1086, in _update_crc
zipfile.BadZipFile: Bad CRC-32 for file 'PR{prev_short}.xml'
{number}00 bytes received; the download was cut short or damaged`},
		{seconds: 7, text: `
PR{prev_short}.zip: not a zip file: it begins with "<html><head><title>Request Rejected"
support ID {number}{number}`},
	}
}

func treasuryFailures() []failure {
	return []failure{
		{seconds: 11, text: `
GET https://home.treasury.gov/resource-center/data-chart-center/interest-rates/pages/xml?data=daily_treasury_yield_curve&field_tdr_date_value_month={month}: net/http: TLS handshake timeout`},
		{seconds: 61, text: `
daily_treasury_yield_curve {month}: no answer within 60 s: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`},
		{seconds: 24, text: `
daily_treasury_yield_curve {month}: XML syntax error on line {few}1: unexpected EOF
{number} bytes read; the feed ended in the middle of an entry`},
	}
}
