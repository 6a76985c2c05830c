# Targets and what they do; "make" alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run build test bench lint generate verify web deps test-deps clean

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
LDFLAGS := -X macrowatch/internal/cli.version=$(VERSION)
NPM := npm --no-audit --no-fund --loglevel=error

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

run: deps build ## run the sample desk and its dashboards on http://127.0.0.1:3002, installing what is missing
	@exec bin/macrowatch demo $(ARGS)

build: ## build bin/macrowatch
	@command -v go >/dev/null 2>&1 || { echo "Go is not installed; $$(grep '^go ' go.mod) or newer is needed." >&2; exit 1; }
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/macrowatch ./cmd/macrowatch

test: deps test-deps lint verify internal/panel/judge/node_modules ## check everything and run all tests, installing what is missing
	cd web && $(NPM) test
	go tool gotestsum --format pkgname --format-hide-empty-pkg -- -timeout 12m ./...

bench: deps ## run the benchmarks
	go test -run '^$$' -bench . -benchmem -timeout 30m ./...

lint: web/node_modules ## gofmt, go vet, staticcheck, the page's type check
	@out=$$(gofmt -l cmd internal web/*.go); if [ -n "$$out" ]; then echo "not gofmt'd: $$out" >&2; exit 1; fi
	go vet ./...
	go tool staticcheck ./...
	cd web && $(NPM) run check

generate: web/node_modules ## regenerate the page's types, the built page, and Grafana's files
	go tool tygo generate --config web/tygo.yaml
	cd web && $(NPM) run build
	go run ./cmd/macrowatch dashboards generate

GENERATED = find web/src/view.gen.ts web/dist monitoring -type f 2>/dev/null | LC_ALL=C sort | xargs sha256sum

verify: ## regenerate what is generated, fail on a difference, and check the dashboards and their queries
	@before=$$(mktemp); after=$$(mktemp); trap 'rm -f $$before $$after' EXIT; \
	$(GENERATED) >$$before && $(MAKE) --no-print-directory generate && $(GENERATED) >$$after || exit 1; \
	diff $$before $$after >&2 || { echo "these generated files were not current; they are now: look at them and commit them" >&2; exit 1; }; \
	echo "generated files are current"
	@DATABASE_URL= MACROWATCH_DATABASE_URL= go run ./cmd/macrowatch dashboards check

web/node_modules: web/package.json web/package-lock.json
	cd web && $(NPM) ci
	@touch $@

internal/panel/judge/node_modules: internal/panel/judge/package.json internal/panel/judge/package-lock.json
	cd internal/panel/judge && $(NPM) ci --ignore-scripts
	@touch $@

deps:
	@scripts/install-postgresql.sh

test-deps:
	@scripts/install-test-tools.sh

clean: ## remove what was built
	rm -rf bin web/node_modules internal/panel/judge/node_modules
