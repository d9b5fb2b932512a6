# Everything a contributor runs. `make` alone lists it.

BENCHTIME ?= 1s
PACKAGES  := ./... ./.ci/arrows
# Outside a repository that git agrees to read, Go would refuse to stamp the commit.
STAMP     := $(shell git rev-parse HEAD >/dev/null 2>&1 && echo true || echo false)

.DEFAULT_GOAL := help
.PHONY: help build demo test check bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## bin/earshot, static; `earshot version` tells the commit it was built from
	CGO_ENABLED=0 go build -trimpath -buildvcs=$(STAMP) -o bin/earshot ./cmd/earshot

demo: build ## the whole product on http://127.0.0.1:8080, with no account and nothing installed
	bin/earshot demo

test: ## every test under the race detector; installs redis-server, prometheus-alertmanager, chromium and gcc when missing
	.ci/needs
	CGO_ENABLED=1 go test -race -timeout 280s $(PACKAGES)

check: ## formatting, vet, lint, import arrows, go.mod, known vulnerabilities
	.ci/checks $(PACKAGES)

bench: ## every benchmark, with its figures (BENCHTIME=10s for steadier ones)
	.ci/needs
	go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) -timeout 60m ./...

clean: ## remove what was built
	rm -rf bin
