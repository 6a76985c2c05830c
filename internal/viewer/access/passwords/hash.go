package passwords

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// cost says how much work argon2id does for one password.
type cost struct {
	memory uint32 // in KiB
	passes uint32
	lanes  uint8
}

// usualCost is what OWASP recommends: 19 MiB and two passes. So a few logins at once need little memory.
var usualCost = cost{memory: 19 << 10, passes: 2, lanes: 1}

// The highest costs that a file may demand. Otherwise a line could make each login take gigabytes.
const (
	mostMemory = 256 << 10 // in KiB
	mostPasses = 16
	mostLanes  = 16
)

const (
	saltSize = 16
	keySize  = 32
)

// hashed is a password's hash with what is needed to compute it again.
type hashed struct {
	cost
	salt, key []byte
}

// hash returns the hash of a password, with a new salt.
func hash(password string) hashed {
	h := hashed{cost: usualCost, salt: make([]byte, saltSize)}
	_, _ = rand.Read(h.salt) // it never fails
	h.key = h.compute(password, keySize)
	return h
}

func (h hashed) compute(password string, size int) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.passes, h.memory, h.lanes, uint32(size))
}

// matches reports whether a password has this hash. It takes the same time whether or not it has.
func (h hashed) matches(password string) bool {
	return subtle.ConstantTimeCompare(h.compute(password, len(h.key)), h.key) == 1
}

// String returns the hash in the usual form: $argon2id$v=19$m=19456,t=2,p=1$SALT$KEY.
func (h hashed) String() string {
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes, h.lanes, encode(h.salt), encode(h.key))
}

// parseHash reads what String returns. Other programs, such as the argon2 command, write the same form.
func parseHash(text string) (hashed, error) {
	var h hashed
	var version int
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return h, errors.New("the hash of the password does not begin with $argon2id$")
	}
	if _, err := fmt.Sscanf(parts[2]+"$", "v=%d$", &version); err != nil || version != argon2.Version {
		return h, fmt.Errorf("the hash of the password is not of argon2's version %d", argon2.Version)
	}
	if n, err := fmt.Sscanf(parts[3]+"$", "m=%d,t=%d,p=%d$", &h.memory, &h.passes, &h.lanes); err != nil || n != 3 {
		return h, errors.New("the costs of the password's hash are not written as m=19456,t=2,p=1")
	}
	if h.memory < 8 || h.memory > mostMemory || h.passes < 1 || h.passes > mostPasses || h.lanes < 1 || h.lanes > mostLanes {
		return h, fmt.Errorf("the costs of the password's hash are out of bounds: m from 8 to %d, t from 1 to %d, p from 1 to %d", mostMemory, mostPasses, mostLanes)
	}
	decode := base64.RawStdEncoding.Strict().DecodeString
	var badSalt, badKey error
	h.salt, badSalt = decode(parts[4])
	h.key, badKey = decode(parts[5])
	if badSalt != nil || badKey != nil || len(h.salt) < 8 || len(h.salt) > 64 || len(h.key) < 16 || len(h.key) > 64 {
		return h, errors.New("the salt or the key of the password's hash is damaged")
	}
	return h, nil
}
