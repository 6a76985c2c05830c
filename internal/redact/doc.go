// Package redact removes secrets from texts that programs have written: passwords in URLs and settings,
// tokens in headers, and keys that it recognises by their shape. A text passes through it before it is
// recorded, because everybody who sees the dashboards can read the record.
//
// If in doubt, it masks a word too many rather than leave a part of a secret. It can't recognise a secret
// that looks like any other word and that nothing announces.
package redact
