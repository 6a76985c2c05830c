package redact

import (
	"regexp"
	"strings"
)

// statement patterns: SQL that sets a password, .netrc, and the command lines that a shell's trace or
// an error message repeats.
var statementPatterns = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\b(?:password|identified[ \t]+by)[ \t]+(?:e)?'((?:[^'\\\r\n]|''|\\.)+)`),
	regexp.MustCompile(`(?i)\b(?:password|identified[ \t]+by)[ \t]+"([^"\r\n]+)"`),
	regexp.MustCompile(`(?i)\blogin[ \t]+\S+[ \t]+password[ \t]+(\S+)`),
	regexp.MustCompile(`\bcurl\b[^\r\n]*?[ \t](?:-u|--user|-U|--proxy-user)[ \t=]*["']?[^\s:"']+:([^\s"']+)`),
	regexp.MustCompile(`\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|sshpass)\b[^\r\n]*?[ \t]-p[ \t]*["']?([^\s"']+)`),
}

func statements(text string) []span {
	var found []span
	for _, pattern := range statementPatterns {
		found = append(found, groups(pattern, text)...)
	}
	return found
}

var (
	keyBegin = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----`)
	keyEnd   = regexp.MustCompile(`-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----`)
	// Lines of a key, however their ends are written.
	keyLines = regexp.MustCompile(`[A-Za-z0-9+/=](?:[A-Za-z0-9+/=]|\\[nr]|\s)*$`)
)

// keyBlocks finds private keys in PEM form. The text may hold only the beginning of one, or its end.
func keyBlocks(text string) []span {
	var found []span
	if !strings.Contains(text, "PRIVATE KEY") {
		return nil
	}
	done := 0
	for _, begin := range keyBegin.FindAllStringIndex(text, -1) {
		if begin[0] < done {
			continue
		}
		done = len(text)
		if end := keyEnd.FindStringIndex(text[begin[1]:]); end != nil {
			done = begin[1] + end[1]
		}
		found = append(found, span{begin[0], done})
	}
	if end := keyEnd.FindStringIndex(text); end != nil && (len(found) == 0 || end[0] < found[0].from) {
		from := end[0]
		if lines := keyLines.FindStringIndex(text[:from]); lines != nil {
			from = lines[0]
		}
		found = append(found, span{from, end[1]})
	}
	return found
}

// shapeWords are in every key that shape matches.
var shapeWords = []string{
	"akia", "asia", "abia", "acca", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glp", "gldt-", "glrt-", "glcbt-", "glft-", "glsoat-",
	"xox", "xapp-", "slack.com/", "/webhooks/", "bot", "eyj", "aiza", "ya29.", "gocspx-", "sk-", "sk_", "rk-", "rk_", "pk-", "pk_",
	"npm_", "pypi-", "hf_", "dop_v1_", "sg.", "glsa_", "hvs.", "scram-sha-256$", "md5",
}

// shape is a pattern of a key that is known by how it looks. Its first group is masked.
var shape = regexp.MustCompile(strings.Join([]string{
	`(\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b`,                       // AWS
	`\bgh[pousr]_[A-Za-z0-9]{20,}`, `\bgithub_pat_[A-Za-z0-9_]{20,}`, // GitHub
	`\bgl(?:pat|ptt|dt|rt|cbt|ft|soat)-[A-Za-z0-9_-]{16,}`,    // GitLab
	`\bxox[a-z]-[A-Za-z0-9-]{8,}`, `\bxapp-[A-Za-z0-9-]{10,}`, // Slack
	`\bhooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]+`,
	`\bdiscord(?:app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]+`,
	`\bbot[0-9]{6,}:[A-Za-z0-9_-]{30,}`,                                         // Telegram
	`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){0,3}`,        // JSON Web Tokens
	`\bAIza[A-Za-z0-9_-]{30,}`, `\bya29\.[A-Za-z0-9_-]{10,}`, `\bGOCSPX-[\w-]+`, // Google
	`\b(?:sk|rk|pk)[_-](?:live|test|proj|ant|svcacct|or)[_-][A-Za-z0-9_-]{10,}`, `\bsk-[A-Za-z0-9]{20,}`,
	`\bnpm_[A-Za-z0-9]{20,}`, `\bpypi-[A-Za-z0-9_-]{16,}`, `\bhf_[A-Za-z0-9]{20,}`, `\bdop_v1_[a-f0-9]{20,}`,
	`\bSG\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}`, `\bglsa_[A-Za-z0-9]{20,}_[a-f0-9]+`, `\bhvs\.[A-Za-z0-9_-]{20,}`,
	`\bSCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+`, `\bmd5[a-f0-9]{32}\b)`, // PostgreSQL's stored passwords
}, "|"))

func shapes(text string) []span { return groups(shape, text) }
