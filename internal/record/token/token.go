// Package token makes and reads the tokens with which other programs write into the record over HTTP.
//
// A token is "mwt_", 43 characters that hold 256 random bits, and 6 characters that are a checksum of the rest. The
// beginning and the checksum let secret scanners find a token in a text, and tell it from something that only looks
// like one. Whoever keeps a token keeps its digest alone.
package token

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// Prefix begins every token.
const Prefix = "mwt_"

// The lengths of a token's parts.
const (
	randomBytes  = 32
	secretLength = 43 // of the random bytes, encoded
	checkLength  = 6  // of the checksum, encoded
	idLength     = 12
	Length       = len(Prefix) + secretLength + checkLength
)

// Digest is the SHA-256 of a token.
type Digest [sha256.Size]byte

// New makes a token from a source of random bytes, which must be crypto/rand outside of tests.
func New(random io.Reader) (string, error) {
	secret := make([]byte, randomBytes)
	if _, err := io.ReadFull(random, secret); err != nil {
		return "", fmt.Errorf("read random bytes for a token: %w", err)
	}
	body := Prefix + base64.RawURLEncoding.EncodeToString(secret)
	return body + checksum(body), nil
}

// checksum returns the last characters of a token. They are no secret: they only show typing errors.
func checksum(body string) string {
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(body)))
	return base64.RawURLEncoding.EncodeToString(sum)
}

// DigestOf returns the digest of a token. ok is false if the text can't be a token. The check needs no database, so
// that texts which were never tokens cost nothing.
func DigestOf(text string) (digest Digest, ok bool) {
	if len(text) != Length || !strings.HasPrefix(text, Prefix) {
		return Digest{}, false
	}
	body := text[:len(text)-checkLength]
	if subtle.ConstantTimeCompare([]byte(checksum(body)), []byte(text[len(body):])) != 1 {
		return Digest{}, false
	}
	if secret, err := base64.RawURLEncoding.Strict().DecodeString(body[len(Prefix):]); err != nil || len(secret) != randomBytes {
		return Digest{}, false
	}
	return sha256.Sum256([]byte(text)), true
}

// Equal reports whether two digests are the same, in a time that does not depend on where they differ.
func (d Digest) Equal(other []byte) bool { return subtle.ConstantTimeCompare(d[:], other) == 1 }

// ID names the token of a digest. It is no secret.
func (d Digest) ID() string { return hex.EncodeToString(d[:])[:idLength] }
