package cli

import "strings"

// away is a database at which nobody answers.
const away = "DATABASE_URL=postgres://user:secret@127.0.0.1:1/book "

// wrongCalls returns wrong calls of each command. TMP is an empty directory, and FILES is that of testFiles.
func wrongCalls() map[string][]string {
	all := map[string][]string{
		"macrowatch": {
			"macrowatch improt", "macrowatch frobnicate", "macrowatch improt --kind price prices p.csv", "macrowatch ''", "macrowatch --colour", "macrowatch -x",
			"macrowatch --config", "macrowatch --config TMP/none.yaml", "macrowatch --config FILES/misspelled.yaml", "macrowatch --config FILES/broken.yaml",
			"macrowatch --config FILES/list.yaml", "MACROWATCH_VERBOSE=perhaps macrowatch", "macrowatch --verbose=perhaps", "macrowatch --log-format xml", "MACROWATCH_LOG_FORMAT=JSON macrowatch", "macrowatch --log-format", "macrowatch --=", "macrowatch help nothing",
		},
		"macrowatch demo": {
			"macrowatch demo now", "macrowatch demo --listn 127.0.0.1:1", "macrowatch demo --listen", "macrowatch demo --listen localhost", "macrowatch demo --listen 0.0.0.0:3002",
			"macrowatch demo --listen 192.0.2.1:3002 --insecure-no-login", "macrowatch demo --base-path macro", "macrowatch demo --as-of yesterday", "macrowatch demo --as-of 2999-01-01",
			"macrowatch demo --as-of 1900-01-01", "macrowatch demo --open=maybe", "macrowatch demo --postgres-port many", "macrowatch demo --postgres-port 65536",
			"macrowatch demo --instruments i.csv", "macrowatch demo --prices -", "macrowatch demo --allowed-host *", "macrowatch demo --published-on localhost",
			"macrowatch demo --database-url nonsense:// --listen 127.0.0.1:0 --open=false", "MACROWATCH_OPEN=perhaps macrowatch demo", "macrowatch demo --listen 127.0.0.1:0 --data-dir /dev/null/here",
			"macrowatch demo --alerts-file TMP/none.yaml", "macrowatch demo --alerts-file FILES/list.yaml", "macrowatch demo --alerts-file FILES/alerts.yaml --desk-file FILES/desk-alerts.yaml",
		},
		"macrowatch user": {
			"macrowatch user ad", "macrowatch user delete ana", "macrowatch user ana", "macrowatch user --users-file TMP/users", "macrowatch user -x",
		},
		"macrowatch user add": {
			"macrowatch user add", "macrowatch user add ana", "macrowatch user add ana bo --users-file TMP/users", "macrowatch user add 'ana:x' --users-file TMP/users", "macrowatch user add '' --users-file TMP/users",
			"macrowatch user add ana --users-file TMP/users --role admin", "macrowatch user add ana --users-file TMP/users", "macrowatch user add ana --users-file TMP/none/users --password-file FILES/password.txt",
			"macrowatch user add ana --users-file TMP/users --password-file TMP/none", "macrowatch user add ana --users-file TMP/users --password-file FILES/empty.csv", "macrowatch user add ana --users-file FILES/broken.yaml --password-file FILES/password.txt",
			"macrowatch user add ana --users-file TMP/users --password secret",
		},
		"macrowatch user list": {
			"macrowatch user list", "macrowatch user list ana --users-file TMP/users", "macrowatch user list --users-file TMP/users", "macrowatch user list --users-file FILES/broken.yaml", "macrowatch user list --users-file /dev/null",
			"macrowatch user list --users-file", "macrowatch user list --user-file TMP/users",
		},
		"macrowatch user remove": {
			"macrowatch user remove", "macrowatch user remove ana", "macrowatch user remove ana bo --users-file TMP/users", "macrowatch user remove ana --users-file TMP/users", "macrowatch user remove ana --users-file FILES/empty.csv",
			"macrowatch user remove --all --users-file TMP/users",
		},
		"macrowatch user password": {
			"macrowatch user password", "macrowatch user password ana", "macrowatch user password ana secret --users-file TMP/users", "macrowatch user password ana --users-file TMP/users", "macrowatch user password ana --users-file FILES/empty.csv",
			"macrowatch user password ana --users-file TMP/users --password-file",
		},
		"macrowatch session": {
			"macrowatch session lst", "macrowatch session ana", "macrowatch session end", "macrowatch session --user ana", "macrowatch session -x",
		},
		"macrowatch session list": {
			"macrowatch session list ana", "macrowatch session list --jsn", "macrowatch session list", away + "macrowatch session list", away + "macrowatch session list --json", "macrowatch session list --user ana",
		},
		"macrowatch session revoke": {
			"macrowatch session revoke", "macrowatch session revoke --all --user ana", "macrowatch session revoke abc --all", "macrowatch session revoke abc --user ana", "macrowatch session revoke --user", "macrowatch session revoke --all",
			away + "macrowatch session revoke --all", "macrowatch session revoke --al",
		},
		"macrowatch serve": {
			"macrowatch serve --private --desk-file FILES/limits.yaml --risk-file FILES/risk.yaml", "MACROWATCH_RISK_FILE=FILES/risk.yaml macrowatch serve --private --desk-file FILES/limits.yaml", "macrowatch serve --private --desk-file FILES/spoken.yaml --words-file FILES/words.yaml", "macrowatch serve --private --desk-file FILES/desk.yaml",
			"macrowatch serve --private --listen 0.0.0.0:3002", "macrowatch serve --private --users-file TMP/none", "macrowatch serve --private --users-file FILES/empty.csv --insecure-no-login", "macrowatch serve --private --users-file FILES/broken.yaml",
			"macrowatch serve --private --users-file a --oidc-issuer https://login.example --oidc-client-id x", "macrowatch serve --private --oidc-issuer https://login.example", "macrowatch serve --private --oidc-issuer http://login.example --oidc-client-id x --default-role viewer",
			"macrowatch serve --private --oidc-issuer https://login.example --oidc-client-id x", "macrowatch serve --private --proxy-user-header X-Forwarded-User", "macrowatch serve --private --proxy-user-header Host --proxy-address 10.0.0.2",
			"macrowatch serve --private --proxy-user-header X-User --proxy-address proxy.example", "macrowatch serve --private --proxy-user-header X-User --proxy-address 0.0.0.0/0", "macrowatch serve --private --proxy-user-header X-User --proxy-address 10.0.0.2 --viewer-group desk",
			"macrowatch serve --private --default-role viewer", "macrowatch serve --private --users-file u --session-idle 1s", "macrowatch serve --private --users-file u --session-idle 2h --session-lifetime 1h", "macrowatch serve --private --public-url desk.example",
			"macrowatch serve --private --base-path /macro --public-url https://desk.example", "macrowatch serve --private --tls-cert FILES/empty.csv", "macrowatch serve --private --tls-cert FILES/empty.csv --tls-key FILES/empty.csv",
			"macrowatch serve --private --metrics-listen 9102", "macrowatch serve --private --dashboards TMP/none", "macrowatch serve --private --dashboards FILES/empty.csv", "MACROWATCH_DASHBOARDS=TMP/none macrowatch serve --private", "macrowatch serve --private --oidc-issuer https://login.example --oidc-client-id x --default-role admin",
			"macrowatch serve", "macrowatch serve book", "macrowatch serve --private --database-url postgres://h/d", "macrowatch serve --private --postgres-port 0x",
			"macrowatch serve --database-url postgres://h/d --postgres-port 5433", "macrowatch serve --data-dri x", "macrowatch serve --words-file", away + "macrowatch serve --listen 127.0.0.1:0 --open=false",
			"DATABASE_URL=mysql://h/d macrowatch serve --listen 127.0.0.1:0 --open=false", "macrowatch serve --private --listen 3002", "macrowatch serve --private --as-of 2026-02-30",
			"macrowatch serve --private --base-path /a/../b --listen 127.0.0.1:0", "PGPORT=abc macrowatch serve --listen 127.0.0.1:0 --open=false",
		},
		"macrowatch risk": {
			"macrowatch risk today", "macrowatch risk --as-of soon", "macrowatch risk --as-of 2999-01-01", "macrowatch risk --backfill", "macrowatch risk --backfill January",
			"macrowatch risk --backfill 2026-01-31 2026-01-01", "macrowatch risk --backfill 2026-01-01 2026-01-02 2026-01-03", "macrowatch risk --backfill 1900-01-01",
			"macrowatch risk --as-of 2026-01-01 --backfill 2026-01-01", "macrowatch risk --stale --as-of 2026-01-01", "macrowatch risk --check ''", "macrowatch risk --risk-fil r.yaml",
			"macrowatch risk --print-file --json", "macrowatch risk", away + "macrowatch risk",
		},
		"macrowatch status": {
			"macrowatch status risk", "macrowatch status --only rsik", "macrowatch status --only i", "macrowatch status --only ''", "macrowatch status --onyl risk",
			"macrowatch status --watch --json", "macrowatch status --interval 5s", "macrowatch status --watch --interval 1ms", "macrowatch status --watch --interval soon",
			"macrowatch status --as-of someday", "macrowatch status", away + "macrowatch status", away + "macrowatch status --json",
		},
		"macrowatch report": {
			"macrowatch report", "macrowatch report risk", "macrowatch report -o", "macrowatch report -o TMP/report", "macrowatch report -o -", "macrowatch report -o .pdf",
			"macrowatch report -o TMP/none/report.html", "macrowatch report -o TMP/report.html --pdf TMP/report.txt", "macrowatch report -o TMP/a.pdf --pdf TMP/b.pdf",
			"macrowatch report --dashboard rsik -o TMP/r.html", "macrowatch report --dashboard i -o TMP/r.html", "macrowatch report --dashboard '' -o TMP/r.html", "macrowatch report --dashbord risk -o TMP/r.html",
			"macrowatch report --from yesterday -o TMP/r.html", "macrowatch report --from now --to now-7d -o TMP/r.html", "macrowatch report --to 2026-13-01 -o TMP/r.html", "macrowatch report --as-of 2999-01-01 -o TMP/r.html",
			"macrowatch report --as-of someday -o TMP/r.html", "macrowatch report -o TMP/r.html", away + "macrowatch report -o TMP/r.html",
			"macrowatch report --daily", "macrowatch report --daily --dashboard risk -o TMP/r.html", "macrowatch report --daily --from now-7d -o TMP/r.html", "macrowatch report --daily --to yesterday -o TMP/r.html",
			"macrowatch report --daily --to 2999-01-01 -o TMP/r.html", "macrowatch report --daily --as-of someday -o TMP/r.html", "macrowatch report --spool-dir TMP -o TMP/r.html", away + "macrowatch report --daily -o TMP/r.html",
		},
		"macrowatch doctor": {
			"macrowatch doctor database", "macrowatch doctor --jsn", "macrowatch doctor --json=perhaps", "macrowatch doctor --listen 3002", "macrowatch doctor --listen",
			"macrowatch doctor --dir", "macrowatch doctor --spool-dir", "macrowatch doctor --data-dir", "macrowatch doctor --fix", "macrowatch doctor --verbose=perhaps",
			"MACROWATCH_LISTEN=nowhere macrowatch doctor",
		},
		"macrowatch exec": {
			"macrowatch exec", "macrowatch exec --step fred", "macrowatch exec -- ./fetch.sh", "macrowatch exec --step '' -- true", "macrowatch exec ./fetch.sh --step fred", "macrowatch exec --stpe fred -- true",
			"macrowatch exec --step", "macrowatch exec --step fred --json -- true", "macrowatch exec --check", away + "macrowatch exec --check --spool-dir TMP",
			"macrowatch exec --check --json --spool-dir TMP", "macrowatch exec --step fred --spool-dir TMP -- no-such-command",
		},
		"macrowatch import": {
			"macrowatch import", "macrowatch import prices", "macrowatch import price prices.csv", "macrowatch import cheese prices.csv", "macrowatch import prices.csv prices",
			"macrowatch import --timezone Mars/Olympus signals -", "macrowatch import --kind share prices -", "macrowatch import --snapshot-window 5 portfolio-states -", "macrowatch import --replace-snapshot portfolio-states -",
			"macrowatch import prices prices.csv", away + "macrowatch import prices prices.csv", "macrowatch import --timezone", "macrowatch import --database-url nonsense prices prices.csv",
			"macrowatch import --preset bloomberg prices -", "macrowatch import --preset fred signals -", "macrowatch import --decimal dot prices -", "macrowatch import --date-order ddmmyy prices -",
			"macrowatch import --epoch minutes signals -", "macrowatch import --encoding latin prices -", "macrowatch import --separator ;; prices -", "macrowatch import --columns DATE prices -",
			"macrowatch import --columns open=Open prices -", "macrowatch import --set instrument= prices -", "macrowatch import --missing , prices -", "macrowatch import --wide signals -",
			"macrowatch import --dry-run prices TMP/none.csv", "macrowatch import --dry-run prices FILES/open-order.csv", "macrowatch import --decimal '' prices -", "macrowatch import --presett fred prices -",
			"macrowatch import --colour", "macrowatch import prices - --config TMP/none.yaml", "macrowatch import prices - --config FILES/misspelled.yaml", "macrowatch import prices - --config FILES/maybe.yaml", "macrowatch import --verbose=perhaps",
		},
		"macrowatch alert": {
			"macrowatch alert lst", "macrowatch alert fred", "macrowatch alert --json", "macrowatch alert -x", "macrowatch alert silense --subject fred", "macrowatch alert --alerts-file FILES/alerts.yaml",
			"macrowatch alert delete", "macrowatch alert test --alerts-file", "macrowatch alerts", "macrowatch alert unsilense x",
		},
		"macrowatch alert list": {
			"macrowatch alert list fred", "macrowatch alert list --jsn", "macrowatch alert list --json=perhaps", "macrowatch alert list", away + "macrowatch alert list", "macrowatch alert list --database-url nonsense",
			"macrowatch alert list --days -1", "macrowatch alert list --days many", "macrowatch alert list --days 99999", "macrowatch alert list --days",
		},
		"macrowatch alert test": {
			"macrowatch alert test --report", "DESK_CHAT=generic+http://user:s3cret@127.0.0.1:1/x macrowatch alert test --report --alerts-file FILES/alerts.yaml", "DESK_CHAT=generic+http://user:s3cret@127.0.0.1:1/x macrowatch alert test nobody --report --alerts-file FILES/alerts.yaml",
			"macrowatch alert test", "macrowatch alert test --desk-file FILES/desk-alerts.yaml", "macrowatch alert test --alerts-file TMP/none.yaml", "macrowatch alert test --alerts-file TMP", "macrowatch alert test --alerts-file FILES/broken.yaml", "macrowatch alert test --alerts-file FILES/list.yaml",
			"macrowatch alert test --alerts-file FILES/empty.csv", "macrowatch alert test --alerts-file FILES/alerts.yaml", "macrowatch alert test chta --alerts-file FILES/alerts.yaml", "macrowatch alert test --alerts-file", "macrowatch alert test --alert-file FILES/alerts.yaml",
			"DESK_CHAT=https://hooks.example/s3cret macrowatch alert test --alerts-file FILES/alerts.yaml", "DESK_CHAT=generic://user:s3cret@127.0.0.1:1/x macrowatch alert test chta --alerts-file FILES/alerts.yaml", "DESK_CHAT=generic+http://user:s3cret@127.0.0.1:1/x macrowatch alert test --alerts-file FILES/alerts.yaml",
		},
		"macrowatch alert silence": {
			"macrowatch alert silence", "macrowatch alert silence fred", "macrowatch alert silence --for 2h", "macrowatch alert silence --subject fred", "macrowatch alert silence --subject fred --for soon", "macrowatch alert silence --subject fred --for -2h",
			"macrowatch alert silence --rule step_lat --for 2h", "macrowatch alert silence --rule '' --for 2h", "macrowatch alert silence --subject fred --for 9999h", away + "macrowatch alert silence --subject fred --for 2h", "macrowatch alert silence --subject fred --for 2h",
		},
		"macrowatch alert unsilence": {
			"macrowatch alert unsilence", "macrowatch alert unsilence a b", "macrowatch alert unsilence x", away + "macrowatch alert unsilence x", "macrowatch alert unsilence --id x", "macrowatch alert unsilence x --database-url nonsense",
			"macrowatch alert unsilence --all", "macrowatch alert unsilence x --config TMP/none.yaml", "macrowatch alert unsilence -x", "macrowatch alert unsilence x --json",
		},
		"macrowatch token": {
			"macrowatch token lst", "macrowatch token delete", "macrowatch token crate airflow", "macrowatch token --json", "macrowatch token -x",
		},
		"macrowatch token create": {
			"macrowatch token create", "macrowatch token create a b", "macrowatch token create ''", "macrowatch token create ' x'", "macrowatch token create x --kind", "macrowatch token create x --kind signal",
			"macrowatch token create x --kind ''", "macrowatch token create x --step ''", "macrowatch token create x --kind signals --step fred", "macrowatch token create x --expires soon",
			"macrowatch token create x --expires 2001-01-01", "macrowatch token create x --expires -1d", "macrowatch token create x --kinds signals", "macrowatch token create x", away + "macrowatch token create x",
		},
		"macrowatch lineage": {
			"macrowatch lineage chek", "macrowatch lineage events.jsonl", "macrowatch lineage --lineage-rules FILES/empty.csv", "macrowatch lineage -x", "macrowatch lineage chek events.jsonl", "macrowatch lineage check -x",
		},
		"macrowatch lineage check": {
			"macrowatch lineage check", "macrowatch lineage check FILES/a FILES/b", "macrowatch lineage check TMP/none.jsonl", "macrowatch lineage check TMP", "macrowatch lineage check FILES/broken.yaml",
			"macrowatch lineage check --lineage-rules TMP/none.yaml FILES/empty.csv", "macrowatch lineage check --lineage-rules FILES/list.yaml FILES/empty.csv", "macrowatch lineage check --lineage-rules FILES/misspelled.yaml FILES/empty.csv",
			"macrowatch lineage check --lineage-rules", "macrowatch lineage check --rules r.yaml FILES/empty.csv", "macrowatch lineage check --json=perhaps FILES/empty.csv", "macrowatch serve --private --lineage-rules TMP/none.yaml",
		},
		"macrowatch token list": {
			"macrowatch token list airflow", "macrowatch token list --jsn", "macrowatch token list --json=perhaps", "macrowatch token list", away + "macrowatch token list", "macrowatch token list --database-url nonsense",
		},
		"macrowatch token revoke": {
			"macrowatch token revoke", "macrowatch token revoke a b", "macrowatch token revoke --all", "macrowatch token revoke airflow", away + "macrowatch token revoke airflow", "macrowatch token revoke --database-url nonsense airflow",
		},
		"macrowatch spool": {
			"macrowatch spool lst", "macrowatch spool delete", "macrowatch spool retyr --all", "macrowatch spool --json", "macrowatch spool -x",
		},
		"macrowatch retention": {
			"macrowatch retention", "macrowatch retention portfolio_state", "macrowatch retention --thin portfolio_state", "macrowatch retention --thin portfolio_state=90",
			"macrowatch retention --thin portfolio_state=30d", "macrowatch retention --drop portfolio_state=10y", "macrowatch retention --drop pipeline_runs=1y",
			"macrowatch retention --thin pipeline_runs=3y", "macrowatch retention --drop instrument_prices=9y", "macrowatch retention --drop position=9y",
			"macrowatch retention --drop risk_measures=9y", "macrowatch retention --thin portfolio_state=1y,portfolio_state=2y", "macrowatch retention --adopted portfolio_state",
			"macrowatch retention --thin portfolio_state=1y --adopted strategy_signals", "macrowatch retention --thin strategy_signals=2y --drop strategy_signals=1y",
			"macrowatch retention --thin portfolio_state=1y --dry-run --yes", "macrowatch retention --thin portfolio_state=1y --json",
			"macrowatch retention --thin portfolio_state=1y --older-than 3y", "macrowatch retention --desk-file FILES/spoken.yaml", "macrowatch retention --desk-file FILES/desk.yaml",
			"macrowatch retention --thin portfolio_state=1y --yes", "macrowatch retention --thin portfolio_state=1y --database-url postgres://nobody@127.0.0.1:1/none --dry-run",
		},
		"macrowatch spool list": {
			"macrowatch spool list fred", "macrowatch spool list --jsn", "macrowatch spool list --json=perhaps", "macrowatch spool list --spool-dir", "macrowatch spool list --spool-dir /dev/null",
			"macrowatch spool list --database-url postgres://h/d",
		},
		"macrowatch spool retry": {
			"macrowatch spool retry --all 019e1c7a-5b", "macrowatch spool retry 019e1c7a-5b --spool-dir TMP", "macrowatch spool retry --spool-dir TMP", away + "macrowatch spool retry --spool-dir TMP",
			"macrowatch spool retry --al", "macrowatch spool retry --spool-dir",
		},
		"macrowatch spool drop": {
			"macrowatch spool drop", "macrowatch spool drop --all 019e1c7a-5b", "macrowatch spool drop 019e1c7a-5b --spool-dir TMP", "macrowatch spool drop '' --spool-dir TMP", "macrowatch spool drop --yes",
			"macrowatch spool drop --ye --all",
		},
		"macrowatch migrate": {
			"macrowatch migrate up", "macrowatch migrate stauts", "macrowatch migrate --forget", "macrowatch migrate --reader-role grafana", "macrowatch migrate --reader-role", "macrowatch migrate --pritn",
			"macrowatch migrate --words-file TMP/none.yaml", "macrowatch migrate", away + "macrowatch migrate", "DATABASE_URL=nonsense:// macrowatch migrate", "PGSERVICE=nowhere macrowatch migrate",
		},
		"macrowatch migrate status": {
			"macrowatch migrate status 3", "macrowatch migrate status --jsn", "macrowatch migrate status", away + "macrowatch migrate status", away + "macrowatch migrate status --json",
			"DATABASE_URL=postgres://user:p@ss@h/d macrowatch migrate status", "DATABASE_URL=postgres://h:port/d macrowatch migrate status",
		},
		"macrowatch database": {
			"macrowatch database ulr", "macrowatch database postgres", "macrowatch database --owner", "macrowatch database -x", "macrowatch database url2 --tcp",
		},
		"macrowatch database backup": {
			"macrowatch database backup", "macrowatch database backup a b", "macrowatch database backup ''", "macrowatch database backup TMP", "macrowatch database backup TMP/none/desk.dump",
			away + "macrowatch database backup TMP", "DATABASE_URL=nonsense:// macrowatch database backup TMP", "macrowatch database backup --fil desk.dump", "macrowatch database backup TMP --data-dir /dev/null",
			"macrowatch database backup TMP --replace",
		},
		"macrowatch database restore": {
			"macrowatch database restore", "macrowatch database restore a b", "macrowatch database restore ''", "macrowatch database restore TMP", "macrowatch database restore TMP/none.dump",
			"macrowatch database restore FILES/empty.csv", away + "macrowatch database restore FILES/empty.csv", away + "macrowatch database restore --replace FILES/empty.csv",
			"macrowatch database restore --replce desk.dump", "macrowatch database restore --replace=perhaps desk.dump",
		},
		"macrowatch database url": {
			"macrowatch database url owner", "macrowatch database url --onwer", "macrowatch database url --tcp --old-client", "macrowatch database url", "macrowatch database url --data-dir TMP",
			"macrowatch database url --data-dir FILES/empty.csv", "macrowatch database url --data-dir", "macrowatch database url --owner=perhaps",
		},
		"macrowatch dashboards": {
			"macrowatch dashboards chekc", "macrowatch dashboards list", "macrowatch dashboards --dir .", "macrowatch dashboards genrate --dir .", "macrowatch dashboards -x",
		},
		"macrowatch dashboards generate": {
			"macrowatch dashboards generate risk", "macrowatch dashboards generate --dri .", "macrowatch dashboards generate --dir", "macrowatch dashboards generate --dir /dev/null", "macrowatch dashboards generate --portable x",
		},
		"macrowatch dashboards check": {
			"macrowatch dashboards check risk", "macrowatch dashboards check --dri .", "macrowatch dashboards check --database-url nonsense:// --dir ../..", away + "macrowatch dashboards check --dir ../..",
			"macrowatch dashboards check --dir /dev/null --database-url postgres://user@127.0.0.1:1/book", "macrowatch dashboards check --json=perhaps", "macrowatch dashboards check a b", "macrowatch dashboards check FILES/empty.csv", "macrowatch dashboards check --dir x TMP", "macrowatch dashboards check --postgres-url",
		},
		"macrowatch dashboards export": {
			"macrowatch dashboards export", "macrowatch dashboards export ./for-import", "macrowatch dashboards export --portable", "macrowatch dashboards export --portabel x", "macrowatch dashboards export --portable /dev/null",
			"macrowatch dashboards export --dir x",
		},
		"macrowatch desk": {
			"macrowatch desk rn", "macrowatch desk walk", "macrowatch desk --from 2024-01-01", "macrowatch desk rnu --from 2024-01-01", "macrowatch desk -x",
		},
		"macrowatch desk print": {
			"macrowatch desk print desk.yaml", "macrowatch desk prnt", "macrowatch desk print --json", "macrowatch desk print -x", "macrowatch desk print --desk-file FILES/desk.yaml",
			"macrowatch desk print --against x", "macrowatch desk print --verbose=perhaps", "macrowatch desk print --log-format xml", "macrowatch desk print --config TMP/none.yaml", "macrowatch desk print --config",
		},
		"macrowatch desk check": {
			"macrowatch desk check", "macrowatch desk check FILES/desk.yaml", "macrowatch desk check FILES/desk.yaml --json", "macrowatch desk check TMP/none.yaml", "macrowatch desk check FILES/desk.yaml more",
			"macrowatch desk check FILES/broken.yaml", "macrowatch desk check FILES/empty.csv --against FILES/desk.yaml", "macrowatch desk check FILES/empty.csv --against", "macrowatch desk check FILES/empty.csv --agianst x", "macrowatch desk chek FILES/desk.yaml",
			"macrowatch desk check TMP", "macrowatch desk check FILES/desk.yaml --json=perhaps",
		},
		"macrowatch desk apply": {
			"macrowatch desk apply --desk-file FILES/desk.yaml", "macrowatch desk apply --desk-file TMP/none.yaml", "MACROWATCH_DESK_FILE=FILES/desk.yaml macrowatch desk apply",
			"macrowatch desk apply fred", "macrowatch desk aply", "macrowatch desk apply --jsn", "macrowatch desk apply --json=perhaps", away + "macrowatch desk apply", "macrowatch desk apply --database-url nonsense://",
			"macrowatch desk apply --data-dir /dev/null", "macrowatch desk apply -x", "macrowatch desk apply", "macrowatch desk apply --from 2024-01-01",
		},
		"macrowatch desk run": {
			"macrowatch desk run 2024", "macrowatch desk run --from January", "macrowatch desk run --to 2999-01-01", "macrowatch desk run --from 2024-02-01 --to 2024-01-01", "macrowatch desk run --prices -",
			"macrowatch desk run --instruments i.csv", "macrowatch desk run", away + "macrowatch desk run", "macrowatch desk run --form 2024-01-01",
		},
		"macrowatch man": {
			"macrowatch man", "macrowatch man import", "macrowatch man --dri x", "macrowatch man --dir", "macrowatch man --dir /dev/null", "macrowatch man --dir /dev/null/man", "macrowatch man --dir ''",
			"macrowatch man --colour", "macrowatch man -x", "macrowatch man --verbose=perhaps", "macrowatch man --config",
		},
		"macrowatch version": {
			"macrowatch version 1", "macrowatch version --jsn", "macrowatch version --json=perhaps", "macrowatch verison", "macrowatch --verison", "macrowatch version -x", "macrowatch version --config",
			"macrowatch version --verbose=perhaps", "macrowatch version --hlep", "macrowatch --version=perhaps", "MACROWATCH_CONFIG=TMP/none.yaml macrowatch version",
		},
		"macrowatch completion": {
			"macrowatch completion bsh", "macrowatch completion tcsh", "macrowatch completion --shell bash", "macrowatch completion -x", "macrowatch completion zhs --no-descriptions", "macrowatch completion --colour",
			"macrowatch completion --config", "macrowatch completion --verbose=perhaps", "macrowatch completion --hlep", "macrowatch completion ''",
		},
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		c := "macrowatch completion " + shell
		all[c] = []string{
			c + " now", c + " now and then", c + " --colour", c + " -x", c + " --no-description", c + " --no-descriptions=perhaps", c + " --config", c + " --verbose=perhaps", c + " --hlep", c + " ''",
		}
	}
	for command, calls := range all {
		if readsSettings := !strings.Contains(command, "completion") && command != "macrowatch version" && command != "macrowatch man"; readsSettings && len(calls) < 15 {
			all[command] = append(calls, command+" --colour", command+" --config TMP/none.yaml", command+" --config FILES/misspelled.yaml",
				command+" --config FILES/maybe.yaml", command+" --verbose=perhaps")
		}
	}
	return all
}
