package redact

import (
	"strings"
)

// shapeWords are the words for the detector: each key that shape matches has one of them.
var shapeWords = []string{
	"akia", "asia", "abia", "acca", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glp", "gldt-", "glrt-", "glcbt-", "glft-", "glsoat-",
	"xox", "xapp-", "slack.com/", "/webhooks/", "bot", "eyj", "aiza", "ya29.", "gocspx-", "sk-", "sk_", "rk-", "rk_", "pk-", "pk_",
	"npm_", "pypi-", "hf_", "dop_v1_", "sg.", "glsa_", "hvs.", "scram-sha-256$", "md5",
	"dapi", "webhook", "xkeysib-", "shpat_", "lin_api_", "dckr_pat_", "atatt3x", "tskey-", "gsk_", "nvapi-", "age-secret-key-", "mwt_",
}

// shape matches keys that are recognised by how they look. Its first group is the secret.
var shape = newPattern(strings.Join([]string{
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
	`\bdapi[a-f0-9]{30,}(?:-[0-9]+)?`, // Databricks
	`\b(?:outlook\.office(?:365)?\.com|[\w-]+\.webhook\.office\.com)/webhook(?:b2)?/[^\s"'<>]+`, // Teams
	`\bxkeysib-[a-z0-9-]{20,}`, `\bshpat_[a-f0-9]{20,}`, `\blin_api_[A-Za-z0-9]{20,}`, `\bdckr_pat_[\w-]{20,}`, `\bATATT3x[\w=-]{20,}`,
	`\btskey-[\w-]{10,}`, `\bgsk_[A-Za-z0-9]{20,}`, `\bnvapi-[\w-]{20,}`, `\bAGE-SECRET-KEY-1[A-Z0-9]{20,}`,
	`\bmwt_[A-Za-z0-9_-]{20,}`, // our own tokens for writers
	`\bnpm_[A-Za-z0-9]{20,}`, `\bpypi-[A-Za-z0-9_-]{16,}`, `\bhf_[A-Za-z0-9]{20,}`, `\bdop_v1_[a-f0-9]{20,}`,
	`\bSG\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}`, `\bglsa_[A-Za-z0-9]{20,}_[a-f0-9]+`, `\bhvs\.[A-Za-z0-9_-]{20,}`,
	`\bSCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+`, `\bmd5[a-f0-9]{32}\b)`, // PostgreSQL's stored passwords
}, "|"))

func shapes(text string) []span { return groups(shape, text) }
