package main

import (
	"os"
	"strings"
	"testing"

	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
)

func TestTheTablesAreCurrent(t *testing.T) {
	raw, err := os.ReadFile("../../" + document)
	if err != nil {
		t.Fatal(err)
	}
	want, err := withTables(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	if string(raw) != want {
		t.Errorf("the tables in %s are not current; run: make generate", document)
	}
}

func TestADocumentWithoutThePlaceOfATableIsRefused(t *testing.T) {
	if _, err := withTables("# What the viewer knows of Grafana\n"); err == nil || !strings.Contains(err.Error(), "lacks the lines") {
		t.Errorf("the error is %v", err)
	}
}
