// Package redact takes secrets out of texts that programs have written: passwords in URLs and
// settings, tokens in headers, keys by their shape. A text goes through it before it is recorded,
// since everybody who sees the dashboards reads it there.
//
// It rather masks a word too many than leaves a part of a secret. It can't know a secret that looks
// like any other word and that nothing announces.
package redact
