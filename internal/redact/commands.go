package redact

import (
	"slices"
)

// statementPatterns match SQL that sets a password, and the lines of a .netrc file.
var statementPatterns = []pattern{
	newPattern(`(?i)\b(?:password|identified[ \t]+by(?:[ \t]+values)?)[ \t]+e?'((?:[^'\\]|''|\\.)+)`),
	newPattern(`(?i)\b(?:password|identified[ \t]+by)[ \t]+"([^"]+)"`),
	newPattern(`(?i)\bidentified[ \t]+by[ \t]+(?:values[ \t]+)?([^\s'"` + "`" + `][^\s;]*)`),
	newPattern(`(?i)\blogin[ \t]+\S+[ \t]+password[ \t]+(\S+)`),
}

// clause matches words after IDENTIFIED BY that are no password.
var clause = newPattern(`(?i)^(?:values|clause|externally|globally|password|statement|option)(?:\W|$)`)

func statements(line string) []span {
	return slices.DeleteFunc(matchedGroups(statementPatterns, line), func(s span) bool { return clause().MatchString(line[s.from:]) })
}

const (
	// untilFlag matches what is between a command and its flag. It does not go beyond the command's end.
	untilFlag = `\b(?:[^|;&]*?[ \t])`
	// argument matches a word of a command line, with or without quotes.
	argument = `(?:"([^"]+)|'([^']+)|([^\s"']\S*))`
)

// commandWords are the words for the detector: each line that commandPatterns match has one of them.
var commandWords = []string{
	"curl", "wget", "http", "mysql", "mariadb", "sshpass", "docker", "podman", "helm", "skopeo", "buildah", "oras", "nerdctl",
	"redis", "valkey", "auth", "az ", "oc ", "mongo", "sqlcmd", "bcp", "isql", "ldap", "kinit", "smb", "zip", "7z", "openssl", "htpasswd",
	"rabbitmqctl", "influx", "chpasswd", "snowsql", "rclone", "lftp", "requirepass", "ftp",
}

// commandPatterns match command lines, as a shell's trace or an error message repeats them, with a password after a flag
// whose name does not announce one, such as mysql -pPASSWORD.
var commandPatterns = []pattern{
	newPattern(`\bcurl` + untilFlag + `(?:-[sSkfLv]*u|--user|-U|--proxy-user)[ \t=]*["']?[^\s:"']+:([^\s"']+)`),
	newPattern(`\b(?:https?|xh)[ \t]` + `(?:[^|;&]*?[ \t])?(?:-a|--auth)[ \t=]*["']?[^\s:"']+:([^\s"']+)`),
	newPattern(`\b(?:mysql|mysqldump|mysqladmin|mysqlimport|mariadb|mariadb-dump|mariadb-admin|7z|7za)` + untilFlag + `-p(?:"([^"]+)|'([^']+)|([^\s"']\S*))`),
	newPattern(`\bsshpass` + untilFlag + `-p[ \t]*` + argument),
	newPattern(`\b(?:docker|podman|buildah|skopeo|nerdctl|oras|helm(?:[ \t]+registry)?|az|oc|cf)[ \t]+(?:[^|;&]*?[ \t])?login` + untilFlag + `-p[ \t=]*` + argument),
	newPattern(`\b(?:mongo|mongosh|mongodump|mongorestore|mongoexport|mongoimport|influx)` + untilFlag + `-p[ \t]+` + argument),
	newPattern(`\b(?:sqlcmd|bcp|isql|unzip|zip|snowsql)` + untilFlag + `-P[ \t]*` + argument),
	newPattern(`\b(?:ldapsearch|ldapmodify|ldapadd|ldapwhoami|ldappasswd)` + untilFlag + `-w[ \t]*` + argument),
	newPattern(`\b(?:redis-cli|valkey-cli|redis-benchmark)` + untilFlag + `(?:-a|--pass)[ \t]+` + argument),
	newPattern(`\b(?:redis-cli|valkey-cli)` + untilFlag + `(?i:AUTH)[ \t]+(?:[A-Za-z]\w*[ \t]+)?` + argument),
	newPattern(`\b(?:redis|valkey|requirepass)` + untilFlag + `?requirepass[ \t]+` + argument),
	newPattern(`\brequirepass[ \t]+` + argument),
	newPattern(`\bsmbclient` + untilFlag + `-U[ \t]*["']?[^\s%"']+%([^\s"']+)`),
	newPattern(`\blftp` + untilFlag + `-u[ \t]*["']?[^\s,"']+,([^\s"']+)`),
	newPattern(`\bopenssl` + untilFlag + `-(?:pass|passin|passout)[ \t]+["']?pass:([^\s"']+)`),
	newPattern(`\bhtpasswd[ \t]+-\w*b\w*[ \t]+(?:-\w+[ \t]+)*(?:\S+[ \t]+)\S+[ \t]+` + argument),
	newPattern(`\brabbitmqctl[ \t]+(?:add_user|change_password|authenticate_user)[ \t]+\S+[ \t]+` + argument),
	// SMTP, IMAP and Redis, as in AUTH PLAIN c2VjcmV0 and AUTH c2VjcmV0.
	newPattern(`\b(?i:AUTH|AUTHENTICATE)[ \t]+(?:PLAIN|LOGIN|XOAUTH2|OAUTHBEARER|CRAM-MD5|NTLM|EXTERNAL)[ \t]+([A-Za-z0-9+/=_-]{6,})`),
	newPattern(`\bAUTH[ \t]+["']?([^\s"']*[0-9][^\s"']*)`),
}

func commands(line string) []span {
	return slices.DeleteFunc(matchedGroups(commandPatterns, line), func(s span) bool {
		return proseWord().MatchString(line[s.from:]) || statusWord().MatchString(line[s.from:]) // a sentence about the command
	})
}

// matchedGroups returns what the groups of some patterns match, without placeholders.
func matchedGroups(patterns []pattern, line string) []span {
	var found []span
	for _, pattern := range patterns {
		for _, m := range pattern().FindAllStringSubmatchIndex(line, -1) {
			for group := 2; group < len(m); group += 2 {
				if m[group] < m[group+1] && !placeholder().MatchString(line[m[group]:min(m[group+1], m[group]+longestCode)]) {
					found = append(found, span{m[group], m[group+1]})
				}
			}
		}
	}
	return found
}
