package store_test

import (
	"errors"
	"strings"
	"testing"

	"macrowatch/internal/record/store"
)

func TestAPasswordThatBreaksTheURLIsNotShown(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"postgres://macro:hun@ter2@127.0.0.1:1/x", "postgres://macro:12/hunter2@127.0.0.1:1/x", "postgres://macro:12?hunter2@127.0.0.1:1/x",
		"postgres://macro:12#hunter2@127.0.0.1:1/x", "postgresql://macro:@@hunter2@127.0.0.1:1/x", "postgres://macro:ab/hunter2@127.0.0.1:1/x",
		"postgres://macro:hunter2%@127.0.0.1:1/x", "postgres://macro:hunter2@127.0.0.1:port/x", "host=127.0.0.1 port=1 password=my hunter2",
	} {
		_, opened := store.Open(t.Context(), url, store.Options{})
		_, named := store.Target(url)
		for _, err := range []error{opened, named} {
			var ours *store.Error
			if !errors.As(err, &ours) || ours.Kind != store.BadURL {
				t.Errorf("%s: %v", url, err)
				continue
			}
			for _, part := range []string{"hun", "ter2", "12"} {
				if strings.Contains(err.Error(), part) {
					t.Errorf("%s: %v", url, err)
				}
			}
		}
	}
	for _, url := range []string{
		"postgres://macro:hun%40ter2@db:1/x", "postgres://macro@db:1/x?application_name=a@b", "postgres://db:1/x?user=a@b", "postgres:///x?host=/run&user=a@b",
		"host=db user=a@b", "postgres://a%40b@db/x",
	} {
		if _, err := store.Target(url); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}
