package sampledesk

import "strings"

// What goes wrong in the desk's own steps.

// missingInput is the failure of a step whose connector brought nothing on that day.
func missingInput(name, connector string) failure {
	return failure{seconds: 3, lasting: true, text: strings.NewReplacer(
		"{step}", name, "{connector}", connector,
	).Replace(`
Traceback (most recent call last):
  File "strategies/run.py", line 74, in load_inputs
    raise MissingInput(source, wanted, newest)
desk.errors.MissingInput: {step}: no data from {connector} for {prev}
the last run of {connector} failed; the signals of the day before stay in force`)}
}

func normaliseFailures() []failure {
	return []failure{
		{seconds: 12, text: `
Traceback (most recent call last):
  File "pipeline/normalise.py", line 203, in merge
    cur.execute(UPSERT_PRICES, batch)
psycopg.errors.DeadlockDetected: deadlock detected
DETAIL:  Process {number} waits for ShareLock on transaction 88{number}; blocked by process {number}.
HINT:  See server log for query details.`},
		{seconds: 38, unquoted: `
check failed: a price moved by more than 8 standard deviations
refusing to publish {few} suspicious rows`, text: `
check failed: {quoted} moved from {level} to {slipped} since {seen}: more than 8 standard deviations
refusing to publish {few} suspicious rows`},
	}
}

func strategyFailures() []failure {
	return []failure{
		{seconds: 17, text: `
Traceback (most recent call last):
  File "strategies/run.py", line 131, in fit
    beta = np.linalg.solve(x.T @ x, x.T @ y)
numpy.linalg.LinAlgError: Singular matrix
two regressors are the same series since {prev}; {year} rows in the window`},
		{seconds: 9, text: `
psycopg.OperationalError: connection failed: connection to server at "db", port 5432 failed: FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute`},
		{seconds: 44, text: `
worker was killed by signal 9 (out of memory?) while loading {history} days of {instruments} instruments`},
	}
}

func closingFailures() []failure {
	return []failure{
		{seconds: 61, text: `
Traceback (most recent call last):
  File "pipeline/closing.py", line 57, in wait_for
    raise StillOpen(missing)
desk.errors.StillOpen: the settlement prices of {date} are not out yet: {few} contracts missing after 60 s`},
		{seconds: 14, text: `
check failed: {few} closing prices of {date} equal those of {prev} to the last digit
refusing to mark the book at prices that look stale`},
	}
}

func portfolioFailures() []failure {
	return []failure{
		{seconds: 15, text: `
optimiser: stopped after 5000 iterations: no portfolio within 1e-8 of gross leverage <= {gross_limit} and a volatility of {target} %
the book stays as it is: {positions} positions, gross leverage {gross}, volatility {volatility} %`},
		{seconds: 6, text: `
Traceback (most recent call last):
  File "portfolio/build.py", line 96, in weights
    assert np.isfinite(target).all()
AssertionError: the target weights hold NaN for {quoted} as of {date}`, unquoted: `
Traceback (most recent call last):
  File "portfolio/build.py", line 96, in weights
    assert np.isfinite(target).all()
AssertionError: the target weights hold NaN as of {date}`},
	}
}

func riskFailures() []failure {
	return []failure{
		{seconds: 27, text: `
Traceback (most recent call last):
  File "risk/var.py", line 58, in simulate
    chol = np.linalg.cholesky(cov)
numpy.linalg.LinAlgError: Matrix is not positive definite
the covariance of {year} days and {instruments} instruments has {few} eigenvalues below 0`},
		{seconds: 121, text: `
psycopg.errors.QueryCanceled: canceling statement due to statement timeout
stress scenarios: reading the book's history took more than 120 s`},
	}
}

func reportFailures() []failure {
	return []failure{
		{seconds: 32, text: `
Traceback (most recent call last):
  File "report/send.py", line 41, in deliver
    server.login(user, password)
smtplib.SMTPServerDisconnected: Connection unexpectedly closed
the report of {date} was written but not sent`},
		{seconds: 8, text: `
write report_{date}.pdf: [Errno 28] No space left on device`},
	}
}

func housekeepingFailures() []failure {
	return []failure{
		{seconds: 130, text: `
asked the sources for {prev} again to compare it with what is stored: {few} of {instruments} series came without an answer
they are compared at the next check`},
		{seconds: 65, text: `
psycopg.OperationalError: consuming input failed: server closed the connection unexpectedly
	This probably means the server terminated abnormally
	before or while processing the request.`},
	}
}
