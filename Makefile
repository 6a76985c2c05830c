# Targets and what they do; "make" alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run build test test-long test-faults checks bench bench-load fuzz lint generate verify screenshots web deps test-deps dist clean

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
LDFLAGS := -X macrowatch/internal/cli.version=$(VERSION)
NPM := npm --no-audit --no-fund --loglevel=error --include=dev

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-11s %s\n", $$1, $$2}'

run: deps build ## run the sample desk and its dashboards on http://127.0.0.1:3002, installing what is missing
	@exec bin/macrowatch demo $(ARGS)

build: ## build bin/macrowatch
	@command -v go >/dev/null 2>&1 || { echo "Go is not installed; $$(grep '^go ' go.mod) or newer is needed." >&2; exit 1; }
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/macrowatch ./cmd/macrowatch

# What Go and npm fetch goes into the user's home, or into the clone where that is none to write to.
ifneq ($(shell [ -d "$$HOME" ] && [ -w "$$HOME" ] && echo yes),yes)
export HOME := $(CURDIR)/.cache
$(shell mkdir -p .cache)
endif
# A TMPDIR that cannot be written to is none.
ifneq ($(shell [ -z "$$TMPDIR" ] || { [ -d "$$TMPDIR" ] && [ -w "$$TMPDIR" ]; } && echo yes),yes)
unexport TMPDIR
endif

test: checks ## check everything and run the tests, installing what is missing
	$(GOTESTSUM) -timeout 40m ./...

test-long: checks ## the same with every test at full length: all kills, all rows, all days
	MACROWATCH_TEST_LONG=1 $(GOTESTSUM) -timeout 60m ./...

test-faults: deps test-deps ## kill writers, servers and the database 200 times, and compare the tables with what was acknowledged
	MACROWATCH_TEST_LONG=1 go test -count=1 -timeout 60m -v -run '^TestFaults' ./internal/e2e

# Its last lines say how many tests ran and were skipped, and why each was.
GOTESTSUM := go tool gotestsum --format pkgname --format-hide-empty-pkg --

checks: deps test-deps lint verify internal/viewer/judge/node_modules
	cd web && $(NPM) test

bench: deps ## run the benchmarks, and print a table of the figures that have a target; BENCH_ROWS sizes the one of growth
	go run ./scripts/benchtable -bench . -benchmem -timeout 30m ./...

bench-load: deps ## let 500 viewers and 50 writers use a server for two minutes, and say how long they waited
	MACROWATCH_TEST_LOAD=full go test ./internal/e2e -count=1 -timeout 15m -v -run '^TestManyViewersAndWriters$$'

fuzz: deps ## run every fuzz target, one after the other, for FUZZTIME each (10m); FUZZ=pattern chooses targets
	@scripts/fuzz.sh

lint: web/node_modules ## gofmt, go vet, staticcheck, the import rules, the page's type check
	@out=$$(gofmt -l cmd deploy internal scripts web/*.go); if [ -n "$$out" ]; then echo "not gofmt'd: $$out" >&2; exit 1; fi
	go vet ./...
	go vet -tags screenshots ./internal/e2e
	go tool staticcheck ./...
	go tool depguard ./...
	cd web && $(NPM) run check

generate: web/node_modules ## regenerate the page's types, the built page, Grafana's files, the drawing of the packages and the tables of docs/
	go tool tygo generate --config web/tygo.yaml
	cd web && $(NPM) run build
	go run ./cmd/macrowatch dashboards generate
	go run ./scripts/packagemap
	go run ./scripts/doctables

verify: web/node_modules ## regenerate what is generated, fail on a difference, and check the dashboards and their queries
	@MAKE="$(MAKE)" scripts/verify.sh

screenshots: deps test-deps ## take the pictures in docs/ anew
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && \
	MACROWATCH_SCREENSHOTS="$$dir" go test -count=1 -timeout 25m -tags screenshots ./internal/e2e -run '^TestBrowserScreenshots$$' && \
	for picture in docs/*.png; do cp "$$dir/$${picture#docs/}" "$$picture" || exit; done

web/node_modules: web/package.json web/package-lock.json
	cd web && $(NPM) ci
	@touch $@

internal/viewer/judge/node_modules: internal/viewer/judge/package.json internal/viewer/judge/package-lock.json
	cd internal/viewer/judge && $(NPM) ci --ignore-scripts
	@touch $@

deps:
	@scripts/install-postgresql.sh

test-deps:
	@scripts/install-test-tools.sh

dist: ## build the packages that people install into dist/: archives, deb, rpm, checksums, lists of modules
	go run github.com/goreleaser/goreleaser/v2@v2.15.1 release --snapshot --clean

clean: ## remove what was built
	rm -rf bin dist .cache web/node_modules internal/viewer/judge/node_modules
