package redact_test

import (
	"maps"
	"strings"
	"testing"

	"macrowatch/internal/redact"
)

// kinds are more ways in which people and programs write secrets. They are marked as in the variable secrets.
var kinds = map[string]string{
	"trace, docker":           `+ docker login -u desk -p «tr4deDesk» reg.example`,
	"trace, podman":           `+ podman login reg.example -u desk -p «tr4deDesk»`,
	"trace, helm":             `helm registry login -u desk -p '«tr4de Desk»' reg.example`,
	"trace, redis":            `redis-cli -a «r3disPw» PING`,
	"trace, redis pass":       `+ redis-cli -h cache --pass «r3disPw» PING`,
	"trace, redis AUTH":       `redis-cli AUTH «r3disPw»`,
	"trace, redis user":       `redis-cli -h cache AUTH desk «r3disPw»`,
	"trace, mysql":            `mysql -p«r00tPw»`,
	"trace, mysqldump":        `+ mysqldump -uroot -p'«r00t Pw»' prices`,
	"trace, curl":             `curl -u desk:«tr4deDesk» https://x`,
	"trace, curl quoted":      `+ curl -sSu 'desk:«tr4deDesk»' https://x`,
	"trace, environment":      `PGPASSWORD=«tr4de<Desk» psql`,
	"trace, dollar quotes":    `+ PGPASSWORD=$'«tr4de\'Desk»' psql`,
	"trace, sshpass":          `sshpass -p «tr4deDesk» ssh desk@host`,
	"trace, sshpass quoted":   `sshpass -p "«tr4de Desk»" ssh desk@host`,
	"trace, unzip":            `unzip -P «z1pPass» prices.zip`,
	"trace, sqlcmd":           `sqlcmd -S db -U desk -P «sq1Pass» -Q x`,
	"trace, ldap":             `ldapsearch -x -D cn=desk -w «ld4pPass» -b dc=x`,
	"trace, mongo":            `mongosh -u desk -p «m0ngoPw» prices`,
	"trace, smbclient":        `smbclient //nas/x -U desk%«smbPa55»`,
	"trace, openssl":          `openssl rsa -in k.pem -passin pass:«k3yPass»`,
	"trace, httpie":           `http -a desk:«tr4deDesk» api.example`,
	"trace, rabbitmq":         `rabbitmqctl add_user desk «r4bbitPw»`,
	"Oracle, JDBC":            `jdbc:oracle:thin:desk/«t1gerPw»@//db:1521/ORCL`,
	"Oracle, JDBC at":         `jdbc:oracle:oci:desk/«t1ger@Pw»@db`,
	"Oracle, sqlplus":         `sqlplus desk/«t1gerPw»@ORCL`,
	"Oracle, sqlplus silent":  `+ sqlplus -S desk/«t1gerPw»@//db:1521/ORCL`,
	"Oracle, no place":        `sqlplus desk/«t1gerPw»`,
	"Oracle, expdp":           `expdp desk/«t1gerPw»@ORCL tables=prices`,
	"Oracle, Python":          `cx_Oracle.connect('desk/«t1gerPw»@db/ORCL')`,
	"requests, tuple":         `requests.get(url, auth=('desk', '«tr4deDesk»'))`,
	"requests, list":          `auth=["desk", "«tr4deDesk»"]`,
	"requests, basic":         `HTTPBasicAuth('desk', '«tr4deDesk»')`,
	"requests, digest":        `HTTPDigestAuth("desk", "«tr4de 'Desk»")`,
	"requests, aiohttp":       `aiohttp.BasicAuth(login='desk', password='«tr4deDesk»')`,
	"requests, variable":      `auth=(user, '«tr4deDesk»')`,
	"tuple":                   `params: [('password', '«tr4deDesk»'), ('n', '3')]`,
	"tuple, list":             `["api_key", "«a1c»", "x"]`,
	"tuple, default":          `os.environ.get("PGPASSWORD", "«tr4deDesk»")`,
	"tuple, on two lines":     "getenv('FRED_TOKEN',\n  '«tr4deDesk»')",
	"list":                    `{"passwords": [«"a", "tr4deDesk"»]}`,
	"list, brackets within":   `{"tokens": [«"a]1", "b)2"»], "n": 1}`,
	"list, keys":              `api_keys=[«'a1', 'b2'»]`,
	"pair, JSON":              `{"name": "password", "value": "«tr4deDesk»"}`,
	"pair, JSON turned":       `{"value": "«tr4deDesk»", "name": "db_password"}`,
	"pair, JSON pretty":       "{\n  \"name\": \"API_KEY\",\n  \"value\": \"«abc def»\"\n}",
	"pair, JSON between":      `{"key": "client_secret", "type": "text", "value": "«tr4deDesk»"}`,
	"pair, Kubernetes":        "env:\n- name: DB_PASSWORD\n  value: «tr4deDesk»\n- name: HOST\n  value: db",
	"pair, Kubernetes quoted": "- name: \"FRED_API_KEY\"\n  value: \"«abc»\"",
	"pair, property":          `<property name="password" value="«tr4deDesk»"/>`,
	"pair, add":               `<add key="ApiKey" value="«abc»" />`,
	"pair, element":           `<apiKey value="«abc»"/>`,
	"pair, element's second":  `<password enc="no" value='«abc»'/>`,
	"pair, Hadoop":            "<property><name>fs.secret.key</name>\n<value>«abc»</value></property>",
	"XML, lines":              "<password>\n  «tr4deDesk»\n</password>",
	"next line":               "db:\n  password:\n    «tr4deDesk»\n  host: db",
	"next line, quoted":       "api_key:\n  \"«abc def»\"",
	"next line, folded":       "passphrase: >-\n  «correct horse»\n  «battery staple»\nhost: db",
	"next line, literal":      "db:\n  secret: |\n    «first line»\n    «second line»\n  host: db",
	"next line, no indent":    "passphrase: >-\n«tr4deDesk»",
	"next line, list":         "passwords:\n  - «one1»\n  - «two2»\nhost: db",
	"next line, JSON":         "{\n  \"token\":\n    \"«abc»\",\n  \"n\": 1\n}",
	"next line, JSON list":    "\"api_keys\": [\n  \"«a1»\",\n  \"«b2»\"\n]",
	"Docker":                  `{"auths": {"reg": {"auth": "«ZGVzazp0cjRkZQ==»"}}}`,
	"Docker, tight":           `{"auths":{"reg":{"auth":"«ZGVzazpwdwaa»","email":"x"}}}`,
	"kubeconfig":              `client-key-data: «LS0tLS1CRUdJTg==»`,
	"signed URL":              `https://s.example/o?X-Goog-Date=20260101&X-Goog-Signature=«0a1b2c3d»&x=1`,
	"signed URL, Alibaba":     `https://s.example/o?x-oss-signature=«0a1b2c3d»&x=1`,
	"SMTP":                    `AUTH PLAIN «AGRlc2sAdHI0ZGU=»`,
	"SMTP, log":               `send: 'AUTH LOGIN «ZGVzaw==»'`,
	"IMAP":                    `a1 AUTHENTICATE XOAUTH2 «dXNlcj1kZXNr»`,
	"name, app":               `app_key=«abc1»`,
	"name, vendor":            `export REFINITIV_APP_KEY=«abc1»`,
	"name, ssh":               `ssh_key: «abc1»`,
	"name, jwt":               `jwt=«abc1»`,
	"name, otp":               `otp=«123456»`,
	"name, pin":               `bank --pin «1234» pay`,
	"name, consumer":          `consumerKey="«abc»"`,
	"name, encoded":           `encryption_key_b64=«abc1»`,
	"name, place":             `DB_PASSWORD_PROD=«abc1»`,
	"name, totp":              `totp: «492039»`,
	"name, pt":                `chave_api=«abc1»`,
	"name, pt bare":           `{"chave": "«abc»"}`,
	"name, pt access":         `chave_de_acesso: «abc1»`,
	"name, pt banco":          `senha_banco=«abc1»`,
	"name, es":                `clave=«tr4deDesk»`,
	"name, es contraseña":     `"contraseña": "«abc»"`,
	"name, es secret":         `clave_secreta=«abc»`,
	"name, fr":                `mot_de_passe=«abc1»`,
	"name, fr blanks":         `mot de passe : «abc1»`,
	"name, fr key":            `clé_api=«abc1»`,
	"name, de":                `Kennwort=«abc1»`,
	"name, de key":            `api_schlüssel: «abc1»`,
	"arrow, thin":             `password -> «tr4deDesk»`,
	"arrow, one character":    `password → «tr4deDesk»`,
	"arrow, double":           `token ⇒ «tr4deDesk»`,
	"tab":                     "password\t«tr4deDesk»",
	"columns":                 "api_key    «tr4deDesk»   active",
	"table":                   `| password | «tr4deDesk» |`,
	"table, drawn":            `│ api_key │ «tr4deDesk» │`,
	"table, psql":             `password | «tr4deDesk»`,
	"prose, is":               `password is «tr4deDesk»`,
	"prose, for":              `Password for desk: «tr4deDesk»`,
	"prose, for quoted":       `Password for 'desk01': «tr4deDesk»`,
	"prose, within":           `API key «tr4deDesk» is invalid`,
	"prose, provided":         `Incorrect API key provided: «tr4deDesk».`,
	"prose, token":            `the token "«tr4deDesk»" has expired`,
	"prose, was":              `the secret was «tr4de!Desk», now rotated`,
	"prose, pt":               `Senha inválida: «tr4deDesk»`,
	"prose, pt is":            `a senha é «tr4deDesk»`,
	"prose, es":               `Contraseña incorrecta: «tr4deDesk»`,
	"prose, fr":               `mot de passe incorrect : «tr4deDesk»`,
	"prose, de":               `Das Passwort lautet «tr4deDesk»`,
	"prose, user and secret":  `Password «desk01»: «Tr4deD»`,
	"prose, user before =":    `passphrase «ana2026» = «Tr4deD» was refused`,
	"prose, user and is":      `token «svc-01x» is «Tr4deD»`,
	"prose, user in quotes":   `Senha "«desk01»": «Tr4deD»`,
	"prose, three":            `credentials «desk01»: «Tr4deD»: «b2bKey»`,
	"prose, user in brackets": `Kennwort («desk01») lautet «Tr4deD»`,
	"prose, after a trace":    `passwords of curl -u desk:«ti/ger1» are «Tr4deD»`,
	"prose, after a flag":     `password for redis-cli -a «r3/disPw» is «Tr4deD»`,
	"key, then a word":        `privatekey:«-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----abc1»`,
	"pgpass":                  `db:5432:macro:desk:«tr4deDesk»`,
	"pgpass, any":             `*:*:*:desk:«tr4deDesk»`,
	"pgpass, quoted":          `line "10.0.0.1:6432:macro:desk:«tr4\:de»" of .pgpass`,
	"Databricks":              `pat «dapi0123456789abcdef0123456789abcdef-2» expired`,
	"Teams":                   `POST https://«outlook.office.com/webhook/0a1b-2c@3d/IncomingWebhook/4e» 404`,
	"Teams, new":              `POST https://«desk.webhook.office.com/webhookb2/0a1b/x/4e» 404`,
	"Docker Hub":              `pull with «dckr_pat_0123456789abcdefghijklmno»`,
	"Brevo":                   `«xkeysib-0123456789abcdef0123456789abcdef» bad`,
	"SQL, unquoted":           `ALTER USER desk IDENTIFIED BY «tr4deDesk»;`,
	"SQL, values":             `CREATE USER desk IDENTIFIED BY VALUES '«S:0A1B»'`,
	"marks of code":           `password=«Tr4de.Desk[1]» host=db`,
	"a call's marks":          `password=«Tr4de(Desk)» host=db`,
	"a mark of XML":           `password=«ab<cd» host=db`,
}

func TestEveryKindIsMasked(t *testing.T) {
	t.Parallel()
	mustMask(t, kinds)
}

// ordinary are texts without a secret. Many say where a secret comes from, or speak about one.
var ordinary = []string{
	`password = os.environ["PGPASSWORD"]`, `password = os.getenv("PGPASSWORD")`, `token = session.fetch_token(url)`, `api_key = read_key(path)`, `password = base64.b64decode(raw)`,
	`secret = vault.read("kv/desk")["data"]`, `psycopg.connect(host=host, password=password, user=user)`, `connect(user=user, password=self.password)`,
	`client(api_key=settings.api_key, timeout=30)`, `login(token=args.token)`, `password = db_password`,
	`headers = {"Authorization": f"Bearer {token}"}`, `f"Bearer {token}"`, `{"Authorization": f"token {self.token}"}`, `password=${DB_PASSWORD}`, `password=$DB_PASSWORD psql`,
	`"password": "{{ db_password }}"`, `password=%(password)s`, `password=%s`, `--password <password>`,
	"ParseError: unexpected token: EOF", "unexpected token: END_OF_FILE at 3", "secret: not found", "password: wrong", "cookie: disabled", "authorization: required",
	"page_token=2", "next_page_token: 17", "tokens: 123456", "api_key: must be a 32 character hexadecimal string", "password: does not match", "passphrase: too short",
	"token: could not be refreshed", "senha: inválida", "Authorization: missing", "set-cookie: ignored", "12:30@desk:8080", "USDBRL:5.41@10:20", "09:15@rates:9000", "EURUSD:1.0832@17:00",
	"a key=value pair", "laptop=3", "spin: 12", "desktop: on", "chave duplicada: (step, day)", "clave: 3", "pin: 4", "Schlüssel: fehlt",
	`password authentication failed for user "desk01"`, "the token expired at 2026-11-28T10:00:00Z", "password hash uses scram-sha-256", "token request failed: HTTP401",
	"ORA-01017: invalid username/password; logon denied", "api key quota: 100000 requests", "secret rotation: 30d", "auth=(user, password)", `["user", "password", "host"]`,
	`("password", "username")`, `{"name": "host", "value": "db01x"}`, "- name: HOST\n  value: db01x", "password:\n  min_length: 12\n  rotate: true", "secrets:\n  - name: db",
	"KeyError: password\n  File \"a1b2c3.py\"", "Enter password:\nsudo: a password is required", "docker login failed: see -p in the help | less", "mysql: [Warning] Using a password on the command line interface can be insecure.",
	"redis AUTH failed", "AUTH PLAIN failed", "mkdir -p /data/x1 && mysql prices", "prices/2026/11@v2", "see docs/desk@main", "main.go:1234:macro: bad", "a:1234:b1:c: d",
	"2026-11-28 10:20:30:123:macro", "usage: login [-p password]", "<password/>", `<key name="USDBRL" value="5.41abc"/>`, "curl: (22) The requested URL returned error: 404",
	"cat token | base64", "| password | required |", "password -> required", "token\tstatus", "IDENTIFIED BY clause expected", "Failed password for invalid user admin from 10.0.0.1 port 22 ssh2",
	`print(f"password={password}")`, "password=<redacted>", "token=XXXX", "the secret macro/desk is missing", "a password is needed, see page 12abc",
}

func TestOrdinaryKindsStay(t *testing.T) {
	t.Parallel()
	for _, text := range ordinary {
		t.Run(text, func(t *testing.T) {
			if got := redact.Secrets(text); got != text {
				t.Errorf("%q\nbecomes %q", text, got)
			}
		})
	}
}

// costly are texts whose repetition once took a time that grew with the square of the length.
var costly = []string{
	"a://a:", "a://a", "http://1:2/", "a:b@h:22/", "a:b@", `a://x/"`, "pw=", "bypass=", "pw='", "token:", `password=\"`, "password=[", "pw=f(", "authorization:",
	"authorization=basic x", "name=password,", "name: password\n", "password:\n", "password", "docker login -p ", "curl -u a:", "a/b@", "sqlplus a/", "'pw',", "<pw ", "<pw>",
	"db:5432:a:b", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "MIIE", "eyJ", "pw -> ", "| pw |", "auth('a',", "mot de passe ", "secret is ", "%3a%2f%2fa%3a", "pw\t", "?key=",
}

// If the time grew with the square of the length, this test would not end within its time limit.
func TestLongTextsWithoutBlanksAreDone(t *testing.T) {
	t.Parallel()
	for _, part := range costly[:2] {
		text := strings.Repeat(part, (2<<20)/len(part))
		if got := redact.Secrets(text + "hunter2@x"); strings.Contains(got, "hunter2") {
			t.Errorf("%q many times leaves the password at the end", part)
		}
	}
	for _, part := range costly {
		redact.Secrets(strings.Repeat(part, (20<<10)/len(part)))
	}
}

func BenchmarkCostlyTexts(b *testing.B) {
	for _, part := range costly {
		for name, size := range map[string]int{"100 KiB": 100 << 10, "400 KiB": 400 << 10} {
			b.Run(strings.TrimSpace(part)+"/"+name, func(b *testing.B) {
				text := strings.Repeat(part, size/len(part))
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					redact.Secrets(text)
				}
			})
		}
	}
}

func everySecret() map[string]string {
	every := maps.Clone(secrets)
	maps.Copy(every, kinds)
	return every
}
