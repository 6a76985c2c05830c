package spool

import (
	"os/user"
	"testing"
)

// A program that is started with nothing in its environment still has a user with a home.
func TestHomeIsFoundWithoutTheVariable(t *testing.T) {
	me, err := user.Current()
	if err != nil {
		t.Skipf("this user is not known: %v", err)
	}
	for _, value := range []string{"", "/some/where"} {
		t.Setenv("HOME", value)
		want := value
		if value == "" {
			want = me.HomeDir
		}
		if got, err := homeDir(); err != nil || got != want {
			t.Errorf("HOME=%q: %q, %v; want %q", value, got, err, want)
		}
	}
}
