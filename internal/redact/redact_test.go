package redact_test

import (
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/redact"
)

// secrets are texts with secrets. Each «…» is a secret that must be masked as a whole. Everything else must stay.
var secrets = map[string]string{
	"a URL":                      `could not connect to postgres://macro:«hunter2»@db:5432/macro_trading`,
	"a URL, other scheme":        `dial amqps://guest:«gu3st»@mq:5671/%2f: timeout`,
	"a URL, driver in scheme":    `sqlalchemy: postgresql+psycopg2://desk:«S3cr3t!»@10.0.0.7/prices`,
	"a URL, encoded":             `postgres://macro:«p%40ss%2Fw%3Ard»@db/macro`,
	"a URL, not encoded":         `postgres://macro:«p@ss:w/o?r#d»@db/macro`,
	"a URL, number and slash":    `postgres://macro:«12/ab»@db/macro`,
	"a URL, two ats":             `mysql://root:«a@b@c»@host`,
	"a URL, a quote within":      `postgres://u:«it's»@db/x failed`,
	"a URL, no user":             `redis://:«r3dis»@cache:6379/0`,
	"a URL, no password":         `postgres://macro@db:5432/macro`,
	"a URL, token as user":       `fatal: https://«0123456789abcdef0123456789abcdef»@git.example/repo.git`,
	"a URL, token and colon":     `https://«0123456789abcdef0123456789abcdef»:@api.example/v1`,
	"a URL, port and at in path": `http://registry:4873/@scope/package@1.0`,
	"a URL in quotes":            `connect("postgres://u:«pw»@h/d", mail="a@b.c")`,
	"a URL in JSON":              `{"url":"postgres://u:«pw»@h/d","mail":"a@b.c"}`,
	"two URLs":                   `http://u:«one»@a then http://u:«two»@b`,
	"an encoded URL":             `GET /?dsn=postgres%3A%2F%2Fu%3A«hunter2»%40db%2Fx`,
	"no scheme":                  `scott:«tiger»@orcl:1521/x`,
	"Go's MySQL":                 `desk:«pw»@tcp(10.0.0.1:3306)/x`,

	"libpq":                  `connection to "host=db user=macro password=«hunter2» dbname=x" failed`,
	"libpq, quoted":          `host=db password='«it\'s a secret»' dbname=x`,
	"libpq, marks":           `password=«a&b;c,d)e}f» host=db`,
	"libpq, quote within":    `password=«ab"cd» host=db`,
	"libpq, blanks around":   `password = «hunter2» host=db`,
	"environment":            `PGPASSWORD=«hunter2» psql`,
	"environment, exported":  `export FRED_API_KEY="«abc def»"`,
	"environment, AWS":       `AWS_SECRET_ACCESS_KEY=«wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»`,
	"environment, MySQL":     `MYSQL_PWD=«hunter2» mysql`,
	"environment, short":     `DB_PASS=«12» run`,
	"JSON":                   `{"user": "macro", "password": "«hunter2»", "db": 1}`,
	"JSON, tight":            `{"user":"macro","client_secret":"«a,b»","db":1}`,
	"JSON, escaped quote":    `{"password":"«a\"b»","db":1}`,
	"JSON in JSON":           `{"msg":"{\"password\":\"«hunter2»\",\"db\":1}"}`,
	"JSON, number":           `{"passcode": «123456», "db": 1}`,
	"JSON, list":             `{"tokens": 3, "api_key": [«"a1", "b2"»]}`,
	"Python":                 `{'password': '«hunter2»', 'n': b'x'}`,
	"Python, bytes":          `config(password=b'«hunter2»', host='db')`,
	"YAML":                   "db:\n  password: «hunter2»\n  host: db",
	"camel case":             `dbPassword: "«hunter2»", accessToken=«abc123»`,
	"arrow":                  `:password=>"«hunter2»"`,
	"Portuguese":             `Senha: «feijao1» usuario: ana`,
	"colours":                "\x1b[36mpassword=\x1b[0m«hunter2» \x1b[36mhost=\x1b[0mdb",
	"colours, around a name": "\x1b[36mapi_key\x1b[0m=«hunter2»",
	"PostgreSQL's detail":    `Key (api_token)=(«abc def») already exists.`,
	"XML":                    `<user>u</user><Password enc="no">«hunter2»</Password>`,
	"an encoded pair":        `body=user%3Du%26password%3D«hunter2»%26x`,
	"a flag":                 `usage: --password «hunter2» --host db`,
	"a flag with =":          `+ fetch --api-key=«abc123» --days 5`,
	"a flag, one dash":       `java -storepass «changeit» -keypass=«changeit»`,
	"SQL":                    `STATEMENT: ALTER ROLE macro PASSWORD '«it''s»' VALID UNTIL 'x'`,
	"SQL, MySQL":             `CREATE USER u IDENTIFIED BY '«hunter2»';`,
	"SQL, double quotes":     `CREATE ROLE r PASSWORD "«hunter2»"`,
	"a short name":           `user=u db_pw=«hunter2» host=db`,
	"a header of its own":    `{'X-Auth': '«hunter2»'}`,
	"netrc":                  `machine db login macro password «hunter2»`,

	"query":                `GET https://api.example/x?series=GDP&api_key=«abc123»&file_type=json: 400`,
	"query, first":         `https://api.example/x?apikey=«abc123»#top`,
	"query, access token":  `/cb?access_token=«a-b_c.d»&state=1`,
	"query, bare key":      `https://maps.example/x?key=«0123456789»&q=1`,
	"query, signature":     `https://b.example/o?X-Amz-Signature=«deadbeef»&x=1&sig=«abcdefgh%3D»`,
	"query, statistics":    `https://apps.example/api?UserID=«36E1A3C8-0000-4444-8888-0123456789AB»&method=x`,
	"bearer":               `Authorization: Bearer «abc.def-ghi»`,
	"bearer, short":        `authorization: bearer «x»`,
	"bearer, trace":        `+ curl -H 'Authorization: Bearer «abc123»' https://api.example`,
	"bearer, dictionary":   `{'Authorization': 'Bearer «abc123»', 'Accept': '*/*'}`,
	"bearer, JSON in JSON": `{\"Authorization\":\"Bearer «abc123»\",\"x\":1}`,
	"bearer alone":         `sent Bearer «abc123def456» and got 401`,
	"basic":                `Proxy-Authorization: Basic «dXNlcjpwYXNz»`,
	"no scheme at all":     `Authorization: «0123abcd»`,
	"digest":               `Authorization: Digest «username="u", response="abc"»`,
	"a header":             `X-Api-Key: «abc123»`,
	"a header, vendor":     `Ocp-Apim-Subscription-Key: «abc123»`,
	"a header, token":      `X-Auth-Token: «abcdef»`,
	"cookie":               `Cookie: «session=abc; id=1»`,
	"curl":                 `+ curl -s -u desk:«hunter2» https://x`,
	"mysql":                `+ mysql -u root -p«hunter2» prices`,

	"AWS":           `key «AKIAIOSFODNN7EXAMPLE» is not valid`,
	"GitHub":        `remote: «ghp_0123456789abcdefghijABCDEFGHIJ012345» expired`,
	"GitHub, fine":  `«github_pat_11ABCDEFG0abcdefghij_0123456789» bad`,
	"Slack":         `«xoxb-123456789012-abcdefGHIJ» invalid_auth`,
	"Slack, hook":   `POST https://«hooks.slack.com/services/T0/B0/abcdef» 404`,
	"JWT":           `jwt «eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_DEF-123» expired`,
	"Google":        `«AIzaSyA0123456789abcdefghijklmnopqrstuv» not enabled`,
	"a stored one":  `role macro has «SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy»`,
	"a key":         "load:\n«-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----»\nfailed",
	"a key in JSON": `{"private_key": "«-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n»"}`,
	"a key, no end": "load:\n«-----BEGIN EC PRIVATE KEY-----\nMIIE\nabc=»",
	"a key's end":   "half a key:\n«loading\nMIIEabc\nabc=\n-----END OPENSSH PRIVATE KEY-----»\nfailed",
}

func TestSecretsAreMasked(t *testing.T) {
	t.Parallel()
	mustMask(t, secrets)
}

func mustMask(t *testing.T, cases map[string]string) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, want := "", ""
			for rest := c; rest != ""; {
				before, after, found := strings.Cut(rest, "«")
				secret, next, closed := strings.Cut(after, "»")
				if found != closed {
					t.Fatalf("%q lacks a « or a »", c)
				}
				text, want, rest = text+before+secret, want+before, next
				if found {
					want += redact.Mask
				}
			}
			if got := redact.Secrets(text); got != want {
				t.Errorf("%q\nbecomes %q\nwant    %q", text, got, want)
			}
			if again := redact.Secrets(want); again != want {
				t.Errorf("masked again %q becomes %q", want, again)
			}
		})
	}
}

// What a pipeline says about its faults stays readable if there is no secret in it.
func TestOrdinaryTextsStay(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "Traceback (most recent call last):\n  File \"fetch.py\", line 12, in <module>\nKeyError: 'password'",
		`psycopg.OperationalError: connection to server at "db" (10.0.0.7), port 5432 failed: FATAL:  password authentication failed for user "macro"`,
		"SyntaxError: unexpected token: identifier at 1:5", "Unexpected token < in JSON at position 0", "the token expired at 2026-11-28T10:00:00Z",
		"SCRAM authentication requires a password", "fe_sendauth: no password supplied", "error: --password is required", "the flag --token needs a value",
		"HTTP 401 Unauthorized: Bearer authentication required", "Basic authentication failed", "WWW-Authenticate: Basic realm=\"x\"",
		"http://127.0.0.1:3002/d/risk?from=now-7d", "mail joe@example.com or see https://example.com/@joe", "git@github.com:org/repo.git: not found",
		"https://registry.example:4873/@scope/x", "image timescale/timescaledb:2.22.1-pg16@sha256:0123456789abcdef", "postgres://macro@db/macro",
		"12 tests pass: all", "pass=12 fail=0 skip=1", "bypass: on", "max_tokens=4096 prompt_tokens: 12", "PWD=/opt/desk OLDPWD=/", "key=USDBRL value=5.41",
		"password_encryption=scram-sha-256", "password: None", "password=null", "primary key: (step, day)", "2026-11-28 10:20:30 fred: 3 rows", "10:20:30@host",
		"http error 429: too many requests, retry after 60 s", "exit status 1", "/usr/bin/python3: No module named 'requests'", "session: 3, code=500", "monkey=1 turkey: 2",
		"cookies are off", "a secret is missing", "no such secret: missing", "bcb_sgs: série 432 sem observações após 2026-11-27",
	} {
		t.Run(text, func(t *testing.T) {
			if got := redact.Secrets(text); got != text {
				t.Errorf("%q\nbecomes %q", text, got)
			}
		})
	}
}

// What comes before a text is searched as often as the text itself.
func TestWhatComesBeforeIsMaskedToo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ before, text, want string }{
		{"Password desk01", ": Tr4deD", ": ***"},
		{"password for redis-cli -a r3/di", "sPw is Tr4deD", "*** is ***"},
		{"passwords of curl -u desk:ti/ger1 ", "are Tr4deD", "are ***"},
		{"privatekey:-----BEGIN PRIVATE KEY-----\nMIIE\n", "-----END PRIVATE KEY-----abc1 end", "*** end"},
		{"password=tiger1 host=", "db", "db"},
	} {
		if got := redact.After(c.before, c.text); got != c.want {
			t.Errorf("after %q, %q becomes %q, want %q", c.before, c.text, got, c.want)
		}
	}
}

func FuzzMaskedTextsStay(f *testing.F) {
	for _, c := range everySecret() {
		f.Add(strings.NewReplacer("«", "", "»", "").Replace(c))
	}
	for _, c := range slices.Concat(ordinary, costly) {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := redact.Secrets(text)
		if again := redact.Secrets(once); again != once {
			t.Errorf("%q becomes %q, then %q", text, once, again)
		}
	})
}
