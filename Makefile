# go run ./cmd/safeguard and go test ./... need no make; these are shorthands.
FUZZTIME ?= 20s
BENCH    ?= .

# Packages whose tests write golden files: the others do not know -update.
GOLDEN = $(shell grep -rlE '"update"|internal/ruletest"' --include='*_test.go' cmd internal 2>/dev/null | xargs -r -n1 dirname | sort -u | sed 's|^|./|')

.PHONY: build test race lint fuzz bench update ci

build:
	CGO_ENABLED=0 go build -trimpath -o safeguard ./cmd/safeguard

test:
	go test ./...

race:
	CGO_ENABLED=1 go test -race ./...

lint:
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	go vet ./...
	go tool -modfile=tools/staticcheck/go.mod staticcheck ./...
	go mod tidy -diff

# Every fuzz target for FUZZTIME each.
fuzz:
	@for file in $$(grep -rlE --include='*_test.go' '^func Fuzz\w+' cmd internal); do \
		for target in $$(grep -oE '^func Fuzz\w+' $$file | cut -c6-); do \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) ./$$(dirname $$file) || exit 1; \
		done; \
	done

bench:
	go test -run '^$$' -bench '$(BENCH)' -benchmem ./...

# Rewrites the golden files from what the code does now; review them like code.
update:
	go test $(GOLDEN) -update

ci:
	.ci/run
