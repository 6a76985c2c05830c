package redact_test

import (
	"strings"
	"testing"

	"macrowatch/internal/redact"
)

// Most commands print nothing that looks like a secret.
func BenchmarkOrdinary(b *testing.B) {
	text := strings.Repeat("2026-11-28 10:20:30 INFO fetched 250 rows of series 11 (0.42 s)\n", 480)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		redact.Secrets(text)
	}
}

// exec masks the last 32 KiB of a command's standard error.
func BenchmarkSecrets(b *testing.B) {
	text := strings.Repeat("2026-11-28 10:20:30 fred: GET https://api.example/x?series=GDP&api_key=abc123: 429 too many requests\n", 330)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		redact.Secrets(text)
	}
}
