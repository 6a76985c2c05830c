package runner

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestMessageIsTheEndAsText(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ said, want string }{
		"nothing":              {"", ""},
		"blanks around":        {"\n  one\ntwo \r\n", "one\ntwo"},
		"NUL":                  {"a\x00b\x00\x00c", "abc"},
		"not UTF-8":            {"a\xff\xfeb\xc3", "a\uFFFDb\uFFFD"},
		"4 KiB":                {strings.Repeat("x", 4096), strings.Repeat("x", 4096)},
		"4 KiB and 1":          {"y" + strings.Repeat("x", 4096), strings.Repeat("x", 4096)},
		"cut in two bytes":     {strings.Repeat("é", 3000) + "x", strings.Repeat("é", 2047) + "x"},
		"cut in three bytes":   {strings.Repeat("€", 3000), strings.Repeat("€", 1365)},
		"cut in four bytes":    {strings.Repeat("𝄞", 3000) + "xyz", strings.Repeat("𝄞", 1023) + "xyz"},
		"not cut, odd at once": {"\xa9x", "\uFFFDx"},
		"invalid bytes grow":   {strings.Repeat("\xffx", 2047) + "x", "x" + strings.Repeat("\uFFFDx", 1023) + "x"},
		"NULs and characters":  {strings.Repeat("é\x00", 2000), strings.Repeat("é", 2000)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, step := range []int{1, 7, 4095, 4096, 4097, 1 << 20} {
				var tail tail
				for rest := []byte(test.said); len(rest) > 0; rest = rest[min(step, len(rest)):] {
					tail.add(rest[:min(step, len(rest))])
				}
				got := tail.message()
				if got != test.want {
					t.Errorf("written %d bytes at a time: %d bytes %.60q, want %d bytes %.60q", step, len(got), got, len(test.want), test.want)
				}
				if len(got) > 4096 || !utf8.ValidString(got) || strings.Contains(got, "\x00") {
					t.Errorf("written %d bytes at a time: the database would not take %.60q", step, got)
				}
			}
		})
	}
}

// No part of a secret is in the message, wherever the message begins, and in whatever pieces it was written.
func TestMessageHoldsNoPartOfASecret(t *testing.T) {
	t.Parallel()
	key := "-----BEGIN RSA PRIVATE KEY-----\n" + strings.Repeat("MIIEsecretsecretsecret0123456789\n", 90) + "-----END RSA PRIVATE KEY-----"
	for name, secret := range map[string]string{
		"URL":    "postgres://macro:secretsecretsecret@db/macro",
		"header": "Authorization: Bearer secretsecretsecretsecretsecret1",
		"key":    key,
		"JSON":   `{"password": "secret secret secret"}`,
		"accent": "SENHA='sécretsecret\xffsecret\x00secret'",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{messageBytes, tailBytes - contextBytes, tailBytes, 2 * tailBytes} {
				for after := size - len(secret) - 40; after < size+40; after += 1 + len(secret)/6 {
					said := strings.Repeat("x ", 1000) + "\n" + secret + "\n" + strings.Repeat("y ", max(after, 0)/2) + "the end"
					for _, step := range []int{4099, 1 << 20} {
						var tail tail
						for rest := []byte(said); len(rest) > 0; rest = rest[min(step, len(rest)):] {
							tail.add(rest[:min(step, len(rest))])
						}
						got := tail.message()
						if strings.Contains(got, "ecret") || strings.Contains(got, "MIIE") || strings.Contains(got, "cre") || !strings.HasSuffix(got, "the end") {
							t.Fatalf("%d bytes after it, %d at a time: %.100q", after, step, got)
						}
					}
				}
			}
		})
	}
}

// If our standard error has a slow reader, the last words of the command may still be in the pipe when the time
// to read them is over. They are copied all the same.
func TestWhatStandsInThePipeAtTheEndIsNotLost(t *testing.T) {
	t.Parallel()
	from, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close() // as if a process that was left behind held it open
	said := bytes.Repeat([]byte("last words\n"), 5000)
	if _, err := write.Write(said); err != nil {
		t.Fatal(err)
	}
	if err := from.SetReadDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	to, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	(&stderrCopy{from: from, to: to}).copy()
	got, err := os.ReadFile(to.Name())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, said) {
		t.Errorf("%d bytes were copied, want %d", len(got), len(said))
	}
}
