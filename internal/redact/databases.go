package redact

import (
	"strings"
)

// oraclePatterns match Oracle's user/password@place. Oracle's own commands also take it without the place.
var oraclePatterns = []pattern{
	newPattern(`(?i)\bjdbc:oracle:\w+:[^\s/@]+/("[^"]+"|[^\s"']+)@`),
	newPattern(`[\w$#]+/("[^"]+"|[^\s/@"']+)@//`),
	newPattern(`(?i)\b(?:sqlplus|sqlplus64|sqlcl|exp|imp|expdp|impdp|sqlldr|rman|ora2pg)[ \t](?:[^|;&]*?[ \t="'])?[\w$#]+/("[^"]+"|[^\s@/"']+(?:@[^\s@/"']+)*)@`),
	newPattern(`(?i)\b(?:sqlplus|sqlplus64|sqlcl|exp|imp|expdp|impdp)[ \t]+(?:-\w+[ \t]+)*["']?[\w$#]+/([^\s@/"']+)(?:["' \t]|$)`),
	newPattern(`(?i)\bconn(?:ect)?(?:[ \t]+|[ \t]*\([ \t]*["'])[\w$#]+/("[^"]+"|[^\s"']+)@`),
}

// oracleWords are the words for the detector: each line that oraclePatterns match has one of them.
var oracleWords = []string{"jdbc:oracle:", "@//", "sqlplus", "sqlcl", "exp", "imp", "sqlldr", "rman", "ora2pg", "conn"}

func oracle(line string) []span { return matchedGroups(oraclePatterns, line) }

// passwordLine matches a line of PostgreSQL's password file: host:port:database:user:password.
var passwordLine = newPattern(`(?:^|[\s"'` + "`" + `])(?:[\w.*\-]+|\[[0-9a-fA-F:]+\]):(?:[0-9]{4,5}|\*):(?:[A-Za-z_][\w\-]*|\*):(?:[A-Za-z_][\w.\-]*|\*):((?:[^\s"'` + "`" + `\\]|\\.)+)`)

func passwordFile(line string) []span {
	if strings.Count(line, ":") < 4 {
		return nil
	}
	return groups(passwordLine, line)
}
