package passwords

import (
	"reflect"
	"strings"
	"testing"
)

// FuzzParse reads any text as a file of users. What is read is the same when it is written and read again, and no hash can
// demand more work than the limits allow.
func FuzzParse(f *testing.F) {
	const hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQxMjM0NTY$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	f.Add("# users\nana:viewer:" + hash + "\n")
	f.Add("ana:operator:" + strings.Replace(hash, "m=19456", "m=4294967295", 1))
	f.Add("ana:viewer:" + hash + "\r\nbob:operator:" + strings.Replace(hash, "p=1", "p=1,x", 1))
	f.Add("ana:" + hash + ":viewer") // in the wrong order
	f.Add("ana:viewer")
	f.Fuzz(func(t *testing.T, text string) {
		users, err := parse(text)
		if err != nil {
			if key := "AAAAAAAAAAAAAAAAAAAA"; strings.Contains(err.Error(), key) && !strings.Contains(strings.SplitN(text, "$", 2)[0], key) {
				t.Errorf("the error %q has a part of a hash", err)
			}
			return
		}
		for _, u := range users {
			if u.hash.memory > mostMemory || u.hash.passes > mostPasses || u.hash.lanes > mostLanes || len(u.hash.key) > 64 {
				t.Errorf("the hash %s demands too much", u.hash)
			}
		}
		again, err := parse(format(users))
		if err != nil || !reflect.DeepEqual(users, again) {
			t.Errorf("%q became %+v, %v, want %+v", text, again, err, users)
		}
	})
}
