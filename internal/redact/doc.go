// Package redact removes secrets from texts that programs have written: passwords in URLs and settings,
// tokens in headers, and keys that it recognises by their shape. A text passes through it before it is
// recorded, because everybody who sees the dashboards can read the record.
//
// In doubt it masks a word, because an unreadable word does less harm than a part of a secret. It can't recognise a secret
// that looks like any other word if nothing announces it, as in "use tiger".
package redact
