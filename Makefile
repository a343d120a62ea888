# LiteHQ: `make help` lists what can be done here.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE_MODULES := tests/node/node_modules
# Each folder of packages by itself: Apollo's want an older graphql.
NODE_PACKAGES := $(NODE_MODULES)/.installed tests/node/federation/node_modules/.installed \
	tests/node/frontend/node_modules/.installed
ARGS ?=

# pip must be told the pins through its environment: only so do they hold for the build
# backend as well. Two names, because newer releases read a separate list for builds.
# pip compiles what it installs, and COMPILE our own packages: where the environment forbids
# the interpreter to write byte code, every start would otherwise compile everything anew.
PIP_INSTALL := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
	$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check \
	--prefer-binary
COMPILE := $(BIN)/python -m compileall -q litehq_core litehq_rest litehq_graphql litehq_app

# Read from the command line alone: some shells and package managers export a HOST of their own.
SERVE_OPTIONS := $(if $(filter command line,$(origin HOST)),--host $(HOST)) \
	$(if $(filter command line,$(origin PORT)),--port $(PORT))

# What proves the domain: its own tests, and the scenarios as Python calls them. Without the walks
# along the wall clock, which look at the same few lines many thousand times, and those by chance:
# a line that chance alone reaches is not covered.
DOMAIN_TESTS := tests/domain tests/behaviour -k "not -rest and not graphql" \
	--ignore-glob='*/test_transitions*' --ignore-glob='*/test_state_machine*' \
	--ignore-glob='*/test_lifecycle*'

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help serve migrate test coverage mutants fuzz campaign-money campaign-webhooks lint bench-core
.PHONY: bench-graphql check format node graphiql reference openapi
.PHONY: constraints clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: $(VENV)/.server ## install what serving needs, then serve (HOST=, PORT=, ARGS=)
	@$(BIN)/litehq serve $(SERVE_OPTIONS) $(ARGS)

migrate: $(VENV)/.server ## bring the database up to the newest schema (ARGS=)
	@$(BIN)/litehq migrate $(ARGS)

test: $(VENV)/.dev $(NODE_PACKAGES) ## run the tests on two cores (ARGS="tests/domain -k hold")
	$(BIN)/python -m pytest -n 2 $(ARGS)

coverage: $(VENV)/.dev ## every line and branch of the domain, or fail and name what is left out
	$(BIN)/python -m coverage run -m pytest -q $(DOMAIN_TESTS) $(ARGS)
	$(BIN)/python -m coverage report

mutants: $(VENV)/.mutants ## plant faults in the domain, resuming where it stopped (half an hour)
	$(BIN)/python -m mutmut run --max-children 2 $(ARGS)
	$(BIN)/python tests/mutation/report.py

campaign-money: $(VENV)/.dev ## break every call to a played Stripe (ARGS="--rounds 5000 --seed 7")
	$(BIN)/python -m tests.stripe_server.campaign $(ARGS)

fuzz: $(VENV)/.dev ## throw hostile values at every operation (ARGS="--seed 7 --cases 20000 --engine postgres")
	$(BIN)/python -m tests.fuzz $(ARGS)

campaign-webhooks: $(VENV)/.dev ## deliver to receivers of every kind while processes are killed (ARGS="--events 2000")
	$(BIN)/python -m tests.webhook_campaign $(ARGS)

lint: $(VENV)/.dev ## ruff, mypy and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench-core: $(VENV)/.dev ## measure start lists and quotes beside other ways to do the same
	$(BIN)/python -m benchmarks.core

bench-graphql: $(VENV)/.dev ## measure a GraphQL page beside Node servers; writes benchmarks/RESULTS.md
	$(BIN)/python tests/node/install.py benchmarks/graphql
	$(BIN)/python -m benchmarks.graphql.run $(ARGS)

check: lint test ## what a change must pass: lint, then test

format: $(VENV)/.dev ## put the code into its one form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

node: $(NODE_PACKAGES) ## install the npm packages of tests/node

graphiql: $(VENV)/.dev ## fetch GraphiQL through npm, for the page at /graphiql
	@$(BIN)/python .ci/vendor_graphiql.py

reference: $(VENV)/.dev ## fetch Scalar through npm, for the page at /docs
	@$(BIN)/python .ci/vendor_scalar.py

openapi: $(VENV)/.dev ## record the examples of the OpenAPI document, and the document that tests hold us to
	$(BIN)/python -m tests.rest.record

constraints: $(VENV)/.dev ## resolve every extra afresh and rewrite constraints.txt
	$(BIN)/python .ci/resolve_constraints.py

clean: ## remove the environment and everything generated
	rm -rf $(VENV) tests/node/node_modules tests/node/*/node_modules dist build *.egg-info mutants .coverage
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment ----------------------------------------------------------------------
# One environment. `serve` puts in what serving needs; `test` and `lint` add to it in place.
# The marker files make a second call free, and go stale when the requirements change.

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "LiteHQ needs Python 3.11 or newer, but '$(PYTHON)' is" \
			"$$($(PYTHON) --version 2>&1 || true)."; \
		echo "Name another one:  make $(MAKECMDGOALS) PYTHON=python3.12"; \
		exit 1; } >&2
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.server: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing what serving needs (about half a minute, once)."
	@$(PIP_INSTALL) --editable '.[server]'
	@$(COMPILE)
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing what serving and testing need (about half a minute, once)."
	@$(PIP_INSTALL) --editable '.[dev]'
	@touch $(VENV)/.server $@

$(VENV)/.mutants: $(VENV)/.dev
	@$(PIP_INSTALL) --editable '.[mutants]'
	@touch $@

%/node_modules/.installed: %/package.json %/.npmrc | $(VENV)/.dev
	@echo "Installing the npm packages of $*."
	@$(BIN)/python tests/node/install.py $*
	@touch $@
