# What a developer does here, each with one command. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test check bench soak up down lab fix gen packages dist

export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export npm_config_update_notifier := false

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: packages node_modules/.stamp dist ## show it all on this machine, in network namespaces (root)
	@echo "demo: starts"
	@node --import tsx infra/demo/main.ts

test: packages node_modules/.stamp dist ## run every test; what needs root says so and is skipped without
	@echo "test: all projects: unit, scenarios, contract, rules, netns, failure"
	@vitest run

check: node_modules/.stamp ## format, types, import rules, dead code, contracts, generated code
	@infra/check.sh

bench: packages node_modules/.stamp dist ## measure; one benchmark alone: make bench only=planning
	@node --import tsx test/bench/main.ts $(only)

soak: packages node_modules/.stamp dist ## an hour of random commands, kills and changes by hand; shorter: make soak minutes=5
	@minutes=$(or $(minutes),60) seed=$(seed) node --import tsx test/soak/main.ts

up: packages node_modules/.stamp dist ## start a lab with everything installed and running, to try things (root); a small one: make up nodes=node1
	@node --import tsx infra/stack/main.ts up $(if $(nodes),--nodes $(nodes))

down: node_modules/.stamp ## take the lab down (root)
	@node --import tsx infra/lab/main.ts down

lab: node_modules/.stamp ## what stands in the labs of this machine
	@node --import tsx infra/lab/main.ts status

fix: node_modules/.stamp ## repair what formatters and linters can repair
	@biome check --write
	@buf format -w

gen: node_modules/.stamp ## generate proto/gen from proto/
	@infra/gen.sh

node_modules/.stamp: package-lock.json
	@echo "set-up: npm packages, as package-lock.json pins them (npm ci)"
	@npm ci --no-progress --loglevel=error
	@touch $@

# Without root the packages can't be installed: what does not need them runs all the same.
packages:
	@infra/setup.sh || [ "$$(id -u)" -ne 0 ]

dist: node_modules/.stamp
	@echo "set-up: bundles of the services and of rhumb"
	@npm run --silent build
