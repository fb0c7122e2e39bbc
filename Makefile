# Two commands are enough for a newcomer: `make run` and `make test`. Everything else is for daily work.
# SOURCE=demo|files|live   FILES=<folder>   STATLINE_URL=<base address>   REGION=<file in catalogue/regions, province, GGD region or NL>

PYTHON ?= python3
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
APP_PORT ?= 8501
DAGSTER_PORT ?= 3000
API_PORT ?= 8600
CARE_PORT ?= 8700

export DWP_SOURCE := $(or $(SOURCE),$(DWP_SOURCE),demo)
ifdef FILES
export DWP_FILES := $(abspath $(FILES))
endif
ifdef STATLINE_URL
export DWP_STATLINE_URL := $(STATLINE_URL)
endif
ifdef REGION
export DWP_REGION := $(REGION)
endif
DATA_DIR := $(abspath $(or $(DWP_DATA_DIR),data))
export DAGSTER_HOME := $(DATA_DIR)/dagster
# Nobody is counted, and without a network the calls would hang.
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
export DAGSTER_DISABLE_TELEMETRY := 1
# Certificates of the system: where a proxy opens TLS, its authority is there and nowhere else.
CERTIFICATES := $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem))
ifneq ($(CERTIFICATES),)
export PIP_CERT ?= $(CERTIFICATES)
export SSL_CERT_FILE ?= $(CERTIFICATES)
export REQUESTS_CA_BUNDLE ?= $(CERTIFICATES)
endif
# Compiled bytecode saves seconds at every start; waiting threads must not burn a shared machine.
export PYTHONDONTWRITEBYTECODE :=
export OMP_WAIT_POLICY := PASSIVE

# ------------------------------------------------------------------------------------------------ for newcomers
.PHONY: help run materialise test
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: materialise $(if $(AUTH),$(VENV)/.dev) ## build, publish, start the dashboard and the Dagster UI (AUTH=demo: with one user per role)
	@$(BIN)/python -m orchestration.serve --app-port $(APP_PORT) --dagster-port $(DAGSTER_PORT) $(if $(AUTH),--auth $(AUTH))

materialise: $(VENV)/.runtime ## build and publish, without starting anything
	@$(BIN)/python -m orchestration.materialise

test: $(VENV)/.dev browser ## install what the tests need; the static checks, then all tests (ARGS="<tests>": only those)
	@[ -n "$(ARGS)" ] || $(MAKE) --no-print-directory check \
	 || { echo "[test] a static check failed: mend what stands above (make check shows it alone), then test again" >&2; exit 1; }
	@$(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

# ------------------------------------------------------------------------------------------------ environments
# uv installs in a fifth of pip's time and compiles bytecode while it does; pip does the same where uv has no wheel.
$(VENV)/bin/python:
	@echo >&2 "[environment] making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: this is " + sys.version.split()[0] + ". Point PYTHON to a newer one, e.g. make run PYTHON=python3.12.") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock || echo "[environment] uv is not available here: going on with pip"

define install
	@echo >&2 "[environment] installing $(1)"
	@{ [ -x $(BIN)/uv ] && VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip install --quiet --system-certs --require-hashes --compile-bytecode -r $(1); } \
	 || { echo >&2 "[environment] uv did not install them: pip does"; $(BIN)/python -m pip install --quiet --compile --require-hashes -r $(1); }
	@echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')/datawerkplaats.pth"
	@printf '#!/bin/sh\nexec "%s/bin/python" -m datawerkplaats.cli "$$@"\n' "$(abspath $(VENV))" > $(BIN)/dwp && chmod +x $(BIN)/dwp
endef

$(VENV)/.runtime: requirements.lock | $(VENV)/bin/python
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock requirements.lock | $(VENV)/bin/python
	$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.runtime

# What only a station needs is asked of pyproject.toml, at the versions that the lock of the tests has.
$(VENV)/.stations: requirements-dev.lock requirements.lock | $(VENV)/.runtime
	@awk '/^[A-Za-z0-9]/ {wanted = /^(mpyc|gmpy2)==/} wanted' requirements-dev.lock > $(VENV)/stations.lock
	$(call install,$(VENV)/stations.lock)
	@touch $@

# Spark is large and has a lock of its own.
$(VENV)/.spark: requirements-spark.lock requirements.lock | $(VENV)/.runtime
	$(call install,requirements-spark.lock)
	@touch $@

.PHONY: browser lock
browser:
	@bash tests/install_browser.sh
	@bash tests/install_postgresql.sh
	@bash tests/install_nginx.sh

lock: | $(VENV)/bin/python ## pin the dependencies of pyproject.toml anew
	@$(BIN)/uv pip compile pyproject.toml --system-certs --universal --python-version 3.11 --quiet --no-header --generate-hashes --output-file requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --system-certs --extra dev --universal --python-version 3.11 --quiet --no-header --generate-hashes --constraint requirements.lock --output-file requirements-dev.lock
	@$(BIN)/uv pip compile pyproject.toml --system-certs --extra spark --universal --python-version 3.11 --quiet --no-header --generate-hashes --constraint requirements.lock --output-file requirements-spark.lock

# ------------------------------------------------------------------------------------------------ daily work
.PHONY: stations spark check dev app api care build publish diff rollback rebuild docs backtest prove evaluate bench attack audit sbom ci clean
check: $(VENV)/.dev ## static checks, side by side: style, types, imports, SQL, catalogue
	@$(MAKE) --no-print-directory -k -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) \
	 check-types check-sql check-style check-imports check-declarations

# The longest first, so that the others fit beside it.
.PHONY: check-types check-sql check-style check-imports check-declarations
check-types:
	@$(BIN)/mypy
check-sql:
	@$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models dbt_project/tests dbt_project/panel/models dbt_project/trajectories/models
check-style:
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/yamllint -s catalogue dbt_project/models dbt_project/panel dbt_project/trajectories .pre-commit-config.yaml
check-imports:
	@$(BIN)/lint-imports
check-declarations:
	@$(BIN)/dwp check

dev: $(VENV)/.runtime ## the Dagster UI with reloading definitions
	@mkdir -p $(DAGSTER_HOME) && cp dagster.yaml $(DAGSTER_HOME)/dagster.yaml
	@DWP_DAGSTER_CHANGES=true $(BIN)/python -m orchestration.web -h 127.0.0.1 -p $(DAGSTER_PORT) -m orchestration.definitions

app: $(VENV)/.runtime ## the dashboard on what is published
	@$(BIN)/python -m apps.dashboard --server.port $(APP_PORT)

api: $(VENV)/.dev ## the released figures over HTTP, on this machine only (API_PORT); for an assistant: python -m apps.api mcp
	@$(BIN)/python -m apps.api --port $(API_PORT)

care: $(VENV)/.dev ## the care table, to practise with on made-up cases (CARE_PORT); NETWORK=<address of this machine> or PROXY=<https address> for phones
	@$(BIN)/python -m ml.care train
	@$(BIN)/python -m demo.care
	@$(BIN)/python -m apps.care_table --port $(CARE_PORT) $(if $(NETWORK),--network $(NETWORK)) $(if $(PROXY),--proxy $(PROXY))

build: $(VENV)/.runtime ## build part of the warehouse: make build S=<dbt selector>
	@$(BIN)/python -m orchestration.materialise --select "$(S)"

publish: materialise ## the same as materialise: an unchanged warehouse is not published twice

diff: $(VENV)/.runtime ## what changed between the served publication and the one before
	@$(BIN)/dwp diff

rollback: $(VENV)/.runtime ## serve the previous publication again
	@$(BIN)/dwp rollback

rebuild: $(VENV)/.runtime ## make the warehouse again from the snapshots
	@rm -f $(DATA_DIR)/warehouse.duckdb && $(BIN)/python -m orchestration.materialise --force

stations: $(VENV)/.stations ## three partners and a computing party on this machine make a joint table; then it is published
	@[ -d "$(DATA_DIR)/inputs/$(DWP_SOURCE)" ] || $(BIN)/python -m orchestration.materialise
	@$(BIN)/python -m stations.local
	@$(BIN)/python -m orchestration.materialise

spark: $(VENV)/.spark ## the models that grow with rows, made by Spark from what was built last (TARGET=<a Spark in dbt_project/profiles.yml>)
	@[ -d "$(DATA_DIR)/inputs/$(DWP_SOURCE)" ] || $(BIN)/python -m orchestration.materialise
	@$(BIN)/python -m orchestration.on_spark $(if $(TARGET),--target "$(TARGET)")

docs: $(VENV)/.runtime ## generated references: field reference, JSON schemas, and a site with a page per indicator
	@$(BIN)/python -m datawerkplaats.catalogue docs
	@$(BIN)/python -m datawerkplaats.reference_site

backtest: $(VENV)/.dev ## reproduce officially published figures from the marts
	@$(BIN)/python -m pytest tests/backtests

prove: $(VENV)/.dev ## what was promised in figures: lists the proofs; make prove ONLY=<part>[,<part>] measures, one JSON line per figure
	@$(BIN)/python -m tests.proofs $(if $(ONLY),--only "$(ONLY)")

evaluate: $(VENV)/.dev ## prove: the risk model against what is possible, also at 167,000 people (about two hours)
	@$(BIN)/python -m tests.proofs --only evaluate,evaluate.large

bench: $(VENV)/.dev ## prove: speed and memory beside a peer or a physical limit
	@$(BIN)/python -m tests.proofs --only bench

attack: $(VENV)/.dev ## prove: the analysts' SQL box under attack
	@$(BIN)/python -m tests.proofs --only attack

audit: $(VENV)/.dev ## prove: disclosure control under attack
	@$(BIN)/python -m tests.proofs --only audit

sbom: $(VENV)/.dev ## what this is made of (CycloneDX, sbom.json), licences, and known vulnerabilities where they can be asked for
	@$(BIN)/python -m tests.supply_chain sbom.json

ci: test ## what .ci/run calls

clean: ## remove everything that was made here
	@rm -rf data .venv site
