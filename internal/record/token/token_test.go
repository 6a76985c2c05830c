package token_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"

	"macrowatch/internal/record/token"
	"macrowatch/internal/redact"
	_ "macrowatch/internal/testkit/testenv"
)

// made makes a token.
func made(t testing.TB) string {
	t.Helper()
	text, err := token.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestATokenIsRead(t *testing.T) {
	t.Parallel()
	text := made(t)
	digest, ok := token.DigestOf(text)
	if !ok || len(text) != token.Length || !strings.HasPrefix(text, token.Prefix) {
		t.Fatalf("%q is not read as a token", text)
	}
	if again, _ := token.DigestOf(text); !digest.Equal(again[:]) || len(digest.ID()) != 12 {
		t.Errorf("the digest of a token changes, or its ID %q is wrong", digest.ID())
	}
	if other, _ := token.DigestOf(made(t)); digest.Equal(other[:]) || digest.Equal(nil) {
		t.Error("two tokens have the same digest")
	}
}

func TestTheSameBytesMakeTheSameToken(t *testing.T) {
	t.Parallel()
	text, err := token.New(bytes.NewReader(make([]byte, 32)))
	if want := "mwt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"; err != nil || !strings.HasPrefix(text, want) {
		t.Errorf("%q, %v; want it to begin with %s", text, err, want)
	}
	if text, err := token.New(strings.NewReader("too few")); err == nil {
		t.Errorf("too few random bytes make the token %q", text)
	}
}

// Every single changed, missing or added character is noticed without a database.
func TestADamagedTokenIsNoToken(t *testing.T) {
	t.Parallel()
	text := made(t)
	damaged := []string{"", token.Prefix, text + "A", " " + text, strings.ToUpper(text), strings.Replace(text, "mwt_", "mwu_", 1)}
	for i := range text {
		damaged = append(damaged, text[:i]+text[i+1:])
		for _, c := range []string{"A", "b", "-", "\x00", "é"} {
			if changed := text[:i] + c + text[i+1:]; changed != text {
				damaged = append(damaged, changed)
			}
		}
	}
	for _, d := range damaged {
		if _, ok := token.DigestOf(d); ok {
			t.Errorf("%q is read as a token; the token is %q", d, text)
		}
	}
}

func TestATokenIsMaskedInTexts(t *testing.T) {
	t.Parallel()
	text := made(t)
	for _, said := range []string{
		"curl: (22) error with " + text,
		`{"t":"` + text + `"}`,
		"https://desk.example/api?x=" + text + "&y=1",
		"+ python push.py " + text + " --kind prices",
		"(" + text + ")",
	} {
		if masked := redact.Secrets(said); strings.Contains(masked, text[8:]) {
			t.Errorf("%q becomes %q", said, masked)
		}
	}
	if plain := "the step mwt_report failed"; redact.Secrets(plain) != plain {
		t.Errorf("%q is masked although it has no token", plain)
	}
}

// What is read as a token is a token: made again from its own bytes, it is the same text.
func FuzzDigestOf(f *testing.F) {
	f.Add(made(f))
	f.Add("mwt_")
	f.Add(strings.Repeat("a", token.Length))
	f.Fuzz(func(t *testing.T, text string) {
		digest, ok := token.DigestOf(text)
		if ok != (digest != token.Digest{}) {
			t.Fatalf("%q: %v with the digest %x", text, ok, digest)
		}
		if ok && (len(text) != token.Length || strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "") {
			t.Fatalf("%q is read as a token", text)
		}
	})
}
