package store_test

import (
	"strings"
	"testing"

	"macrowatch/internal/record/store"
)

func TestTargetIsTheDatabaseAndNoPassword(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"postgres://u:hunter2@db:5433/book":                             "book at db:5433 as u",
		"postgresql://u@db:5433/book?sslmode=disable&connect_timeout=1": "book at db:5433 as u",
		"host=db port=5433 user=u dbname=book password=hunter2":         "book at db:5433 as u",
		"postgres://u@db,other:5433/book":                               "book at db:5432,other:5433 as u",
		"postgres://other@db:5433/book":                                 "book at db:5433 as other",
		"postgres://u@/book?host=/run/postgresql":                       "book at /run/postgresql:5432 as u",
		"postgres://u@db:5433/other":                                    "other at db:5433 as u",
		"postgres://u@db/":                                              "u at db:5432 as u",
	} {
		t.Run(url, func(t *testing.T) {
			if got, err := store.Target(url); err != nil || got != want {
				t.Errorf("%s: %q, %v; want %q", url, got, err, want)
			}
		})
	}
	same := store.UnusableTarget("postgres://u:hunter2@db:port/book")
	for _, other := range []string{"postgres://u:hunter2@other:port/book", "service=desk", "postgres://v:hunter2@db:port/book"} {
		if got := store.UnusableTarget(other); got == same {
			t.Errorf("%s is %s too", other, got)
		}
	}
	if got := store.UnusableTarget("postgres://u:other@db:port/book"); got != same {
		t.Errorf("with another password: %s, want %s", got, same)
	}
	if _, err := store.Target("postgres://u:hunter2@db:port/"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a URL that can't be read: %v", err)
	}
}
