SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help env demo test check format bench lock clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

env: $(VENV)/.ready ## The environment (.venv) from the locked requirements

$(VENV)/.ready: requirements/dev.txt requirements/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=…)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the environment …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

include widget/Makefile.inc

demo: env ## Everything on one machine: CRM stand-in, backend, real ERP (ARGS="--port N --reset --headless")
	@$(BIN)/python -m sandbox.demo $(ARGS)

test: env widget-test ## Every test; installs Chromium where it is missing
	@$(BIN)/python -m tests.support.machine
	@$(BIN)/python -m pytest $(ARGS)

check: env widget-lint ## Lint, types, import law
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check backend tests benchmarks
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: env ## Put code into shape
	@$(BIN)/ruff format backend tests benchmarks
	@$(BIN)/ruff check --fix .

bench: env widget ## Speed beside its baseline: a table, and JSON in benchmarks/_output
	@$(BIN)/python -m benchmarks $(ARGS)

lock: env ## Lock the requirements again
	@$(BIN)/uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-header --no-emit-index-url --no-annotate pyproject.toml -o requirements/main.txt
	@$(BIN)/uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-header --no-emit-index-url --no-annotate pyproject.toml requirements/dev.in -o requirements/dev.txt
	@$(BIN)/uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-header --no-emit-index-url --no-annotate requirements/uv.in -o requirements/uv.txt

clean: ## Remove what was built (not the demo's data)
	@rm -rf dist .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/_output benchmarks/_output
