# Everything a person or a machine does with this checkout. Steps whose inputs did not change are skipped.

PYTHON ?= python3
WORKERS ?= 2
HOST ?= 127.0.0.1
PORT ?= 8000
SCALE ?= 1
SNAPSHOT ?= 0
MINUTES ?= 10
SEED ?= 1

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --python $(PY) --disable-pip-version-check --quiet
# Commands that only read or build files need a key, no particular one.
TOOL := HSL_SECRET_KEY=build-only $(PY) -W ignore

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test soak screenshots lint bench bench-quick front translations clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/dev.stamp front translations ## Install everything that development and tests need

run: $(VENV)/runtime.stamp front translations ## Start it all with a sample school (HOST=, PORT=)
	@exec $(PY) -m hsl up --demo --host "$(HOST)" --port "$(PORT)"

test: setup ## Run the whole suite on a real PostgreSQL (DATABASE_URL, else embedded)
	@sh scripts/chromium.sh
	$(PY) -m pytest -n $(WORKERS) --dist loadfile

soak: setup ## Send through random misfortunes for long, and account for everybody (MINUTES=10, SEED=1)
	MINUTES=$(MINUTES) SEED=$(SEED) $(PY) -m pytest -s --show-capture=no tests/faults/soak.py

screenshots: setup ## Take pictures of the pages into screenshots/, to look at
	@sh scripts/chromium.sh
	HSL_SCREENSHOTS=screenshots $(PY) -m pytest -m browser

lint: setup ## Check style, types, imports between rooms, migrations, translations
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy hsl tests benchmarks
	$(VENV)/bin/lint-imports
	$(TOOL) -m django makemigrations --check --dry-run --settings hsl.settings
	$(TOOL) -m hsl.ui.translations check

bench: setup ## Lay the specification's SQL beside ours (SCALE=1: a million people; SNAPSHOT=10: after ten minutes of load, without an old snapshot and with one)
	$(PY) -m benchmarks --scale $(SCALE) --snapshot $(SNAPSHOT)

bench-quick: setup ## The same at SCALE=0.02, in a minute
	$(PY) -m benchmarks --scale 0.02 --seconds 3 --only reads,pages,web,folding,writers

clean: ## Remove what the other targets made, except the school's data
	rm -rf $(VENV) node_modules staticfiles build *.egg-info
	find locale -name '*.mo' -delete

front: staticfiles/staticfiles.json
translations: $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

# The environment is made without pip of its own: Debian's Python has none to give without another package.
$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'Python 3.11 or newer is needed: make PYTHON=python3.12 …' >&2; exit 1; }
	$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/runtime.stamp: requirements/runtime.txt pyproject.toml | $(PY)
	$(PIP) install --require-hashes -r requirements/runtime.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml | $(PY)
	$(PIP) install --require-hashes -r requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/runtime.stamp

# npm of the machine where it reads our lock file (npm 7 and newer), else Node.js from PyPI.
node_modules/.package-lock.json: package.json package-lock.json .npmrc | $(PY)
	@if npm --version 2>/dev/null | grep -Eq '^([7-9]|[1-9][0-9])\.'; then npm ci --silent; else \
		$(PIP) install --require-hashes -r requirements/node.txt && $(PY) scripts/npm.py ci --silent; fi
	@touch $@

staticfiles/staticfiles.json: node_modules/.package-lock.json $(shell find hsl -path '*/static/*' -type f) hsl/ui/packages.py hsl/ui/storage.py \
		| $(VENV)/runtime.stamp
	$(TOOL) -m django collectstatic --noinput --clear --verbosity 0 --settings hsl.settings
	@touch $@

locale/%.mo: locale/%.po | $(VENV)/runtime.stamp
	$(TOOL) -m hsl.ui.translations compile
	@touch $@
